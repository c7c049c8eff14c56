from apps.core.errors import Conflict, Invalid


class PhoneNotValid(Invalid):
    title, example, field = (
        "Phone not valid",
        "12345 is no phone number. Write it with + and its country code.",
        "phone",
    )


class PhoneTaken(Conflict):
    title, example, field = "Phone taken", "+5511987654321 is Bia Rocha's number.", "phone"


class NoSuchOther(Invalid):
    title, example, field = "No such contact", "There is no other contact with this id.", "other_id"


class SameContact(Invalid):
    title, example, field = "Same contact", "A contact is merged with another one, and this is the same.", "other_id"


class NoSuchTag(Invalid):
    title, example, field = "No such tag", "There is no tag with this id.", "tag_ids"


class TagNameTaken(Conflict):
    title, example, field = "Tag name taken", "There is a tag “VIP” already.", "name"


class SystemTag(Conflict):
    title, example = "System tag", "This tag belongs to the system and stays as it is."
