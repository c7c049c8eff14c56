"""What is kept of people who work here, and what the installation's own tables hold of anybody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry as DeskEntry
from django.core.files.storage import default_storage
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from apps.accounts.models import (
    AgentSkill,
    AgentStatusSpan,
    ApiKey,
    AuditEntry,
    DepartmentMember,
    ExternalIdentity,
    Invitation,
    Membership,
    OrganizationExport,
    PrivacyJob,
    Session,
    SubjectKey,
    User,
)
from apps.accounts.services import api_keys, audit, audit_pages
from apps.accounts.services.members import may_end
from apps.accounts.services.sessions import close_sockets_of_user, end_session, shut_out
from apps.core import privacy
from apps.core.models import IdempotencyKey, LogEntry, Mail
from apps.core.privacy import BATCH, Store, Subject, Traces

USERS, EVERYBODY = frozenset({"user"}), frozenset({"user", "contact"})
_TEXTS = ("full_name", "phone_number", "bio", "avatar", "timezone")
Rows = Callable[[Subject], Any]


def _user(subject: Subject) -> User | None:
    return User.objects.filter(pk=subject.id).first() if subject.kind == "user" else None


def _names(organization_id: UUID, user_ids: Collection[UUID]) -> dict[UUID, str]:
    members = Membership.objects.for_organization(organization_id).filter(user_id__in=user_ids)
    return dict(members.values_list("user_id", "user__full_name"))


privacy.who_knows("user", _names)


@privacy.tracer
def trace(subject: Subject) -> Traces:
    user = _user(subject)
    if user is None:
        return Traces()
    before = user.known_as
    handles = {user.email, user.phone_number, *before.get("email", ()), *before.get("phone_number", ())}
    return Traces(
        ids=frozenset(str(pk) for pk in _accepted(subject, handles)),
        handles=frozenset(handles - {""}),
        names=frozenset({user.full_name, *before.get("full_name", ())} - {""}),
    )


def _accepted(subject: Subject, handles: Collection[str]) -> Any:
    """Invitations to any address that was theirs: mails and notices name them by id."""
    rows = Invitation.objects.for_organization(subject.organization_id)
    return rows.filter(email__in=[each for each in handles if "@" in each]).values_list("pk", flat=True)


# --- A person ---------------------------------------------------------------------------------------------------


def nobodys_address(user_id: UUID) -> str:
    return f"{user_id}@erased.invalid"


def _people(subject: Subject) -> Any:
    whole = User.objects.filter(pk=subject.id) if subject.alone else User.objects.none()
    return whole.exclude(
        **dict.fromkeys(_TEXTS, ""), preferences={}, known_as={}, email=nobodys_address(subject.id), is_active=False
    )


def _export_person(subject: Subject) -> Iterator[dict[str, Any]]:
    rows: Any = User.objects.filter(pk=subject.id).values(
        "id", "email", "email_verified_at", "phone_number", "full_name", "bio", "language", "timezone", "preferences",
        "known_as", "created_at", "last_login",
    )  # fmt: skip
    yield from rows


def _avatar(subject: Subject) -> dict[str, str]:
    user = _user(subject)
    return {"avatar": user.avatar} if user and user.avatar else {}


def _erase_person(subject: Subject) -> int:
    user = _people(subject).select_for_update(no_key=True).first()
    if user is None:
        return 0
    if user.avatar:
        default_storage.delete(user.avatar)
    for name in _TEXTS:
        setattr(user, name, "")
    user.email, user.email_verified_at, user.preferences, user.known_as = nobodys_address(user.pk), None, {}, {}
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()
    return 1


def _members(subject: Subject) -> Any:
    rows = Membership.objects.for_organization(subject.organization_id).filter(user=subject.id)
    return rows.exclude(is_active=False, greeting="", extra_permissions=[], custom_role=None)


def _keys(subject: Subject) -> Any:
    rows = ApiKey.objects.for_organization(subject.organization_id).filter(created_by=subject.id)
    return rows.exclude(name="", revoked_at__isnull=False)


def _erase_keys(subject: Subject) -> int:
    api_keys.revoke_those_of(organization_id=subject.organization_id, user_id=subject.id)
    return int(_keys(subject).update(name=""))


def _end_membership(subject: Subject) -> int:
    if not _members(subject).exists():
        return 0
    may_end(organization_id=subject.organization_id, user_id=subject.id)
    api_keys.revoke_those_of(organization_id=subject.organization_id, user_id=subject.id)
    shut_out(organization_id=subject.organization_id, user_id=subject.id)
    close_sockets_of_user(subject.id)
    return int(_members(subject).update(is_active=False, greeting="", extra_permissions=[], custom_role=None))


def _sessions(subject: Subject) -> Any:
    rows = Session.objects.filter(user=subject.id)
    return rows if subject.alone else rows.filter(only_organization_id=subject.organization_id)


def _erase_sessions(subject: Subject) -> int:
    for session in _sessions(subject).filter(ended_at=None):
        end_session(session, "erased")
    return int(_sessions(subject).delete()[0])


def _if_alone(model: type[Model], **lookups: Any) -> Rows:
    def rows(subject: Subject) -> Any:
        found = model._default_manager.filter(**dict.fromkeys(lookups, subject.id))
        return found if subject.alone else found.none()

    return rows


def _here(model: Any, lookup: str) -> Rows:
    """The organization's rows of this person."""
    return lambda subject: model.objects.for_organization(subject.organization_id).filter(**{lookup: subject.id})


