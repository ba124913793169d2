"""One reminder by e-mail. What the server said before it had the message is a failure; silence after that is unsure."""

import smtplib
import ssl
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from reminding.delivery import SECONDS, SENT, Delivery, failed, unsure
from reminding.outside import MailServer, Outside

_LATER = range(400, 500)  # replies that ask to try again


def send_mail(outside: Outside, to: str, subject: str, body: str, reminder_id: str, at: datetime) -> Delivery:
    """Hand one mail over."""
    if outside.server is None or outside.sender is None:
        return failed("no_mail_server")
    content = mail(outside.sender, to, subject, body, reminder_id, at).as_bytes()
    try:
        smtp = _greeted(outside.server, outside.sender.domain)
    except (OSError, smtplib.SMTPException) as error:
        return failed(error)
    try:
        return _hand_over(smtp, outside.sender.addr_spec, to, content)
    finally:
        smtp.close()  # and no QUIT, whose answer would be waited for


def mail(sender: Address, to: str, subject: str, body: str, reminder_id: str, at: datetime) -> EmailMessage:
    """The message. A repetition bears the same Message-ID, by which mail servers know it again."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, Address(addr_spec=to), subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{reminder_id}@{sender.domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no absence note comes back
    made.set_content(body + "\n", cte="base64" if not body.isascii() else None)
    return made


def _greeted(server: MailServer, own_name: str) -> smtplib.SMTP:
    """A connection that is encrypted where it leaves the machine and signed in where that is asked for."""
    if server.is_tls:
        context = ssl.create_default_context()
        smtp = smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=SECONDS, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, own_name, timeout=SECONDS)
    try:
        smtp.ehlo_or_helo_if_needed()
        if not server.is_tls and not server.is_here and smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        elif not server.is_tls and not server.is_here and server.password:
            raise smtplib.SMTPException("the server offers no STARTTLS, and a password is not sent in the open")
        if server.password:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _hand_over(smtp: smtplib.SMTP, sender: str, to: str, content: bytes) -> Delivery:
    try:
        for code, said in (smtp.mail(sender), smtp.rcpt(to)):
            if not 200 <= code < 300:
                return failed(_said(code, said), is_final=code not in _LATER)
    except (OSError, smtplib.SMTPException) as error:
        return failed(error)
    try:
        code, said = smtp.data(content)
    except smtplib.SMTPDataError as error:  # it did not want the message before it had it
        return failed(_said(error.smtp_code, error.smtp_error), is_final=error.smtp_code not in _LATER)
    except (OSError, smtplib.SMTPException) as error:
        return unsure(error)
    return SENT if 200 <= code < 300 else failed(_said(code, said), is_final=code not in _LATER)


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
