from apps.whatsapp.api.examples.numbers import NUMBER

NEW_GATEWAY_NUMBER = {
    "gateway_url": "https://evolution.padaria.example",
    "api_key": "{{secret:evolution_key}}",
    "display_name": "Padaria Aurora",
}
GATEWAY_NUMBER = NUMBER | {
    "phone_number_id": "pytake_019abc00_482915736",
    "waba_id": "",
    "provider": "evolution",
    "status": "waiting",
    "display_phone_number": "",
    "quality_rating": "",
    "messages_per_second": 2,
    "token_secret": "evolution_key",
}
PENDING = {
    "status": "pending",
    "qr_code": "data:image/png;base64,iVBORw0KGgo=",
    "pairing_code": "",
    "seconds": 4,
    "detail": "",
}
