"""The board: blocks, frames, and what the browser is given to draw them. No Streamlit."""
