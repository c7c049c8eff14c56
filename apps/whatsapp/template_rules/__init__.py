"""Meta's rules of message templates. Pure: components come in as Meta writes them; findings, values or a text go out.

- `check_template`: what Meta would refuse of a template, before it is asked.
- `parameters_of`: what has to be filled in for a send.
- `check_send`: what Meta would refuse of a send's components.
- `render`: what the phone shows of it.

Sources: https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview and the pages of
each kind of template beside it; the limits are data (`apps.whatsapp.limits`).
"""

from apps.whatsapp.payloads.values import language_code
from apps.whatsapp.template_rules.check import check_template
from apps.whatsapp.template_rules.findings import Finding
from apps.whatsapp.template_rules.parameters import Parameter, parameters_of
from apps.whatsapp.template_rules.rendering import Rendered, render
from apps.whatsapp.template_rules.sending import SendFinding, check_send, refuse_send
from apps.whatsapp.template_rules.shape import canonical

__all__ = [
    "Finding", "Parameter", "Rendered", "SendFinding", "canonical", "check_send", "check_template", "language_code",
    "parameters_of", "refuse_send", "render",
]  # fmt: skip
