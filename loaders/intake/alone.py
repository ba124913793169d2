"""What breaks the program while it checks a file stays with that file: told as the system's fault, kept in the log."""

import logging
from collections.abc import Sequence

from data.catalogue.model import Catalogue, Severity
from data.store import Store
from loaders.intake.entries import About
from loaders.intake.readings import FileRead, Reading, keys_of, understand
from loaders.issues import Issue

_LOG = logging.getLogger(__name__)


def understand_each(store: Store, files: Sequence[FileRead], catalogue: Catalogue) -> None:
    """Fills in the readings of files that are about different returns: together, or each alone where that breaks.

    A store that is broken is no file's fault; it shows itself again when the answers are recorded.
    """
    try:
        understand(store, files, catalogue)
    except Exception:
        if len(files) > 1:
            _LOG.warning("checking %s files together failed; each is checked alone", len(files), exc_info=True)
        for file in files:
            if file.returns or not file.readings:
                _understand_alone(store, file, catalogue)


def known_keys(file: FileRead, catalogue: Catalogue) -> set[tuple]:
    """Which unit, template and period a file is about; none where it breaks what should tell."""
    try:
        return keys_of(file, catalogue)
    except Exception:
        _give_up(file)
        return set()


def _understand_alone(store: Store, file: FileRead, catalogue: Catalogue) -> None:
    returns, file.returns, file.readings = file.returns, [], []  # a check adds its issues to what is there
    try:
        understand(store, [file], catalogue)
    except Exception:
        file.returns = returns
        _give_up(file)


def _give_up(file: FileRead) -> None:
    """Called while the exception is handled: it goes to the log whole."""
    _LOG.exception("%s: could not be checked", file.opened.arrival.file_name)
    sheet = file.returns[0][0] if file.returns else None
    about, template = About(), None
    if sheet:
        template = sheet.template
        about = About(sheet.unit_code, template.template_code, template.version, sheet.period)
    file.returns, file.opened.book = [], None
    file.readings = [Reading(about, template, issues=[Issue(Severity.ERROR, "check_failed")])]
