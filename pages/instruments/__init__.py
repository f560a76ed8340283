"""The instruments: a board with its numbers, sliders, words and code, one module each. No Streamlit."""
