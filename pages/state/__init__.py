"""The controls: their kinds, the one table, presets, the link. Data; no Streamlit."""
