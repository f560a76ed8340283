"""Exercises on a screen: what a learner has done, is asked, and is shown. Data; no Streamlit."""
