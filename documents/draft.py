"""What every document needs beside its facts: who writes to whom, when, on what ground; what is open stays blank."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from documents.wording import blank, moment_words


class DraftMark(StrEnum):
    """What says that a paper is no official document yet."""

    DRAFT = "稿"
    FOR_COMMENT = "征求意见稿"


@dataclass(frozen=True)
class Draft:
    """as_of: the moment at which the facts were true, on the bureau's clock. issued_by: who signs, the bureau itself
    where it is empty. number: the whole 文号, once there is one. day: of the document, blank until it is signed.
    printed_by: who has it printed (印发机关). is_sample: the facts are made up, and the paper must say so. known_at:
    what was entered later is not in it (None: nothing is left out). seal: the head of the audit trail at as_of, empty
    where there is none.
    """

    bureau_name: str
    as_of: datetime
    issued_by: str = ""
    recipients: tuple[str, ...] = ()
    number: str = ""
    day: date | None = None
    basis: str = ""
    contact: str = ""
    copies_to: tuple[str, ...] = ()
    printed_by: str = ""
    mark: DraftMark = DraftMark.DRAFT
    is_sample: bool = False
    known_at: datetime | None = None
    seal: str = ""

    @property
    def signed_by(self) -> str:
        """署名."""
        return self.issued_by or self.bureau_name

    @property
    def number_words(self) -> str:
        """The 文号, or its year with blanks around it."""
        return self.number or f"{'　' * 4}〔{self.as_of.year}〕{'　' * 2}号"

    @property
    def basis_words(self) -> str:
        """What the document rests on, or a blank."""
        return self.basis or blank(6)

    @property
    def header(self) -> str:
        """What stands small above every page."""
        said = f"{self.mark.value}　未经签发、未盖印章，不作为正式公文"
        known = [f"仅计{moment_words(self.known_at)}前已录入的报送"] if self.known_at else []
        sealed = [f"留痕码 {self.seal}"] if self.seal else []
        return "　|　".join([said, *known, *(["演示数据，均为虚构"] if self.is_sample else []), *sealed])