def _invitations(subject: Subject) -> Any:
    rows = Invitation.objects.for_organization(subject.organization_id)
    return rows.filter(email__in=[each for each in subject.handles if "@" in each])


def _deleted(name: str, where: str, rows: Rows, *, export: tuple[str, ...] = (), **more: Any) -> None:
    """A store whose rows are simply deleted."""
    privacy.store(
        Store(
            name, where, more.pop("kinds", USERS),
            find=lambda subject: rows(subject).count(),
            erase=lambda subject: rows(subject).delete()[0],
            export=(lambda subject: rows(subject).values(*export).iterator()) if export else None,
            **more,
        )
    )  # fmt: skip


_deleted(
    "accounts.skills", "accounts_agentskill", _here(AgentSkill, "membership__user"), export=("name", "proficiency")
)
_deleted("accounts.departments", "accounts_departmentmember", _here(DepartmentMember, "membership__user"))
_deleted(
    "accounts.statuses", "accounts_agentstatusspan", _here(AgentStatusSpan, "user"),
    export=("status", "began_at", "ended_at"),
)  # fmt: skip
_deleted("accounts.single_sign_on", "accounts_externalidentity", _here(ExternalIdentity, "user"))
privacy.store(
    Store(
        "accounts.api_keys", "accounts_apikey", USERS,
        find=lambda subject: _keys(subject).count(), erase=_erase_keys,
        export=lambda subject: _keys(subject).values("name", "prefix", "scopes", "created_at", "revoked_at").iterator(),
        note="They are revoked and lose the name that the person gave them; empty rows stay, for the audit log.",
    )
)  # fmt: skip
_deleted("accounts.invitations", "accounts_invitation", _invitations, export=("email", "created_at"))
privacy.store(
    Store(
        "accounts.memberships", "accounts_membership", USERS,
        find=lambda subject: _members(subject).count(), erase=_end_membership,
        export=lambda subject: _members(subject).values("role", "is_active", "greeting", "created_at").iterator(),
        note="An inactive place stays, so that what they did in conversations stays somebody's.",
    )
)  # fmt: skip
privacy.store(
    Store(
        "accounts.sessions", "accounts_session", USERS, everybody=True,
        find=lambda subject: _sessions(subject).count(), erase=_erase_sessions,
        note="Of people who belong to other organizations, too, those that were for this one alone.",
    )
)  # fmt: skip
_deleted("accounts.tokens", "token_blacklist_outstandingtoken", _if_alone(OutstandingToken, user=1), everybody=True)
_deleted("accounts.second_factors", "mfa_authenticator", _if_alone(Authenticator, user=1), everybody=True)
_deleted("accounts.addresses", "account_emailaddress", _if_alone(EmailAddress, user=1), everybody=True)
_deleted("accounts.support_desk", "django_admin_log", _if_alone(DeskEntry, user=1), everybody=True)
privacy.store(
    Store(
        "accounts.people", "accounts_user, files of avatars", USERS, everybody=True,
        find=lambda subject: _people(subject).count(), erase=_erase_person, export=_export_person, files=_avatar,
        note="An empty row stays. Of people who belong to other organizations, too, all of it: it is theirs.",
    )
)  # fmt: skip


# --- The audit log ----------------------------------------------------------------------------------------------


def _export_audit(subject: Subject) -> Iterator[dict[str, Any]]:
    entries = AuditEntry.objects.for_organization(subject.organization_id)
    about = entries.filter(Q(subject_id=subject.id) | Q(actor_id=subject.id)).order_by("pk")
    yield from (vars(each) for each in audit_pages.read(list(about[:10_000])))


def _audit_keys(subject: Subject) -> Any:
    """The person's own, and those of the programs that they made keys for: under these the keys' names are kept."""
    made = ApiKey.objects.for_organization(subject.organization_id).filter(created_by=subject.id).values("pk")
    rows = SubjectKey.objects.for_organization(subject.organization_id)
    return rows.filter(Q(subject_id=subject.id) | Q(subject_id__in=made))


