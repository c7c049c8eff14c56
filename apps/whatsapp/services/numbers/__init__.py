"""Business numbers: connecting, changing, asking how they stand, holding them when WhatsApp refuses.

Services work in whatever scope is open: an organization's request, or the door of the staff and of drains.
"""

from apps.whatsapp.services.numbers.blocking import block_user, blocked_by
from apps.whatsapp.services.numbers.checking import hold_number, release_number, test_number
from apps.whatsapp.services.numbers.connecting import (
    change_number,
    claim_number,
    connect_number,
    delete_number,
    disconnect_number,
    webhook_of,
)
from apps.whatsapp.services.numbers.gateways import connect_gateway, qr_code_of, show_qr_code
from apps.whatsapp.services.numbers.health import health_of, refresh_one_due, restrictions_of
from apps.whatsapp.services.numbers.profile import (
    change_automation,
    change_profile,
    profile_picture,
    read_automation,
    read_profile,
)
from apps.whatsapp.services.numbers.qr_codes import change_qr_code, create_qr_code, delete_qr_code, qr_codes_of
from apps.whatsapp.services.numbers.rate import rate_of, reset_rate
from apps.whatsapp.services.numbers.registration import (
    deregister_number,
    register_number,
    request_code,
    request_name,
    set_pin,
    subscribe_number,
    verify_code,
)
from apps.whatsapp.services.numbers.shop import (
    change_commerce,
    change_username,
    delete_username,
    override_webhook,
    read_commerce,
    read_username,
    read_webhooks,
)
from apps.whatsapp.services.numbers.signup import sign_up_number, signup_offer
from apps.whatsapp.services.numbers.threads import control_thread

__all__ = [
    "block_user",
    "blocked_by",
    "change_automation",
    "change_commerce",
    "change_number",
    "change_profile",
    "change_qr_code",
    "change_username",
    "claim_number",
    "connect_gateway",
    "connect_number",
    "control_thread",
    "create_qr_code",
    "delete_number",
    "delete_qr_code",
    "delete_username",
    "deregister_number",
    "disconnect_number",
    "health_of",
    "hold_number",
    "override_webhook",
    "profile_picture",
    "qr_code_of",
    "qr_codes_of",
    "rate_of",
    "read_automation",
    "read_commerce",
    "read_profile",
    "read_username",
    "read_webhooks",
    "refresh_one_due",
    "register_number",
    "release_number",
    "request_code",
    "request_name",
    "reset_rate",
    "restrictions_of",
    "set_pin",
    "show_qr_code",
    "sign_up_number",
    "signup_offer",
    "subscribe_number",
    "test_number",
    "verify_code",
    "webhook_of",
]
