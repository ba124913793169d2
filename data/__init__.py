"""The store and every question that may be asked of it."""

import os

# python-docx brings lxml, and openpyxl would write with it once it is there: in another shape, slower to read.
os.environ.setdefault("OPENPYXL_LXML", "False")
