"""Everything that a person may be told, type by type: pure, and the one place where a notice's words stand.

A higher app adds its own types from its `handlers.py`, where it also raises them:

    notice_type("flow_failed", severity="warning", permission="flows.view", link="/flows/{flow_id}", pt_br=…, en=…)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, Final

IN_APP, SOCKET, EMAIL = CHANNELS = ("in_app", "socket", "email")
INFO, WARNING, CRITICAL = SEVERITIES = ("info", "warning", "critical")
ON_SCREEN: Final = frozenset({IN_APP, SOCKET})
EVERYWHERE: Final = frozenset(CHANNELS)
PORTUGUESE, ENGLISH = "pt-br", "en"
_BETWEEN: Final = " · "


@dataclass(frozen=True)
class Words:
    """A type in one language: how it is called among the preferences, and a notice's title and body, whose
    `{placeholders}` are filled with its values. `terms` are values that have words in this language."""

    name: str
    title: str
    body: str
    terms: Mapping[str, str] = field(default_factory=dict)

    def filled(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """Title and body."""
        said = {name: self._said(value) for name, value in values.items()}
        return filled(self.title, said).strip(), filled(self.body, said).strip()

    def _said(self, value: Any) -> Any:
        """A value in words: its parts, which dots part, each have their own."""
        parts = str(value).split(_BETWEEN)
        return _BETWEEN.join(self.terms.get(part, part) for part in parts) if self.terms else value


@dataclass(frozen=True)
class NoticeType:
    name: str
    severity: str
    permission: str | None  # who may get it; None: every member
    words: Mapping[str, Words]
    channels: frozenset[str]  # on, unless a person chooses otherwise
    link: str  # a path of the web app, with placeholders

    @property
    def placeholders(self) -> frozenset[str]:
        """The values that a notice of this type needs."""
        texts = [text for words in self.words.values() for text in (words.title, words.body)]
        return frozenset(name for text in (*texts, self.link) for name in _placeholders(text))

    def in_language(self, language: str) -> Words:
        return self.words[PORTUGUESE if language.lower().startswith("pt") else ENGLISH]


_all: dict[str, NoticeType] = {}


def notice_type(
    name: str, *, severity: str, permission: str | None = None, pt_br: Words, en: Words,
    channels: frozenset[str] = ON_SCREEN, link: str = "",
) -> NoticeType:  # fmt: skip
    """Name a type of notice once, where its app begins.

    Raises:
        ValueError: the name is taken, a channel or severity isn't known, or the languages need different values.
    """
    if name in _all:
        raise ValueError(f"{name} is named twice")
    if severity not in SEVERITIES or not channels <= EVERYWHERE:
        raise ValueError(f"{name}: no such severity or channel")
    said = [{*_placeholders(words.title), *_placeholders(words.body)} for words in (pt_br, en)]
    if said[0] != said[1]:
        raise ValueError(f"{name}: both languages say the same")
    _all[name] = NoticeType(name, severity, permission, {PORTUGUESE: pt_br, ENGLISH: en}, channels, link)
    return _all[name]


def type_named(name: str) -> NoticeType:
    """
    Raises:
        KeyError: nobody has named it.
    """
    return _all[name]


def all_types() -> list[NoticeType]:
    return list(_all.values())


def filled(text: str, values: Mapping[str, Any]) -> str:
    """A text with its placeholders filled; a value is never read as a text with placeholders of its own."""
    parts = Formatter().parse(text)
    return "".join(said + (str(values.get(name, "")) if name else "") for said, name, _, _ in parts)


def _placeholders(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


notice_type(
    "conversation_assigned", severity=INFO, permission="conversations.view", channels=EVERYWHERE,
    link="/inbox/{conversation_id}",
    pt_br=Words("Uma conversa passa a ser minha", "Nova conversa para você", "{contact} está esperando por você."),
    en=Words("A conversation becomes mine", "A conversation for you", "{contact} is waiting for you."),
)  # fmt: skip
notice_type(
    "conversation_closed", severity=INFO, permission="conversations.view", link="/inbox/{conversation_id}",
    pt_br=Words("Alguém encerra uma conversa minha", "Conversa encerrada", "{by} encerrou sua conversa com {contact}."),
    en=Words("Somebody closes my conversation", "Conversation closed", "{by} closed your conversation with {contact}."),
)  # fmt: skip
notice_type(
    "sla_warning", severity=WARNING, permission="conversations.view", channels=EVERYWHERE,
    link="/inbox/{conversation_id}",
    pt_br=Words("O prazo de uma resposta está acabando", "Responda logo", "{contact} espera resposta até {due}."),
    en=Words("An answer is due soon", "Please answer soon", "{contact} expects an answer by {due}."),
)  # fmt: skip
notice_type(
    "campaign_failed", severity=CRITICAL, permission="numbers.view", channels=EVERYWHERE,
    pt_br=Words("Uma campanha para", "Uma campanha parou", "“{campaign}” parou antes do fim: {reason}"),
    en=Words("A campaign stops", "A campaign has stopped", "“{campaign}” stopped before its end: {reason}"),
)  # fmt: skip
notice_type(
    "new_contact", severity=INFO, permission="contacts.view", channels=frozenset(),
    pt_br=Words("Alguém novo escreve", "Novo contato", "{contact} escreveu pela primeira vez."),
    en=Words("Somebody new writes", "New contact", "{contact} wrote for the first time."),
)  # fmt: skip
notice_type(
    "agent_offline", severity=WARNING, permission="realtime.view",
    pt_br=Words(
        "Um atendente sai com conversas abertas", "{agent} saiu", "{agent} ficou offline com conversas em aberto."
    ),
    en=Words("An agent leaves open conversations", "{agent} has left", "{agent} went offline with open conversations."),
)  # fmt: skip
notice_type(
    "number_trouble", severity=CRITICAL, permission="numbers.manage", channels=EVERYWHERE, link="/numbers",
    pt_br=Words(
        "Um número não consegue enviar", "O número {number} precisa de você",
        "Ele não está enviando mensagens; elas esperam até alguém resolver. {reason}",
    ),
    en=Words(
        "A number can't send", "The number {number} needs you",
        "It isn't sending messages; they wait until somebody mends it. {reason}",
    ),
)  # fmt: skip
notice_type(
    "plan_limit_reached", severity=WARNING, permission="organization.manage", channels=EVERYWHERE,
    pt_br=Words(
        "Um limite do plano é alcançado", "Limite do plano alcançado",
        "O plano de vocês vai até {limit} {resource}, e já são {used}.",
        {
            "agents": "atendentes", "numbers": "números", "contacts": "contatos", "chatbots": "chatbots",
            "departments": "departamentos", "campaigns": "campanhas", "monthly_messages": "mensagens por mês",
        },
    ),
    en=Words(
        "A limit of the plan is reached", "Plan limit reached",
        "Your plan goes up to {limit} {resource}, and there are {used}.",
        {"monthly_messages": "messages a month"},
    ),
)  # fmt: skip
notice_type(
    "member_joined", severity=INFO, permission="members.manage",
    pt_br=Words("Alguém entra na equipe", "{member} entrou na equipe", "Boas-vindas a {member} na {organization}!"),
    en=Words("Somebody joins the team", "{member} has joined the team", "Welcome {member} to {organization}!"),
)  # fmt: skip
notice_type(
    "invitation_accepted", severity=INFO, permission="members.manage",
    pt_br=Words("Meu convite é aceito", "Convite aceito", "{member} aceitou seu convite."),
    en=Words("My invitation is accepted", "Invitation accepted", "{member} accepted your invitation."),
)  # fmt: skip
notice_type(
    "export_ready", severity=INFO, channels=EVERYWHERE,
    pt_br=Words(
        "Uma exportação minha está pronta", "Exportação pronta", "{export} já pode ser baixada.",
        {"organization": "A exportação da organização", "person": "A exportação dos dados de uma pessoa"},
    ),
    en=Words(
        "An export of mine is ready", "Export ready", "{export} can be downloaded now.",
        {"organization": "The organization's export", "person": "The export of a person's data"},
    ),
)  # fmt: skip
notice_type(
    "security_alert", severity=CRITICAL, channels=EVERYWHERE,
    pt_br=Words(
        "Algo muda na segurança da minha conta", "Segurança da sua conta",
        "{what} Se não foi você, troque sua senha agora.",
        {"new_sign_in": "Alguém entrou na sua conta.", "password_changed": "Sua senha foi trocada."},
    ),
    en=Words(
        "Something about my account's security changes", "Your account's security",
        "{what} If this wasn't you, change your password now.",
        {"new_sign_in": "Somebody signed in to your account.", "password_changed": "Your password was changed."},
    ),
)  # fmt: skip
notice_type(
    "custom", severity=INFO,
    pt_br=Words("Recados da organização", "{title}", "{body}"),
    en=Words("Messages of the organization", "{title}", "{body}"),
)  # fmt: skip
notice_type(
    "test", severity=INFO, channels=EVERYWHERE,
    pt_br=Words("Avisos de teste", "Tudo certo", "Este é um aviso de teste: você o pediu, e ele chegou."),
    en=Words("Test notices", "All is well", "This is a test notice: you asked for it, and here it is."),
)  # fmt: skip
