"""Blank workbooks: one unit x period x template, made for Excel and WPS."""
