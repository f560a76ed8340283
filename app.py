"""The front door: `streamlit run app.py`."""

from pages import frame
from pages.parts import board, door

with door.turn():
    frame().run()
    board.engine()
