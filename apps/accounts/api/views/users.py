from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.examples import people as examples
from apps.accounts.api.filters import UserFilter, spans_between
from apps.accounts.api.serializers.people import (
    AccessSerializer,
    ChosenStatusSerializer,
    InvitationSerializer,
    InviteSerializer,
    NewSkillSerializer,
    SkillChangesSerializer,
    SkillInUseSerializer,
    SkillSerializer,
    SkillsSerializer,
    SpanSerializer,
    StatusSerializer,
    UserChangesSerializer,
    UserSerializer,
)
from apps.accounts.api.views.invitations import INVITING
from apps.accounts.errors import (
    LastOwner,
    MayNotGrant,
    NoSuchDepartment,
    NoSuchMember,
    NoSuchRole,
    OutOfReach,
    OwnRole,
    PlanLimitReached,
    SkillTaken,
    TooManySkills,
    UnknownPermission,
    Yourself,
)
from apps.accounts.models import AgentSkill, AgentStatusSpan, Invitation, Membership
from apps.accounts.permissions import MANAGE_MEMBERS, VIEW_ACTIVITY, VIEW_MEMBERS
from apps.accounts.querysets import MembershipQuerySet
from apps.accounts.selectors import access_explained, described, skills_in_use
from apps.accounts.services import invitations, members, skills, statuses
from apps.core.access import ANYBODY
from apps.core.errors import NotFound
from apps.core.openapi import describe, query
from apps.core.realtime import online_users
from apps.core.rest import NewestFirst, TenantViewSet

UUID_REGEX = "[0-9A-Fa-f-]{36}"
ONE: dict[str, Any] = {"answers": {200: UserSerializer}, "shows": examples.USER}
ONE_SKILL: dict[str, Any] = {"answers": {200: SkillSerializer}, "shows": examples.SKILL}
MANY_SKILLS: dict[str, Any] = {"answers": {200: SkillSerializer(many=True)}, "shows": examples.SKILL}


class ByName(NewestFirst):
    ordering = ("name", "id")


class ByFoldedName(NewestFirst):
    ordering = "folded"


