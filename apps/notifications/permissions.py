from apps.core.permissions import permission

VIEW_NOTICES = permission("notices.view", "See and settle one's own notices; everybody may.")
