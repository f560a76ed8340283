"""The front door: `streamlit run app.py`."""

from pages import frame

frame().run()
