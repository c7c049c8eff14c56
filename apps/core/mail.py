"""The mail outbox: a mail is a row, written in the transaction of its cause, and sent later by a task.

Without an SMTP server mails stay here. Whoever develops reads them with their links on a page; the support staff read
them there and at their desk without, since whoever follows a link of somebody's is taken for them.
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from apps.core.models import Mail
from apps.core.tenancy import all_organizations
from apps.core.text import one_line
from apps.core.wake import wake

logger = structlog.get_logger(__name__)
LONGEST_SUBJECT = 200
_SECRET = re.compile(r"(token=|code=|https?://[^\s?#]*[?#])\S+", re.IGNORECASE)
ATTEMPTS, PAUSE = 5, timedelta(seconds=30)  # the last attempt comes three hours after the first


def put(*, to: str, subject: str, text: str, about: Collection[UUID] = (), organization_id: UUID | None = None) -> None:
    """Write a mail to the outbox, from whatever scope.

    Args:
        about: ids of whom it is to and whom it names; those who are erased are found by them.
        organization_id: in whose name it is sent; left out, it is about the person's own account.
    """
    with connection.cursor() as cursor:
        # Not by save(): that reads back what the database filled in, and a tenant may add mails and read none.
        head = one_line(subject)[:LONGEST_SUBJECT]  # a subject of two lines is never sent
        cursor.execute(
            'INSERT INTO core_mail ("to", subject, text, about, sent_for) VALUES (%s, %s, %s, %s::uuid[], %s)',
            [to, head, text, [str(each) for each in about], organization_id],
        )
    wake("core.send_mail")


def masked(text: str) -> str:
    """The text as the support staff see it: dots where its links say more than the page they lead to."""
    return _SECRET.sub(r"\1…", text)


def send_one() -> int:
    """Send a mail that is due; returns how many were tried. Any number of workers may do so at once."""
    if not settings.SMTP_HOST:
        return 0
    with all_organizations("mails wait for sending, whoever caused them"):
        waiting = Mail.objects.filter(sent_at=None, attempts__lt=ATTEMPTS, next_attempt_at__lte=timezone.now())
        mail = waiting.select_for_update(skip_locked=True).order_by("pk").first()
        if mail is None:
            return 0
        _send(mail)
        return 1


def newest(limit: int) -> list[Mail]:
    with all_organizations("the outbox page shows mails, whoever caused them"):
        return list(Mail.objects.order_by("-pk")[:limit])


def forget_old(*, before: datetime, limit: int) -> int:
    """Delete mails that were written before then, `limit` at most; returns how many. Those that never went out, too:
    what they say is over."""
    with all_organizations("mails that were written long ago are forgotten"):
        ids = list(Mail.objects.filter(created_at__lt=before).order_by("pk").values_list("pk", flat=True)[:limit])
        Mail.objects.filter(pk__in=ids).delete()
        return len(ids)


def _send(mail: Mail) -> None:
    mail.attempts += 1
    try:
        EmailMessage(mail.subject, mail.text, to=[mail.to]).send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors; an address may be none at all
        mail.error = f"{type(error).__name__}: {error}"[:500]
        mail.next_attempt_at = timezone.now() + PAUSE * 4**mail.attempts
        logger.warning("mail_not_sent", mail=str(mail.pk), error=mail.error)
    else:
        mail.sent_at, mail.error = timezone.now(), ""
    mail.save(update_fields=["attempts", "error", "next_attempt_at", "sent_at"])
