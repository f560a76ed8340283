"""The files that a sheet is."""

from pages.sheet.document import key, worksheet
from pages.sheet.moodle import moodle_xml

FILES = {"worksheet.html": worksheet, "key.html": key, "moodle.xml": moodle_xml}
"""By their names, what makes each of a choice."""
