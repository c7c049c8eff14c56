from collections.abc import Sequence

from apps.core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    PaymentRequired,
    TokenInvalid,
    TooLarge,
)


class WrongCredentials(NotSignedIn):
    title, example = "Wrong e-mail or password", "There is no active account with this e-mail and password."


class NoMembership(Forbidden):
    title, example = "No organization", "This account belongs to no active organization."


class EmailTaken(Conflict):
    title, example, field = "E-mail address taken", "ana@example.org has an account already.", "email"


class PasswordTooWeak(Invalid):
    title, example, field = "Password too weak", "This password is too common.", "password"


class NoSuchMember(NotFound):
    title, example = "Not Found", "Nobody active in this organization has this id."


class LastOwner(Conflict):
    title, example = "Last owner", "An organization keeps at least one active owner."


class AlreadyMember(Conflict):
    title, example, field = "Works here already", "bia@aurora.example works here already.", "email"


class InvitationWaiting(Conflict):
    title, example, field = (
        "Invited already",
        "bia@aurora.example has an invitation that is still good: send it again, or take it back.",
        "email",
    )


class NoSuchInvitation(NotFound):
    title, example = "No such invitation", "This invitation was taken back, or never was."


class InvitationExpired(Conflict):
    title, example = "Invitation expired", "This invitation has expired. Ask for another one."


class InvitationUsed(Conflict):
    title, example = "Invitation used", "This invitation was accepted already."


class InvitationNotWaiting(Conflict):
    title, example = "Invitation closed", "This invitation was accepted or taken back."


class SignInFirst(Conflict):
    title, example = "Sign in first", "This e-mail address has an account: sign in with it, then accept."


class NotYourInvitation(Forbidden):
    title, example = "Somebody else's invitation", "This invitation is for another e-mail address than yours."


class MayNotGrant(Forbidden):
    title, example = "More than you have", "Nobody gives what they haven't got: organization.own."


class OutOfReach(Forbidden):
    title, example = "More powerful than you", "This person may do what you may not: organization.own."


class OwnRole(Forbidden):
    title, example = "Your own role", "Nobody changes their own role or permissions."


class Yourself(Forbidden):
    title, example = "Not yourself", "Somebody else has to do that to you; or leave the organization."


class NoSuchDepartment(Invalid):
    title, example, field = "No such department", "There is no department with this id.", "department_ids"


class NoSuchRole(Invalid):
    title, example, field = "No such role", "There is no role with this id.", "custom_role_id"


class UnknownPermission(Invalid):
    title, example, field = "Unknown permission", "There is no permission contacts.fly to give.", "permissions"


class RoleNameTaken(Conflict):
    title, example, field = "Role name taken", "There is a role “Caixa” already.", "name"


class RoleInUse(Conflict):
    title, example = "Role in use", "2 people or invitations have this role. Give them another one first."


class BuiltInRole(Conflict):
    title, example = "Built-in role", "The built-in roles stay as they are."


class DepartmentSlugTaken(Conflict):
    title, example, field = "Slug taken", "There is a department “vendas” already.", "slug"


class HoursNotValid(Invalid):
    title, example, field = "Business hours not valid", "monday: it ends before it starts.", "business_hours"


class SkillTaken(Conflict):
    title, example, field = "Skill there already", "“Inglês” is there already.", "name"


class TooManySkills(Conflict):
    title, example = "Too many skills", "A person has 100 skills at most."


class PlanLimitReached(PaymentRequired):
    """One more would be more than the organization's plan allows."""

    title, example = "Plan limit reached", "Your plan allows 1000 contacts, and there are 1000."

    def __init__(self, *, resource: str = "contacts", limit: int = 1000, used: int = 1000) -> None:
        self.more = {"resource": resource, "limit": limit, "used": used}
        super().__init__(f"Your plan allows {limit} {resource.replace('_', ' ')}, and there are {used}.")


class LinkNotValid(Invalid):
    title, example, field = "Link not valid", "This link is too old, or was used already. Ask for another one.", "token"


class WrongPassword(Forbidden):
    title, example, field = "Wrong password", "This isn't your password.", "password"


class NotThatName(Invalid):
    title, example, field = "Not that name", "Type the organization's name as it is: Padaria Aurora.", "name"


class AlreadyOwner(Conflict):
    title, example, field = "Owner already", "This person owns the organization already.", "user_id"


class NoDeletionAsked(Conflict):
    title, example = "Nothing to take back", "Nobody has asked for this organization to be deleted."


