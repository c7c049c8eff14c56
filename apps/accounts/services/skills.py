"""What people are good at. Names are compared without case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.errors import SkillTaken, TooManySkills
from apps.accounts.models import AgentSkill, Membership
from apps.accounts.services import audit
from apps.core.constraints import constraint_means
from apps.core.errors import NotFound

MOST_SKILLS = 100


@transaction.atomic
def add_skill(*, member: Membership, name: str, proficiency: int = 3) -> AgentSkill:
    """
    Args:
        proficiency: 1 (beginner) to 5 (expert).

    Raises:
        SkillTaken: they have it already, in whatever case.
        TooManySkills
    """
    rows = _rows(_locked(member))
    if rows.count() >= MOST_SKILLS:
        raise TooManySkills
    with constraint_means("accounts_skill_once", _taken(name)):
        skill: AgentSkill = rows.create(membership=member, name=name, proficiency=proficiency)
    _record("added", member, after={"name": name, "proficiency": proficiency})
    return skill


@transaction.atomic
def change_skill(*, member: Membership, skill_id: UUID, **values: Any) -> AgentSkill:
    """Another `name` or `proficiency`.

    Raises:
        NotFound: they have no skill of this id.
        SkillTaken
    """
    skill: AgentSkill | None = _rows(_locked(member)).filter(pk=skill_id).first()
    if skill is None:
        raise NotFound
    before = {"name": skill.name, "proficiency": skill.proficiency}
    for name, value in values.items():
        setattr(skill, name, value)
    with constraint_means("accounts_skill_once", _taken(skill.name)):
        skill.save(update_fields=list(values))
    _record("changed", member, before=before, after={"name": skill.name, "proficiency": skill.proficiency})
    return skill


@transaction.atomic
def remove_skill(*, member: Membership, skill_id: UUID) -> None:
    """
    Raises:
        NotFound
    """
    skill = _rows(_locked(member)).filter(pk=skill_id).first()
    if skill is None:
        raise NotFound
    skill.delete()
    _record("removed", member, before={"name": skill.name, "proficiency": skill.proficiency})


@transaction.atomic
def replace_skills(*, member: Membership, skills: Iterable[Mapping[str, Any]]) -> None:
    """They have these skills and no others, in one step; one that stays keeps its id.

    Raises:
        SkillTaken: a name comes twice, in whatever case.
    """
    rows = _rows(_locked(member))
    had = {skill.name.lower(): skill for skill in rows}
    before = {skill.name: skill.proficiency for skill in had.values()}
    wanted: dict[str, Mapping[str, Any]] = {}
    for each in skills:
        if each["name"].lower() in wanted:
            raise _taken(each["name"], "skills")
        wanted[each["name"].lower()] = each
    rows.filter(pk__in=[skill.pk for key, skill in had.items() if key not in wanted]).delete()
    for key, each in wanted.items():
        skill = had.get(key) or AgentSkill(organization_id=member.organization_id, membership=member)
        skill.name, skill.proficiency = each["name"], each.get("proficiency", 3)
        with constraint_means("accounts_skill_once", _taken(skill.name, "skills")):
            skill.save()
    _record("replaced", member, before=before, after={each["name"]: each.get("proficiency", 3) for each in skills})


def _rows(member: Membership) -> Any:
    return AgentSkill.objects.for_organization(member.organization_id).filter(membership=member)


def _locked(member: Membership) -> Membership:
    rows = Membership.objects.for_organization(member.organization_id)
    found = rows.select_for_update(no_key=True).filter(pk=member.pk).first()
    if found is None:
        raise NotFound
    return found


def _taken(name: str, field: str = "name") -> SkillTaken:
    return SkillTaken(f"“{name}” is there already.", field=field)


def _record(verb: str, member: Membership, **sides: Any) -> None:
    """What somebody can do is theirs, and the words for it are free."""
    audit.record(
        f"skills.{verb}", organization_id=member.organization_id, target="membership", target_id=member.pk,
        subject_id=member.user_id, personal={name for side in sides.values() for name in side}, **sides,
    )  # fmt: skip
