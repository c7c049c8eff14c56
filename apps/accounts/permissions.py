from apps.core.permissions import permission

VIEW_MEMBERS = permission("members.view", "See who works in the organization.")
MANAGE_ORGANIZATION = permission("organization.manage", "Change the organization and who belongs to it.")
