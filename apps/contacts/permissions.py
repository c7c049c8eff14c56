from apps.core.permissions import permission

VIEW_CONTACTS = permission("contacts.view", "See contacts and tags.")
EDIT_CONTACTS = permission("contacts.edit", "Add, change, tag, block and mark contacts.")
DELETE_CONTACTS = permission("contacts.delete", "Delete contacts and tags.")
