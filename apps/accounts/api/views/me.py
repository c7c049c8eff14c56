from typing import Any

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.examples import sign_in as examples
from apps.accounts.api.requests import access_of, body_of
from apps.accounts.api.serializers.profiles import AvatarSerializer, ProfileSerializer
from apps.accounts.api.serializers.sign_in import MeSerializer
from apps.accounts.errors import NotAPicture, PictureTooLarge
from apps.accounts.services import profiles
from apps.core.openapi import describe
from apps.core.rest import OpenViewSet

TAG = "Users"
ME: dict[str, Any] = {"answers": {200: MeSerializer}, "shows": examples.ME}


@extend_schema_view(
    me=describe(TAG, "Show my profile", "The person who asks, and their place in the active organization.", **ME),
    avatar=describe(
        TAG, "Upload my portrait", "A PNG, JPEG or WebP picture, which is made smaller and written anew.",
        takes={"multipart/form-data": AvatarSerializer}, sends=examples.AVATAR, **ME,
        refuses=(NotAPicture, PictureTooLarge),
    ),
)  # fmt: skip
class MeViewSet(OpenViewSet):
    """A person's own profile, which they take along to every organization."""

    @action(detail=False, methods=["get"])
    def me(self, request: Request) -> Response:
        return Response(profiles.my_profile(access_of(request)))

    @me.mapping.patch
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        TAG, "Change my profile", "What isn't named stays.",
        takes=ProfileSerializer, sends=examples.PROFILE, **ME,
    )  # fmt: skip
    def change_me(self, request: Request) -> Response:
        profiles.change_profile(access=access_of(request), **body_of(request, ProfileSerializer))
        return Response(profiles.my_profile(access_of(request)))

    @action(detail=False, methods=["post"], url_path="me/avatar", parser_classes=[MultiPartParser])
    def avatar(self, request: Request) -> Response:
        profiles.set_avatar(access=access_of(request), file=body_of(request, AvatarSerializer)["file"])
        return Response(profiles.my_profile(access_of(request)))

    @avatar.mapping.delete
    @describe(TAG, "Remove my portrait", "The initials stand alone again.", **ME)
    def remove_avatar(self, request: Request) -> Response:
        profiles.set_avatar(access=access_of(request), file=None)
        return Response(profiles.my_profile(access_of(request)))
