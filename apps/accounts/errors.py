from apps.core.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn


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
