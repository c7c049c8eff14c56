from apps.core.permissions import permission

VIEW_CONVERSATIONS = permission("conversations.view", "Read the conversations that are assigned to oneself.")
VIEW_UNASSIGNED = permission("conversations.view_unassigned", "Read the conversations that nobody has.")
VIEW_DEPARTMENT = permission("conversations.view_department", "Read the conversations of one's own departments.")
VIEW_ALL = permission("conversations.view_all", "Read every conversation.")
ANSWER_CONVERSATIONS = permission("conversations.answer", "Write to customers, assign, close and mark conversations.")
VIEW_REALTIME = permission("realtime.view", "See how many agents' sockets are open.")
