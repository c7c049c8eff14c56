"""A message of ours in one line, as lists and searches need it. Pure."""

from typing import Any


def preview_of(kind: str, content: dict[str, Any]) -> str:
    """What a person would read aloud; empty where a picture says it all."""
    match kind:
        case "text":
            return str(content.get("body", ""))
        case "image" | "video":
            return str(content.get("caption", ""))
        case "document":
            return " ".join(filter(None, (content.get("filename", ""), content.get("caption", ""))))
        case "location":
            return " ".join(filter(None, (content.get("name", ""), content.get("address", ""))))
        case "contacts":
            return ", ".join(_name_of(contact) for contact in content.get("contacts", []))
        case "reaction":
            return str(content.get("emoji", ""))
    return ""


def _name_of(contact: dict[str, Any]) -> str:
    return str((contact.get("name") or {}).get("formatted_name", ""))
