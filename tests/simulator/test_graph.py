"""Numbers, WABAs, tokens and subscriptions (whatsapp.md §2, §3.1, §8)."""

import hashlib
import hmac

import pytest

from tests.simulator.conftest import NUMBER, SECRET, TOKEN, VERIFY, WABA, Business, Simulator


async def test_a_number_answers_the_fields_that_are_asked(sim: Simulator) -> None:
    status, answer = await sim.graph("GET", NUMBER, params={"fields": "display_phone_number,verified_name,status"})
    assert status == 200
    assert answer == {
        "id": NUMBER,
        "display_phone_number": "+55 11 4002-8922",
        "verified_name": "Café Aurora",
        "status": "CONNECTED",
    }
    _, everything = await sim.graph("GET", NUMBER)
    assert everything["quality_rating"] == "GREEN"
    status, answer = await sim.graph("GET", NUMBER, params={"fields": "colour"})
    assert (status, answer["error"]["code"]) == (400, 100)


async def test_a_waba_lists_its_numbers(sim: Simulator) -> None:
    _, answer = await sim.graph("GET", f"{WABA}/phone_numbers")
    assert [number["id"] for number in answer["data"]] == [NUMBER]
    assert (await sim.graph("GET", WABA))[1]["id"] == WABA
    for path in ("1000009/phone_numbers", "1000009", f"{NUMBER}/phone_numbers"):
        status, answer = await sim.graph("GET", path)
        assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)


async def test_debug_token_tells_scopes_and_wabas(sim: Simulator) -> None:
    _, answer = await sim.graph("GET", "debug_token", params={"input_token": TOKEN})
    assert answer["data"]["is_valid"] is True
    assert answer["data"]["granular_scopes"][0]["target_ids"] == [WABA]
    _, answer = await sim.graph("GET", "debug_token", params={"input_token": "other"})
    assert answer["data"]["is_valid"] is False


async def test_an_app_sets_its_callback_with_a_handshake(sim: Simulator, business: Business) -> None:
    app_token = {"Authorization": f"Bearer 9000001|{SECRET}"}
    params = {"callback_url": business.url, "verify_token": VERIFY, "object": "whatsapp_business_account"}
    status, answer = await sim.graph("POST", "9000001/subscriptions", data=params, headers=app_token)
    assert (status, answer) == (200, {"success": True})
    bad = params | {"verify_token": "wrong"}
    status, answer = await sim.graph("POST", "9000001/subscriptions", data=bad, headers=app_token)
    assert (status, answer["error"]["code"]) == (400, 2200)
    _, answer = await sim.graph("GET", "9000001/subscriptions", headers=app_token)
    assert answer["data"][0]["callback_url"] == business.url
    query = {"grant_type": "client_credentials", "client_id": "9000001", "client_secret": SECRET}
    assert (await sim.graph("GET", "oauth/access_token", params=query))[1]["access_token"] == f"9000001|{SECRET}"


async def test_an_override_beats_the_apps_callback(sim: Simulator, business: Business) -> None:
    other = Business()
    await other.server.start_server()
    override = {"override_callback_uri": other.url, "verify_token": VERIFY}
    assert (await sim.graph("POST", f"{WABA}/subscribed_apps", json=override))[0] == 200
    await sim.write()
    await other.until(lambda: other.messages)
    assert business.messages == []
    _, answer = await sim.graph("GET", f"{WABA}/subscribed_apps")
    assert answer["data"][0]["override_callback_uri"] == other.url
    assert (await sim.graph("POST", f"{WABA}/subscribed_apps"))[0] == 200
    await sim.write()
    await business.until(lambda: business.messages)
    configuration = {"webhook_configuration": override}
    assert (await sim.graph("POST", NUMBER, json=configuration))[0] == 200
    await sim.write()
    await other.until(lambda: len(other.messages) == 2)
    await other.server.close()


async def test_appsecret_proof_is_checked_when_it_is_given(sim: Simulator) -> None:
    proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    assert (await sim.graph("GET", NUMBER, params={"appsecret_proof": proof}))[0] == 200
    assert (await sim.graph("GET", NUMBER, params={"appsecret_proof": "x"}))[1]["error"]["code"] == 100


@pytest.mark.parametrize("path", ["2000001/nonsense", "nonsense"])
async def test_unknown_paths_are_graph_errors(sim: Simulator, path: str) -> None:
    status, answer = await sim.graph("GET", path)
    assert (status, answer["error"]["code"]) == (400, 2500)


async def test_any_version_will_do(sim: Simulator) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for version in ("v16.0", "v23.0", "v30.0"):
        assert (await sim.http.get(f"/{version}/{NUMBER}", headers=headers)).status == 200
