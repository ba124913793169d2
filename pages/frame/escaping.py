"""Text from outside as text: nothing in it is read as Markdown, HTML or a formula."""

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@])")


def escaped(words: str) -> str:
    """Text from a file as text: nothing in it is read as Markdown, HTML, a link or a formula."""
    return _MARKDOWN.sub(r"\\\1", words.replace("\n", " ").replace("&", "＆"))
