PASSWORD = {"password": "pão-quente-às-seis"}
CODE = {"code": "287082"}
CHALLENGE = {"challenge": "GqzRjM1cQZ0vYb3nH5m2Lw8e0Tt7sKpA:0pHk4V6n"}
VERIFY = CHALLENGE | CODE
REQUEST_OPTIONS = {
    "publicKey": {
        "challenge": "0JuQfolIhLn43LoeLnwi329sI7S8IL2f7ybLrzZWFes",
        "rpId": "pytake.example",
        "allowCredentials": [{"type": "public-key", "id": "b1aE8Q"}],
        "userVerification": "preferred",
    }
}
CREATION_OPTIONS = {
    "publicKey": {
        "challenge": "GWqla9B4lAxs6SAQWWieAb2EeiAACv5HIGzdByu4CAk",
        "rp": {"name": "PyTake", "id": "pytake.example"},
        "user": {"id": "MDE5YWJj", "name": "ana@aurora.example", "displayName": "Ana Souza"},
        "pubKeyCredParams": [{"type": "public-key", "alg": -7}],
    }
}
CREDENTIAL = {
    "id": "b1aE8Q",
    "rawId": "b1aE8Q",
    "type": "public-key",
    "response": {"clientDataJSON": "e30", "attestationObject": "oA"},
    "clientExtensionResults": {},
}
PASSKEY_OPTIONS = CHALLENGE | {"webauthn": REQUEST_OPTIONS}
PASSKEY_LOGIN = CHALLENGE | {"credential": CREDENTIAL}
DEVICE = {
    "id": 7,
    "name": "Celular da Ana",
    "passwordless": True,
    "created_at": "2026-11-24T12:00:00Z",
    "last_used_at": None,
}
RECOVERY_CODES = {"recovery_codes": ["0417339284", "9920185573"]}
OVERVIEW = {
    "totp": {"created_at": "2026-11-24T12:00:00Z", "last_used_at": None},
    "webauthn": [DEVICE],
    "recovery_codes_left": 10,
    "demanded_by": ["Padaria Aurora"],
}
BEGUN_TOTP = {
    "secret": "JBSWY3DPEHPK3PXP",
    "url": "otpauth://totp/ana%40aurora.example?secret=JBSWY3DPEHPK3PXP&issuer=PyTake",
    "qr_svg": "<svg/>",
}
BEGIN_WEBAUTHN = {"passwordless": True}
DEVICE_NAME = {"name": "Celular novo da Ana"}
COMPLETE_WEBAUTHN = {"name": "Celular da Ana", "credential": CREDENTIAL}
ADDED_DEVICE = RECOVERY_CODES | {"factor": DEVICE}
SECURITY = {"require_second_factor": True}
