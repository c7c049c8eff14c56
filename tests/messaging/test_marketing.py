"""Marketing templates go by the endpoint that Meta has for them, where the number is set so."""

from typing import Any

from tests.conftest import client_of, commits, make_conversation, make_member, make_organization, make_template
from tests.messaging.conftest import connect
from tests.messaging.test_sending import ledger, message
from tests.messaging.test_sending_types import ANA, send
from tests.stack import Stack


@commits
def test_marketing_templates_go_by_their_own_endpoint_where_the_number_is_set_so(stack: Stack) -> None:
    organization = make_organization()
    api = client_of(make_member(organization, role="owner"), organization)
    number = connect(organization, stack)
    conversation = make_conversation(organization, number=number)
    make_template(organization, name="promo", category="MARKETING")
    make_template(organization, name="pedido_pronto")

    def sent(name: str) -> dict[str, Any]:
        answer = send(api, conversation, name=name, language="pt_BR", components=[ANA])
        assert answer.status_code == 201, answer.content
        row = message(organization, answer.data["id"])
        assert row.status == "accepted", row.error_detail
        return next(each["body"] for each in ledger(stack) if each["wamid"] == row.wamid)

    assert "product_policy" not in sent("promo")
    changed = api.patch(f"/api/v1/numbers/{number.pk}/", {"settings": {"marketing_messages": True}})
    assert changed.status_code == 200, changed.content
    assert changed.data["settings"] == {"marketing_messages": True}
    assert sent("promo")["product_policy"] == "CLOUD_API_FALLBACK"
    assert "product_policy" not in sent("pedido_pronto")
