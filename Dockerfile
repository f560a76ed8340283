# One replica of the explorer. What is copied stands in .dockerignore.
# Python's minor version and Debian's release are pinned; rebuilding brings their security updates.
FROM python:3.11-slim-trixie

ENV HOME=/tmp \
    OPENBLAS_NUM_THREADS=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none \
    STREAMLIT_SERVER_HEADLESS=true

WORKDIR /app
COPY requirements.txt .
# Wheels only: nothing is compiled, so no compiler is needed, and afterwards no installer either.
RUN python -m pip install --no-cache-dir --only-binary=:all: -r requirements.txt \
    && python -m pip uninstall --yes pip setuptools wheel
COPY . .

# A number, as Kubernetes asks (runAsNonRoot); all of the tree belongs to root and is only read.
USER 1000:1000
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "app.py"]