privacy.store(
    Store(
        "accounts.audit", "accounts_subjectkey; accounts_auditentry keeps what nobody can read without it", EVERYBODY,
        find=lambda subject: _audit_keys(subject).count(),
        erase=lambda subject: sum(
            audit.forget_subject(organization_id=subject.organization_id, subject_id=each)
            for each in _audit_keys(subject).values_list("subject_id", flat=True)
        ),
        export=_export_audit,
        note="Entries stay, so that the chain holds; personal values in them are encrypted under the key that is gone.",
    )
)  # fmt: skip


# --- What was exported before -----------------------------------------------------------------------------------


def _jobs(subject: Subject) -> Any:
    rows = PrivacyJob.objects.for_organization(subject.organization_id).filter(subject_id=subject.id)
    return rows.filter(Q(kind="export") & ~Q(file="") | ~Q(reason=""))


def _erase_jobs(subject: Subject) -> int:
    found = _jobs(subject).count()
    for job in _jobs(subject).exclude(file=""):
        default_storage.delete(job.file)
        job.file, job.state = "", PrivacyJob.State.EXPIRED
        job.save(update_fields=["file", "state"])
    _jobs(subject).update(reason="")
    return int(found)


def _exports(subject: Subject) -> Any:
    rows = OrganizationExport.objects.for_organization(subject.organization_id)
    return rows.filter(reason="asked").exclude(file="")


def _erase_exports(subject: Subject) -> int:
    rows = list(_exports(subject))
    for export in rows:
        default_storage.delete(export.file)
        export.file, export.state = "", "expired"
        export.save(update_fields=["file", "state"])
    return len(rows)


privacy.store(
    Store(
        "accounts.privacy_jobs", "accounts_privacyjob, files of exports", EVERYBODY,
        find=lambda subject: _jobs(subject).count(), erase=_erase_jobs,
    )
)  # fmt: skip
privacy.store(
    Store(
        "accounts.exports", "accounts_organizationexport, files of exports of the whole organization", EVERYBODY,
        find=lambda subject: _exports(subject).count(), erase=_erase_exports,
        note="One that was made because the organization is being deleted stays until then.",
    )
)  # fmt: skip


# --- The installation's own tables ------------------------------------------------------------------------------


def _facts(subject: Subject) -> Iterator[LogEntry]:
    rows = LogEntry.objects.for_organization(subject.organization_id)
    about = Q(said__regex=subject.pattern)
    if subject.names:  # which notices spell out; in others' messages they may be others' names
        about |= Q(kind__startswith="notifications.", said__regex=privacy.pattern_of(subject.names))
    told = rows.alias(said=Cast("payload", TextField())).filter(about)
    for entry in told.only("id", "organization", "payload").iterator(chunk_size=BATCH):
        if privacy.redacted(entry.payload) != entry.payload:
            yield entry


def _redact_facts(subject: Subject) -> int:
    found = list(_facts(subject))
    for entry in found:
        entry.payload = privacy.redacted(entry.payload)
        entry.save(update_fields=["payload"])
    return len(found)


def _answers(subject: Subject) -> Any:
    rows = IdempotencyKey.objects.for_organization(subject.organization_id)
    return rows.alias(said=Cast("answer", TextField())).filter(said__regex=subject.pattern)


def _mails(subject: Subject) -> Any:
    """Mails in the organization's name that are to the person or name them; of who works nowhere else, those of their
    account, too. Names aren't unique: a mail that names a namesake may go, too."""
    ours = Q(sent_for=subject.organization_id)
    theirs = Q(about__overlap=[UUID(each) for each in subject.ids]) | Q(to__in=subject.handles)
    pattern = privacy.pattern_of((*subject.ids, *subject.handles, *subject.names))
    naming = Q(text__regex=pattern) | Q(subject__regex=pattern)
    if subject.kind == "user":
        return Mail.objects.filter((theirs | naming) & ours | theirs if subject.alone else (theirs | naming) & ours)
    members = Membership.objects.for_organization(subject.organization_id).values("user__email")
    return Mail.objects.filter(theirs & ours | naming & (ours | Q(to__in=members)))


privacy.store(
    Store(
        "core.event_log", "core_logentry", EVERYBODY,
        find=lambda subject: sum(1 for _ in _facts(subject)), erase=_redact_facts,
        note="Ids stay: readers count on every number. Entries are deleted after 14 days.",
    )
)  # fmt: skip
_deleted("core.answers", "core_idempotencykey", _answers, kinds=EVERYBODY)
_deleted("core.mails", "core_mail", _mails, kinds=EVERYBODY, everybody=True)
privacy.nothing_in("core.server_logs", "They name ids and no content; whoever runs the installation says how long.")
privacy.nothing_in("core.cache", "Redis holds ids, counters and marks, for minutes.")
privacy.nothing_in("ai.traces", "None are kept yet.")
privacy.nothing_in("backups", "What is older than the erasure still holds the data until it is rotated out.")
