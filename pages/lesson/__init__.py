"""Lessons: a Markdown text becomes steps, each with a board, controls and perhaps a question. Data."""
