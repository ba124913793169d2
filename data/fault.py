"""What somebody did wrong, or asked for in vain: a code and plain values. The words are in locales/, by the code."""

from typing import Any


class Fault(Exception):
    """Refused; nothing was written. code: what it is about and what is wrong, account.exists; its words in both
    languages are fault.<code>. details: the values that the words name.

    No ValueError, so that nothing which expects one swallows it.
    """

    def __init__(self, code: str, /, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details

    def __str__(self) -> str:
        """For logs and tests; people get locales.faults.fault_words."""
        values = ", ".join(f"{name} {value}" for name, value in self.details.items())
        return f"{self.code}: {values}" if values else self.code

    @property
    def area(self) -> str:
        """What it is about: account, catalogue, declaration …"""
        return self.code.partition(".")[0]

    @property
    def name(self) -> str:
        """What is wrong there: the code without its area."""
        return self.code.partition(".")[2]

    def at(self, index: int) -> "Fault":
        """The same of the one at this place of a list."""
        return Fault(self.code, **{**self.details, "index": index})
