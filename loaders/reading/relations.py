"""Which part of a package leads to which: the relationships that stand beside a part."""

import posixpath
from typing import Protocol
from xml.etree.ElementTree import Element

from loaders.issues import FileFault
from loaders.reading.markup import plain_xml, tree


class Parts(Protocol):
    """Parts by name, in whatever case the name is written."""

    def __contains__(self, name: str) -> bool: ...

    def read(self, name: str) -> bytes:
        """The bytes of a part."""


def part_tree(package: Parts, name: str) -> Element:
    """A small part as a whole. Raises FileFault (broken_workbook) where there is none."""
    if name not in package:
        raise FileFault("broken_workbook", found=name[-60:])
    return tree(plain_xml(package.read(name)), name)


def main_part(package: Parts) -> str:
    """The name of the workbook's own part."""
    for kind, target in relations_of(package, "").values():
        if kind == "officedocument":
            return target
    return "xl/workbook.xml"


def relations_name(part: str) -> str:
    """Where the relationships of a part are written."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relations_of(package: Parts, part: str) -> dict[str, tuple[str, str]]:
    """Id → (last word of the type in small letters, name of the target part in small letters)."""
    path = relations_name(part)
    if path not in package:
        return {}
    relations = {}
    for entry in part_tree(package, path).findall("{*}Relationship"):
        kind = (entry.get("Type") or "").rsplit("/", 1)[-1].lower()
        target = (entry.get("Target") or "").replace("\\", "/")
        if entry.get("TargetMode", "").lower() == "external":
            target = ""
        elif target.startswith("/"):
            target = posixpath.normpath(target.lstrip("/"))
        else:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
        relations[entry.get("Id") or ""] = (kind, target.lower())
    return relations
