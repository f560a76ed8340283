"""The front door: `streamlit run app.py`."""

from pages.ui import startup

startup.limit_threads()

from pages.ui import boards, queue, session, shell

startup.load()

with queue.turn():
    shell.open_window()
    page, arrived = shell.navigation()
    shell.go_where_tapped()
    if arrived:
        session.carry()
    page.run()
    boards.engine()
    shell.strip(page)
