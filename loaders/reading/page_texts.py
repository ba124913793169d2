"""What is printed above and beneath each page: the words of a header or footer, without the codes among them."""

import re
from collections.abc import Iterable

_PARTS = re.compile(r"&[LCR]")
_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|K\d\d[+-]\d{3}|\d{1,3}|[A-Za-z])', re.IGNORECASE)
_LONGEST = 400
_MOST = 24


def page_texts(written: Iterable[str]) -> list[str]:
    """The texts on the left, in the middle and on the right, each once."""
    texts: dict[str, None] = {}
    for code in written:
        for part in _PARTS.split(code.replace("&&", "\0")):
            text = _CODE.sub(" ", part).replace("\0", "&").strip()
            if text:
                texts[text[:_LONGEST]] = None
    return list(texts)[:_MOST]
