"""Lessons: one step at a time, beside its board."""

from pages.ui import shell

page = shell.enter(__file__)

from pages.ui import lessons

lessons.show(page)
