"""Every write to contacts and tags. All of it runs inside a scope or inside the door, which decides whose it is."""

from apps.contacts.services.directory import (
    Details,
    block_contact,
    change_contact,
    create_contact,
    delete_contact,
    find_or_create,
    set_vip,
    unblock_contact,
)
from apps.contacts.services.hearsay import learn_names, learn_wishes, name_unnamed, news_in, note_refusals
from apps.contacts.services.merging import merge
from apps.contacts.services.moving import Names, move_identities
from apps.contacts.services.recognition import Sender, note_messages, recognise
from apps.contacts.services.tagging import (
    add_tags,
    change_tag,
    create_tag,
    delete_tag,
    remove_tags,
    set_tags,
)

__all__ = [
    "Details",
    "Names",
    "Sender",
    "add_tags",
    "block_contact",
    "change_contact",
    "change_tag",
    "create_contact",
    "create_tag",
    "delete_contact",
    "delete_tag",
    "find_or_create",
    "learn_names",
    "learn_wishes",
    "merge",
    "move_identities",
    "name_unnamed",
    "news_in",
    "note_messages",
    "note_refusals",
    "recognise",
    "remove_tags",
    "set_tags",
    "set_vip",
    "unblock_contact",
]
