from dataclasses import dataclass
from uuid import UUID

from apps.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class MemberChanged(Fact, audience="members.view"):
    """Somebody joined, was changed, or no longer works here."""

    user_id: UUID
    role: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class MemberDeactivated(Fact, audience="members.view"):
    """Somebody doesn't work here any more, for now or for good: whatever was theirs to do is handed back."""

    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class AgentStatusChanged(Fact, audience="members.view"):
    """Somebody is online, away, busy or offline now."""

    user_id: UUID
    status: str


@dataclass(frozen=True, kw_only=True)
class PlanLimitReached(Fact, audience="organization.manage"):
    """There is as much of something as the plan allows, or more: customers who write are never refused.

    Once a month and resource. `resource`: one of plans.RESOURCES.
    """

    resource: str
    limit: int
    used: int


@dataclass(frozen=True, kw_only=True)
class OrganizationChanged(Fact, audience="members.view"):
    """Its profile or settings are others, or it was switched off or on: then nothing is sent, or goes on."""

    is_active: bool


@dataclass(frozen=True, kw_only=True)
class AccountTouched(Fact, audience="notices.view"):
    """Something about how a person signs in is new; told to nobody but them (`scope`).

    `what`: new_sign_in (in a browser and from an address that they never used before) or password_changed.
    """

    user_id: UUID
    what: str


@dataclass(frozen=True, kw_only=True)
class PermissionsChanged(Fact, audience="notices.view"):
    """What somebody may do or see is more or less now; told to nobody but them (`scope`), or to all (no id)."""

    user_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ExportFinished(Fact, audience="notices.view"):
    """What somebody asked for can be downloaded; told to nobody but them (`scope`). `export`: organization, person."""

    user_id: UUID
    export_id: UUID
    export: str
