from apps.core.permissions import permission

VIEW_MEMBERS = permission("members.view", "See who works in the organization, its departments and roles.")
VIEW_ACTIVITY = permission("members.view_activity", "See colleagues' figures, and when they were online.")
MANAGE_MEMBERS = permission("members.manage", "Invite people, change roles, departments and skills, let in and out.")
MANAGE_ROLES = permission("roles.manage", "Make, change and delete the organization's own roles.")
MANAGE_DEPARTMENTS = permission("departments.manage", "Make, change and delete departments and their members.")
MANAGE_ORGANIZATION = permission("organization.manage", "Change the organization's profile and settings.")
OWN_ORGANIZATION = permission("organization.own", "Transfer, export and delete the whole organization.")
MANAGE_SECURITY = permission("security.manage", "Demand second factors, and set up single sign-on.")
MANAGE_API_KEYS = permission("api_keys.manage", "Make and revoke keys for programs.")
VIEW_AUDIT = permission("audit.view", "Read and export the audit log.")
MANAGE_PRIVACY = permission("privacy.manage", "Export and erase a person's data, and set how long data is kept.")
