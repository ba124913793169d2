"""A typeface with Chinese letters, as this machine has one: pictures carry their letters drawn."""

import os
from functools import cache
from pathlib import Path

from PIL import ImageFont

from data.fault import Fault

SETTING = "ZHUNDIAN_FONT"
_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path("C:/Windows/Fonts"),
    Path("/System/Library/Fonts"),
)
_NAMES = (  # regular and bold, the first that is there
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    ("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    ("msyh.ttc", "msyhbd.ttc"),
    ("PingFang.ttc", "PingFang.ttc"),
    ("wqy-zenhei.ttc", "wqy-zenhei.ttc"),
)
_SIMPLIFIED = "Noto Sans CJK SC"


@cache
def typeface(size: int, is_bold: bool = False) -> ImageFont.FreeTypeFont:
    """Raises Fault (document.no_typeface) where the machine has none."""
    path = _paths()[is_bold]
    font = ImageFont.truetype(path, size)
    for index in range(1, 12):  # a collection begins with the Japanese forms; 直 and 骨 differ
        if font.getname()[0].startswith(_SIMPLIFIED) or not path.endswith(
            "CJK-Bold.ttc" if is_bold else "CJK-Regular.ttc"
        ):
            return font
        try:
            font = ImageFont.truetype(path, size, index=index)
        except OSError:
            break
    return ImageFont.truetype(path, size)


@cache
def _paths() -> tuple[str, str]:
    if chosen := os.environ.get(SETTING):
        if not Path(chosen).is_file():
            raise Fault("document.no_typeface")
        return chosen, chosen
    files = {
        path.name: str(path) for folder in _FOLDERS if folder.is_dir() for path in sorted(folder.rglob("*.[ot]t[fc]"))
    }
    for regular, bold in _NAMES:
        if regular in files:
            return files[regular], files.get(bold, files[regular])
    raise Fault("document.no_typeface")
