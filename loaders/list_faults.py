"""What is wrong in a filled list of people or contacts, cell by cell."""

from dataclasses import dataclass

from data.catalogue.model import Severity
from data.fault import Fault
from loaders.issues import FileFault, Issue
from loaders.messages import message
from locales.faults import fault_words


@dataclass(frozen=True)
class CellFault:
    """A fault, and the cell that it is in (empty: the list as a whole). because: why the file cannot be read at all."""

    fault: Fault
    cell: str = ""
    because: FileFault | None = None

    def words(self, locale: str) -> str:
        """Where, what was expected and what was found."""
        said = fault_words(self.fault, locale)
        if self.because:
            issue = Issue(Severity.ERROR, self.because.code, details=self.because.details)
            return f"{said} {message(issue, None, locale)}"
        return f"{self.cell}: {said}" if self.cell else said
