from apps.core.permissions import permission

VIEW_NUMBERS = permission("numbers.view", "See the organization's WhatsApp numbers.")
MANAGE_NUMBERS = permission("numbers.manage", "Connect, change and disconnect WhatsApp numbers.")
VIEW_WEBHOOK_EVENTS = permission("webhook_events.view", "See what Meta's webhooks delivered, raw.")
REDRIVE_WEBHOOK_EVENTS = permission("webhook_events.redrive", "Have webhook events processed again.")
VIEW_TEMPLATES = permission("templates.view", "See the message templates and how they stand at WhatsApp.")
MANAGE_TEMPLATES = permission("templates.manage", "Write, submit, change and delete message templates.")