class DeletionAsked(Conflict):
    title, example = "To be deleted already", "This organization is to be deleted already, on 24 December 2026."


class UnknownSetting(Invalid):
    title, example, field = "Unknown setting", "There is no setting called colour.", "colour"


class ExportWaiting(Conflict):
    title, example = "Export under way", "An export is being made already. Wait for it."


class ExportNotReady(Conflict):
    title, example = "Export not ready", "This export isn't ready, or its file was deleted by now."


class NoSuchPerson(Invalid):
    title, example, field = "No such person", "Nobody active in this organization has this id.", "user_id"


class NotAPicture(Invalid):
    title, example, field = "Not a picture", "Send a PNG, JPEG or WebP picture.", "file"


class PictureTooLarge(TooLarge):
    title, example, field = "Picture too large", "A picture may have 2 MB and 36 million points.", "file"


class MfaRequired(NotSignedIn):
    """The password is right, and the person has a second factor."""

    title, example = "Second factor required", "Show your second factor at /auth/mfa/verify/ within five minutes."
    more = {"challenge": "Jx0uQ2xX:8sZr1c", "methods": ["totp", "webauthn", "recovery_codes"]}

    def __init__(self, *, challenge: str = "", methods: Sequence[str] = ()) -> None:
        super().__init__()
        if challenge:
            self.more = {"challenge": challenge, "methods": [*methods]}


class ChallengeNotValid(NotSignedIn):
    title, example = "Challenge not valid", "This sign-in took too long, or too many codes were wrong. Begin again."


class WrongSecondFactor(NotSignedIn):
    title, example = "Wrong second factor", "This code is wrong or was used already."


class ReauthenticationRequired(Forbidden):
    title, example = "Password required", "Send your password along: this sign-in is older than ten minutes."


class WrongCode(Invalid):
    title, example, field = "Wrong code", "This code is wrong, or the set-up took too long.", "code"


class CredentialNotValid(Invalid):
    title, example, field = "Passkey not valid", "This is no answer to what was asked of the device.", "credential"


class FactorThere(Conflict):
    title, example = "There already", "An authenticator app is set up already. Remove it first."


class NoSecondFactor(Conflict):
    title, example = "No second factor", "Sign in with a second factor of your own first."


class AddressNotProven(Conflict):
    title = "E-mail address not confirmed"
    example = "Confirm your e-mail address first, by the link that was mailed to it."


class NoSuchFactor(NotFound):
    title, example = "No such second factor", "You have no such second factor."


class SecondFactorDemanded(Conflict):
    title, example = "Second factor demanded", "Padaria Aurora demands a second factor: set up another one first."


class NoSuchProvider(NotFound):
    title, example = "No such sign-in provider", "This organization has no active sign-in provider."


class ProviderTaken(Conflict):
    title, example, field = "Provider there already", "This provider is set up with this client already.", "client_id"


class IssuerNotValid(Invalid):
    title, example, field = "No provider there", "The provider can't be asked: nobody answers there.", "issuer"


class SsoFailed(NotSignedIn):
    title, example = "Single sign-on failed", "The sign-in was begun elsewhere, took too long or was used already."


class SsoRefused(Forbidden):
    title, example = "Not admitted", "You have no place in this organization, and nobody joins it by signing in."


class SsoLinkRequired(Conflict):
    title, example = "Link your account", "This e-mail address has an account: sign in with it, then link them."


class MayNotImpersonate(Forbidden):
    title, example = "May not act as others", "Only support staff with this permission act as a person."


class NoReason(Invalid):
    title, example, field = "No reason", "Say in ten characters or more why you need to act as this person.", "reason"


class CodeNotValid(TokenInvalid):
    title, example = "Code not valid", "This code is older than a minute, was used already, or is none of ours."


class NoSuchSubject(NotFound):
    title, example, field = "Not Found", "Nobody of this kind has this id here.", "subject_id"


class OwnersOnly(Forbidden):
    title, example = "Owners only", "Only an owner has an owner's data erased."


class ThreadsUnseen(Forbidden):
    title = "Not all conversations seen"
    example = "A contact's data are all their conversations: it takes the permission conversations.view_all, too."


class IdentityTaken(Conflict):
    title, example = "Linked already", "This sign-in of the provider is linked to an account already."


def not_in_their_place() -> Forbidden:
    """For support staff who act for a person, on whatever only that person does."""
    return Forbidden(
        "Support staff who act for a person change neither how that person signs in nor what can't be taken back."
    )
