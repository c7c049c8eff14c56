UPLOAD = {"file": "cardapio.pdf", "type": "document"}
MEDIA = {
    "id": "019abc00-0000-7000-8000-000000000401",
    "mime_type": "application/pdf",
    "size": 48213,
    "filename": "cardapio.pdf",
    "state": "ready",
    "url": "/media/019abc00-0000-7000-8000-000000000401/?until=1795525200&signature=5Qm",
    "error": None,
    "thumbnail_url": None,
    "width": None,
    "height": None,
    "seconds": None,
    "waveform": None,
}
BEGINNING = {"filename": "forno.png", "size": 68, "content_type": "image/png", "type": "image"}
PART = {"offset": 0, "file": "(bytes)"}
RESUMABLE = {
    "id": "019abc00-0000-7000-8000-000000000402",
    "size": 68,
    "offset": 0,
    "expires_at": "2026-11-25T12:00:00Z",
    "media": None,
}
