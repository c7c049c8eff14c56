from apps.core.permissions import permission

VIEW_CONVERSATIONS = permission("conversations.view", "Read conversations.")
ANSWER_CONVERSATIONS = permission("conversations.answer", "Write to customers, assign, close and mark conversations.")
VIEW_REALTIME = permission("realtime.view", "See how many agents' sockets are open.")
