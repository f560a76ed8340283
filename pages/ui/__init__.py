"""All shared Streamlit: start-up, shell, session, widgets, boards, charts, what is taken along."""
