"""A page as anybody would write it: sliders of z, y = softmax(z) and, if wanted, four charts."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core import softmax, softmax_jacobian

z = [
    st.sidebar.slider(f"z{k}", -10.0, 10.0, v, 0.1, key=f"z{k}")
    for k, v in enumerate((2.0, 1.0, 0.1), 1)
]
tau = st.sidebar.slider("τ", 0.1, 5.0, 1.0, 0.1, key="tau")
st.title("softmax")
y, J = softmax(np.array(z), tau), softmax_jacobian(np.array(z), tau)
st.write("y =", y)
if "charts" in st.query_params:
    st.plotly_chart(go.Figure(go.Bar(y=z)), key="logits")
    st.plotly_chart(go.Figure(go.Bar(y=y)), key="outputs")
    st.plotly_chart(go.Figure(go.Heatmap(z=J)), key="jacobian")
    st.plotly_chart(go.Figure(go.Bar(y=y - np.array([1, 0, 0]))), key="gradient")
