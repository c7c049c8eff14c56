REGISTRATION = {"pin": "493817", "region": "BR"}
PIN = {"pin": "493817"}
CODE_REQUEST = {"method": "SMS", "language": "pt_BR"}
CODE = {"code": "123456"}
NAME = {"name": "Padaria Aurora"}
PROFILE = {
    "about": "Pão quente às 6h e às 17h",
    "address": "Rua das Flores, 12, São Paulo",
    "description": "Padaria de bairro desde 1978.",
    "email": "oi@aurora.example",
    "vertical": "RESTAURANT",
    "websites": ["https://aurora.example/"],
    "profile_picture_url": "https://pps.whatsapp.net/v/t61/aurora.jpg",
}
PROFILE_CHANGES = {"about": PROFILE["about"], "websites": PROFILE["websites"]}
AUTOMATION = {
    "prompts": ["Quero encomendar", "Qual é o horário?"],
    "commands": [{"command_name": "pedido", "command_description": "Acompanhar meu pedido"}],
}
NEW_QR_CODE = {"prefilled_message": "Olá! Quero encomendar pão.", "image": "SVG"}
QR_CODE_TEXT = {"prefilled_message": "Olá! Quero encomendar um bolo."}
QR_CODE = {
    "code": "4O4YGZEG3RIVE1",
    "prefilled_message": NEW_QR_CODE["prefilled_message"],
    "deep_link_url": "https://wa.me/message/4O4YGZEG3RIVE1",
    "qr_image_url": "https://scontent.xx.fbcdn.net/qr/4O4YGZEG3RIVE1.svg",
}
QR_CODES = {"results": [QR_CODE]}
PERSON = {"phone": "5511987654321"}
BLOCKED = {"results": [{"phone": "5511987654321", "user_id": ""}], "after": None}
OFFER = {"is_offered": True, "app_id": "634974688087057", "config_id": "1234567890", "graph_version": "v26.0"}
SIGNUP = {
    "code": "AQBhVvJ4Jq…",
    "phone_number_id": "106540352242922",
    "waba_id": "102290129340398",
    "pin": "493817",
}