@extend_schema_view(
    list=describe(
        "Users", "List users", "The people of the organization, newest first.",
        answers={200: UserSerializer(many=True)}, shows=examples.USER,
    ),
    retrieve=describe("Users", "Show a user", "One person of the organization.", **ONE, refuses=(NotFound,)),
    create=describe(
        "Users", "Add a user",
        "Sends an invitation, as `POST /invitations/` does, and answers it: an account's e-mail address and password "
        "are the person's own, so that nobody else makes one for them.",
        takes=InviteSerializer, sends=examples.INVITE, answers={201: InvitationSerializer}, shows=examples.INVITATION,
        refuses=INVITING, writes=True,
    ),
    partial_update=describe(
        "Users", "Change a user",
        "Role, extra permissions, departments, greeting; what isn't named stays. Nobody gives what they haven't got, "
        "and nobody changes their own role. Name, e-mail and password are the person's own.",
        takes=UserChangesSerializer, sends=examples.USER_CHANGES, **ONE, writes=True,
        refuses=(
            NotFound, NoSuchMember, OwnRole, OutOfReach, MayNotGrant, LastOwner, NoSuchRole, NoSuchDepartment,
            UnknownPermission,
        ),
    ),
    destroy=describe(
        "Users", "End a membership", "The person keeps their account and their places elsewhere.",
        answers={204: None}, refuses=(NotFound, NoSuchMember, OutOfReach, Yourself, LastOwner), writes=True,
    ),
    activate=describe(
        "Users", "Let a user in again", "With the role and the departments that they had.", **ONE,
        refuses=(NotFound, NoSuchMember, OutOfReach, PlanLimitReached), writes=True,
    ),
    deactivate=describe(
        "Users", "Let a user out",
        "At once: their sockets close, and their open conversations wait for somebody else.", **ONE,
        refuses=(NotFound, NoSuchMember, OutOfReach, Yourself, LastOwner), writes=True,
    ),
    explain=describe(
        "Users", "Explain a user's access",
        "What this person may do and see: each permission and where it comes from, their departments, and which "
        "conversations they see.",
        answers={200: AccessSerializer}, shows=examples.ACCESS, refuses=(NotFound,),
    ),
    status_history=describe(
        "Users", "List a user's statuses", "When they were online, away, busy or offline; newest first.",
        answers={200: SpanSerializer(many=True)}, shows=examples.SPAN, refuses=(NotFound,),
        filters=[
            query("from", "Only what lasted until after this moment.", OpenApiTypes.DATETIME),
            query("to", "Only what began before this moment.", OpenApiTypes.DATETIME),
        ],
    ),
    my_status=describe(
        "Users", "Set my status",
        "`busy`, `away` and `offline` hold until something else is set; `online` means that nothing is chosen, and "
        "colleagues see whether a socket is open and in use.",
        takes=ChosenStatusSerializer, sends=examples.CHOSEN_STATUS, answers={200: StatusSerializer},
        shows=examples.STATUS, refuses=(NoSuchMember,), writes=True,
    ),
    leave=describe(
        "Users", "Leave the organization", "One's own membership ends. The last owner can't.",
        answers={204: None}, refuses=(NoSuchMember, LastOwner), writes=True,
    ),
    skills=describe("Users", "List a user's skills", "By name.", **MANY_SKILLS, refuses=(NotFound,)),
    skill=describe(
        "Users", "Change a user's skill", "Its name or its level.",
        takes=SkillChangesSerializer, sends=examples.SKILL_CHANGES, **ONE_SKILL,
        refuses=(NotFound, SkillTaken), writes=True,
    ),
)  # fmt: skip
class UserViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Membership]):
    queryset = Membership.objects.all()
    serializer_class = UserSerializer
    filterset_class = UserFilter
    lookup_field, lookup_url_kwarg, lookup_value_regex = "user_id", "pk", UUID_REGEX
    only_in_person = frozenset({"leave"})
    permissions = {
        "list": VIEW_MEMBERS,
        "retrieve": VIEW_MEMBERS,
        "skills": VIEW_MEMBERS,
        "explain": VIEW_MEMBERS,
        "status_history": VIEW_ACTIVITY,
        "my_status": ANYBODY,
        "leave": ANYBODY,
        "*": MANAGE_MEMBERS,
    }

    def get_queryset(self) -> MembershipQuerySet:
        return described(cast(MembershipQuerySet, super().get_queryset()))

    def get_serializer_context(self) -> dict[str, Any]:
        online = online_users(self.organization_id) if self.access else frozenset()
        return {**super().get_serializer_context(), "online": online}

    def create(self, request: Request) -> Response:
        invitation = invitations.invite(by=self.access, **self.validated(InviteSerializer))
        rows = Invitation.objects.for_organization(self.organization_id).select_related("custom_role", "invited_by")
        shown = rows.with_state(invitation.sent_at).get(pk=invitation.pk)
        return Response(InvitationSerializer(shown).data, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        values = self.validated(UserChangesSerializer)
        members.change_member(by=self.access, user_id=self._user_id(), **values)
        return self._shown()

    def destroy(self, request: Request, pk: str) -> Response:
        members.remove(by=self.access, user_id=self._user_id())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def activate(self, request: Request, pk: str) -> Response:
        members.activate(by=self.access, user_id=self._user_id())
        return self._shown()

    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        members.deactivate(by=self.access, user_id=self._user_id())
        return self._shown()

    @action(detail=True, url_path="access", filterset_class=None, pagination_class=None)
    def explain(self, request: Request, pk: str) -> Response:
        return Response(AccessSerializer(access_explained(self.get_object(), self.access.organization)).data)

    @action(detail=True, url_path="status-history", filterset_class=None)
    def status_history(self, request: Request, pk: str) -> Response:
        spans = AgentStatusSpan.objects.for_organization(self.organization_id).filter(user=self._user_id())
        return self._page(spans_between(spans, request.query_params), SpanSerializer)

    @action(detail=False, methods=["put"], url_path="me/status")
    def my_status(self, request: Request) -> Response:
        chosen = self.validated(ChosenStatusSerializer)["status"]
        user_id = self.access.user.pk
        seen = statuses.choose_status(organization_id=self.organization_id, user_id=user_id, status=chosen)
        return Response({"status": seen, "chosen_status": chosen})

    @action(detail=False, methods=["post"], url_path="me/leave")
    def leave(self, request: Request) -> Response:
        members.leave(by=self.access)
        return Response(status=204)

    @action(detail=True, filterset_class=None, pagination_class=ByName)
    def skills(self, request: Request, pk: str) -> Response:
        return self._page(self._skills(), SkillSerializer)

    @skills.mapping.post
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Users", "Add a skill to a user", "Names are compared without case.",
        takes=NewSkillSerializer, sends=examples.NEW_SKILL, answers={201: SkillSerializer}, shows=examples.SKILL,
        refuses=(NotFound, SkillTaken, TooManySkills), writes=True,
    )  # fmt: skip
    def add_skill(self, request: Request, pk: str) -> Response:
        skill = skills.add_skill(member=self.get_object(), **self.validated(NewSkillSerializer))
        return self._shown_skill(skill, status=201)

    @skills.mapping.put
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Users", "Replace a user's skills", "All of them, in one step; those that stay keep their ids.",
        takes=SkillsSerializer, sends=examples.SKILLS, **MANY_SKILLS, refuses=(NotFound, SkillTaken), writes=True,
    )  # fmt: skip
    def replace_skills(self, request: Request, pk: str) -> Response:
        skills.replace_skills(member=self.get_object(), **self.validated(SkillsSerializer))
        return self._page(self._skills(), SkillSerializer)

    @action(detail=True, methods=["patch"], url_path=f"skills/(?P<skill_id>{UUID_REGEX})", filterset_class=None)
    def skill(self, request: Request, pk: str, skill_id: str) -> Response:
        values = self.validated(SkillChangesSerializer)
        return self._shown_skill(skills.change_skill(member=self.get_object(), skill_id=id_in_path(skill_id), **values))

    @skill.mapping.delete
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Users", "Take a skill off a user", "It is deleted.", answers={204: None}, refuses=(NotFound,), writes=True
    )
    def remove_skill(self, request: Request, pk: str, skill_id: str) -> Response:
        skills.remove_skill(member=self.get_object(), skill_id=id_in_path(skill_id))
        return Response(status=204)

    def _user_id(self) -> UUID:
        return self.get_object().user_id

    def _skills(self) -> QuerySet[AgentSkill]:
        return AgentSkill.objects.for_organization(self.organization_id).filter(membership=self.get_object())

    def _page(self, rows: Any, shape: Any) -> Response:
        return self.get_paginated_response(shape(self.paginate_queryset(rows), many=True).data)

    def _shown(self) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    def _shown_skill(self, skill: AgentSkill, *, status: int = 200) -> Response:
        return Response(SkillSerializer(self._skills().get(pk=skill.pk)).data, status=status)


@extend_schema_view(
    list=describe(
        "Users", "List skills in use", "Each name once, in whatever case, and how many people have it.",
        answers={200: SkillInUseSerializer(many=True)}, shows=examples.SKILL_IN_USE,
    ),
)  # fmt: skip
class SkillViewSet(ListModelMixin, TenantViewSet[AgentSkill]):
    queryset = AgentSkill.objects.all()
    serializer_class = SkillInUseSerializer
    pagination_class = ByFoldedName
    permissions = {"*": VIEW_MEMBERS}

    def get_queryset(self) -> Any:
        return skills_in_use(cast(Any, super().get_queryset()))


def id_in_path(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
