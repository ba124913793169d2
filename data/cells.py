"""Cell addresses as spreadsheets write them: A1, XFD4."""


def address(row_no: int, col_no: int) -> str:
    """The cell's name as people know it: row 7, column 4 is D7."""
    letters = ""
    while col_no:
        col_no, rest = divmod(col_no - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row_no}"
