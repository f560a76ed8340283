"""How things are written: numbers, colours, formulas, code, figures, losses. No Streamlit."""
