"""The front door: `streamlit run app.py`."""

from pages.ui import startup

startup.limit_threads()

from pages.ui import alone, boards, queue, session, shell

startup.load()

with queue.turn():
    shell.open_window()
    script, page, arrived = shell.navigation()
    shell.go_where_tapped()
    if arrived and page.linked:
        session.carry()
    if alone.wanted() and alone.offered(page):
        alone.show(page)
    else:
        script.run()
    shell.strip(page)
    boards.engine()
