"""The same facts give the same bytes: a package written anew with fixed times, and nothing of the library's own."""

import io
import zipfile
from datetime import UTC, datetime

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn

from documents.wording import plain

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can hold
_FOREIGN = {RT.CUSTOM_XML, RT.NUMBERING, "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects"}
_THUMBNAIL = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"
_OF_ITS_MAKER = {_THUMBNAIL, RT.EXTENDED_PROPERTIES}
_SETTINGS = {  # element and attribute → what Chinese documents of today have
    ("themeFontLang", "eastAsia"): "zh-CN",
    ("characterSpacingControl", "val"): "compressPunctuation",
}


def strip(document: Document) -> None:
    """Let go of what the library's blank brings along and no draft needs."""
    for part, kinds in ((document.part, _FOREIGN), (document.part.package, _OF_ITS_MAKER)):
        for name in [name for name, rel in part.rels.items() if rel.reltype in kinds]:
            del part.rels[name]
    settings = document.settings.element
    for (element, attribute), value in _SETTINGS.items():
        settings.find(qn(f"w:{element}")).set(qn(f"w:{attribute}"), value)
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")  # or Word says that the file is an old one


def set_properties(document: Document, title: str, author: str, moment: datetime) -> None:
    """Title, author and the moment of the facts, in place of the library's own and of the clock."""
    properties, moment = document.core_properties, moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    author = plain(author)[:255]
    properties.title, properties.author, properties.last_modified_by = plain(title)[:255], author, author
    properties.created = properties.modified = moment
    properties.comments = properties.keywords = properties.subject = properties.category = ""
    properties.language, properties.revision = "zh-CN", 1


def packed(document: Document) -> bytes:
    """The .docx."""
    saved = io.BytesIO()
    document.save(saved)
    return repacked(saved.getvalue())


def repacked(content: bytes) -> bytes:
    """A zip with the same parts in the same order, whose times say nothing."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _EPOCH)
            part.compress_type, part.external_attr, part.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            new.writestr(part, old.read(name))
    return written.getvalue()
