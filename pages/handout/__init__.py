"""Handouts: an instrument or a lesson as one HTML file that lives without a server. No Streamlit."""
