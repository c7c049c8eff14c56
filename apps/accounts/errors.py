from apps.core.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn, PaymentRequired


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
