UPLOAD = {"file": "cardapio.pdf", "type": "document"}
MEDIA = {
    "id": "019abc00-0000-7000-8000-000000000401",
    "mime_type": "application/pdf",
    "size": 48213,
    "filename": "cardapio.pdf",
    "state": "ready",
    "url": "/media/019abc00-0000-7000-8000-000000000401/?until=1795525200&signature=5Qm",
    "error": None,
}
