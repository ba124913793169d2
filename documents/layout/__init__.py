"""The layout of an official document: sheet, styles, tables, typefaces, charts."""
