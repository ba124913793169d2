"""What came of handing a message over, and the errors that say so without a key in them."""

from dataclasses import dataclass

from data.reminders.log import Outcome

SECONDS = 10.0
"""How long any single answer is waited for."""


@dataclass(frozen=True)
class Delivery:
    """error: for the log. is_final: the other side has refused for good, and asking again is no use."""

    outcome: Outcome
    error: str = ""
    is_final: bool = False


SENT = Delivery(Outcome.SENT)


def failed(error: object, is_final: bool = False) -> Delivery:
    """It has not arrived, for certain."""
    return Delivery(Outcome.FAILED, _said(error), is_final)


def unsure(error: object) -> Delivery:
    """It was handed over, and no answer came back."""
    return Delivery(Outcome.UNSURE, _said(error))


def _said(error: object) -> str:
    text = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else str(error)
    return " ".join(text.split())[:300]
