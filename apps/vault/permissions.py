from apps.core.permissions import permission

VIEW_SECRETS = permission("secrets.view", "See which secrets there are, and never their values.")
MANAGE_SECRETS = permission("secrets.manage", "Add, change, rotate and delete secrets.")
REVEAL_SECRETS = permission("secrets.reveal", "See the values of secrets; each look is in the audit log.")
