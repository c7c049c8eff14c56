"""The mail outbox: a mail is a row, written in the transaction of its cause, and sent later by a task.

Without an SMTP server mails stay here, and whoever runs the installation reads them (and their links) on a page.
"""

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from apps.core.models import Mail
from apps.core.tenancy import all_organizations
from apps.core.wake import wake

logger = structlog.get_logger(__name__)
ATTEMPTS = 5


def put(*, to: str, subject: str, text: str) -> None:
    """Write a mail to the outbox; call it inside the door or with no scope's rows in hand."""
    Mail(to=to, subject=subject, text=text).save(force_insert=True)
    wake("core.send_mail")


def send_some(limit: int = 20) -> int:
    """Send mails that are waiting; returns how many were tried. Any number of workers may do so at once."""
    if not settings.SMTP_HOST:
        return 0
    with all_organizations("mails wait for sending, whoever caused them"):
        waiting = Mail.objects.filter(sent_at=None, attempts__lt=ATTEMPTS).order_by("pk")
        mails = list(waiting.select_for_update(skip_locked=True)[:limit])
        for mail in mails:
            _send(mail)
        return len(mails)


def _send(mail: Mail) -> None:
    mail.attempts += 1
    try:
        EmailMessage(mail.subject, mail.text, to=[mail.to]).send()
    except OSError as error:  # smtplib's errors, too
        mail.error = f"{type(error).__name__}: {error}"[:500]
        logger.warning("mail_not_sent", mail=str(mail.pk), error=mail.error)
    else:
        mail.sent_at, mail.error = timezone.now(), ""
    mail.save(update_fields=["attempts", "error", "sent_at"])
