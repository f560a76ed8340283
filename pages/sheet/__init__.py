"""Exercises for a class: a worksheet and its key to print, questions for Moodle. Same choice, same bytes."""
