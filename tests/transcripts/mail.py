"""A mail server of the test's own on 127.0.0.1, which ends with the block."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller

SHOWN = ("From", "To", "Subject", "Date", "Auto-Submitted", "Content-Type")


@dataclass
class MailBox:
    """What came, and where it is taken."""

    address: str = ""
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def text(self) -> str:
        """Every mail: what stands above it, then what it says."""
        return "\n".join(_text(mail) for mail in self.mails)


def _text(mail: EmailMessage) -> str:
    head = "\n".join(f"{name}: {mail[name]}" for name in SHOWN)
    return f"{head}\n\n{mail.get_content()}".replace("\r\n", "\n")


class _Controller(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # the one that the system chose
        super()._trigger_server()


@contextmanager
def mailbox() -> Iterator[MailBox]:
    """Takes mail from anybody."""
    box = MailBox()
    controller = _Controller(box, hostname="127.0.0.1", port=0)
    controller.start()
    box.address = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield box
    finally:
        controller.stop()
