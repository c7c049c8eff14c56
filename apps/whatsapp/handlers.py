from uuid import UUID

from django.db import connection

from apps.accounts.services import limits
from apps.core.events import on
from apps.notifications.registry import CRITICAL, EVERYWHERE, INFO, WARNING, Words, notice_type
from apps.notifications.services import notify
from apps.whatsapp.events import NumberStatusChanged, TemplateChanged
from apps.whatsapp.models import Number, Template
from apps.whatsapp.payloads.accounts import words_of_events, words_of_reasons

notice_type(
    "template_trouble", severity=CRITICAL, permission="templates.manage", channels=EVERYWHERE,
    link="/templates/{template_id}",
    pt_br=Words(
        "Um modelo de mensagem não pode ser enviado", "O modelo {template} {status}", "{reason}",
        {
            "REJECTED": "foi rejeitado pelo WhatsApp", "PAUSED": "foi pausado pelo WhatsApp",
            "DISABLED": "foi desativado pelo WhatsApp", **words_of_reasons("pt-br"),
        },
    ),
    en=Words(
        "A message template can't be sent", "The template {template} {status}", "{reason}",
        {
            "REJECTED": "was rejected by WhatsApp", "PAUSED": "was paused by WhatsApp",
            "DISABLED": "was disabled by WhatsApp", **words_of_reasons("en"),
        },
    ),
)  # fmt: skip
notice_type(
    "template_category", severity=WARNING, permission="templates.manage", link="/templates/{template_id}",
    pt_br=Words(
        "A categoria de um modelo muda", "O modelo {template} muda de categoria",
        "Para o WhatsApp ele é {category}: o preço e os limites mudam.",
        {"MARKETING": "de marketing", "UTILITY": "de utilidade", "AUTHENTICATION": "de autenticação"},
    ),
    en=Words(
        "A template's category changes", "The template {template} changes its category",
        "To WhatsApp it is {category}: its price and limits change.",
        {"MARKETING": "marketing", "UTILITY": "utility", "AUTHENTICATION": "authentication"},
    ),
)  # fmt: skip
_WHAT = {"pt": words_of_events("pt-br"), "en": words_of_events("en")}
notice_type(
    "account_trouble", severity=CRITICAL, permission="numbers.manage", channels=EVERYWHERE, link="/numbers",
    pt_br=Words("O WhatsApp toma medidas contra a conta", "{number}: {what}", "{detail}", _WHAT["pt"]),
    en=Words("WhatsApp acts against the account", "{number}: {what}", "{detail}", _WHAT["en"]),
)  # fmt: skip
notice_type(
    "account_warning", severity=WARNING, permission="numbers.manage", link="/numbers",
    pt_br=Words("O WhatsApp avisa algo sobre a conta", "{number}: {what}", "{detail}", _WHAT["pt"]),
    en=Words("WhatsApp warns about the account", "{number}: {what}", "{detail}", _WHAT["en"]),
)  # fmt: skip
notice_type(
    "account_news", severity=INFO, permission="numbers.manage", link="/numbers",
    pt_br=Words("Novidades do WhatsApp sobre a conta", "{number}: {what}", "{detail}", _WHAT["pt"]),
    en=Words("News of WhatsApp about the account", "{number}: {what}", "{detail}", _WHAT["en"]),
)  # fmt: skip
notice_type(
    "token_ends", severity=WARNING, permission="numbers.manage", channels=EVERYWHERE, link="/numbers",
    pt_br=Words(
        "O token de um número vai expirar", "O token de {number} {ends}",
        "Depois disso nada mais sai deste número. Gere um novo token na Meta e salve-o no PyTake.",
        {
            "1": "expira em menos de um dia", "7": "expira em menos de uma semana",
            "14": "expira em menos de duas semanas",
        },
    ),
    en=Words(
        "A number's token is about to end", "The token of {number} {ends}",
        "After that nothing leaves from this number. Make a new token at Meta and store it in PyTake.",
        {"1": "ends in less than a day", "7": "ends in less than a week", "14": "ends in less than two weeks"},
    ),
)  # fmt: skip
notice_type(
    "file_infected", severity=WARNING, permission="numbers.manage", channels=EVERYWHERE, link="/inbox",
    pt_br=Words(
        "Um cliente enviou um arquivo com vírus", "{file} não foi guardado: {virus}",
        "O antivírus recusou o arquivo. A mensagem continua na conversa, sem ele.",
    ),
    en=Words(
        "A customer sent a file with a virus", "{file} was not kept: {virus}",
        "The virus scanner refused the file. The message stays in its conversation, without it.",
    ),
)  # fmt: skip
NOT_SENDABLE = (Template.Status.REJECTED, Template.Status.PAUSED, Template.Status.DISABLED)
TROUBLE = (Number.Status.HELD, Number.Status.ERROR)


@on(NumberStatusChanged)
def tell_who_can_mend_it(facts: list[NumberStatusChanged]) -> None:
    """A number that comes and goes is told of once an hour."""
    troubled = [fact.number_id for fact in facts if fact.status in TROUBLE]
    if not troubled:
        return
    for number in Number.objects.in_scope().filter(pk__in=troubled).order_by("pk"):
        notify(
            organization_id=number.organization_id, kind="number_trouble", permission="numbers.manage",
            occasion=f"{number.pk} {number.updated_at:%Y-%m-%d %H}",
            values={"number": str(number), "reason": number.status_detail, "number_id": number.pk},
        )  # fmt: skip


@on(TemplateChanged)
def tell_who_writes_templates(facts: list[TemplateChanged]) -> None:
    """Of what Meta decided; a template that moves to and fro is told of once an hour."""
    told = {fact.template_id: fact.what for fact in facts if _is_trouble(fact)}
    if not told:
        return
    for template in Template.objects.in_scope().filter(pk__in=told).order_by("pk"):
        is_category = told[template.pk] == "category"
        notify(
            organization_id=template.organization_id, kind="template_category" if is_category else "template_trouble",
            occasion=f"{template.pk} {template.status} {template.category} {template.updated_at:%Y-%m-%d %H}",
            values={
                "template": str(template), "template_id": template.pk, "status": template.status,
                "category": template.correct_category or template.category,
                "reason": template.status_detail or template.rejected_reason,
            },
        )  # fmt: skip


def _is_trouble(fact: TemplateChanged) -> bool:
    return fact.what == "category" or (fact.what == "status" and fact.status in NOT_SENDABLE)


@limits.counts("numbers")
def numbers_of(organization_id: UUID) -> int:
    return Number.objects.in_scope().present().filter(organization=organization_id).count()


# Raw bodies mix organizations. Those that came to one of its own apps are its own, whatever they told; of the others,
# those that told of nobody else.
_FORGET = """
    WITH own AS (
        SELECT event.id FROM whatsapp_inboundevent event JOIN whatsapp_metaapp app ON app.id = event.app_id
        WHERE app.organization_id = %(organization)s
        UNION
        SELECT event_id FROM whatsapp_change
        WHERE event_id IN (SELECT event_id FROM whatsapp_change WHERE organization_id = %(organization)s)
        GROUP BY event_id HAVING bool_and(organization_id IS NOT DISTINCT FROM %(organization)s)
    ), changes AS (DELETE FROM whatsapp_change WHERE event_id IN (SELECT id FROM own))
    DELETE FROM whatsapp_inboundevent WHERE id IN (SELECT id FROM own)
"""


@limits.erases
def forget_raw_bodies(organization_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"organization": organization_id})
