EMAIL = {"email": "ana@aurora.example"}
RESET = {"token": "eyJ1c2VyIjoiMDE5YWJjMDAifQ:1vNk:9d8f", "password": "café-com-leite-às-sete"}
PASSWORD_CHANGE = {"old_password": "pão-quente-às-seis", "password": "café-com-leite-às-sete"}
LINK = {"token": RESET["token"]}
EMAIL_CHANGE = {"email": "ana.souza@aurora.example", "password": "pão-quente-às-seis"}
