"""What becomes of a message that WhatsApp didn't take."""

import json
from pathlib import Path
from typing import Any

import pytest

from apps.whatsapp import error_table
from apps.whatsapp.error_table import describe, describe_subcode, is_known, known_error, verdict, verdict_on
from apps.whatsapp.providers import NoToken, NotSent, Refused, Unknown

DATA = json.loads((Path(error_table.__file__).parent / "data" / "errors.json").read_text(encoding="utf-8"))
# The codes of Meta's page and of its changelog up to October 2026.
CODES = [
    *(0, 1, 2, 3, 4, 10, 33, 100, 190, 200, 294, 299, 341, 506, 368, 613, 803, 80007),
    *(130403, 130429, 130472, 130497, 131000, 131005, 131008, 131009, 131014, 131016, 131020, 131021, 131026, 131030),
    *(131031, 131037, 131041, 131042, 131044, 131045, 131047, 131048, 131049, 131050, 131051, 131052, 131053, 131055),
    *(131056, 131057, 131059, 131060, 131061, 131062, 131063, 131064, 131065, 131070, 131201, 131202, 131204, 131207),
    *(131208, 131209, 131210, 131211, 131212, 131213, 131214, 131215, 132000, 132001, 132005, 132007, 132008, 132012),
    *(132015, 132016, 132018, 132068, 132069, 133000, 133004, 133005, 133006, 133008, 133009, 133010, 133015, 133016),
    *(134011, 134100, 134101, 134102, 135000, 136024, 136025, 137000, *range(138000, 138019), 138038),
    *(139000, 139001, 139002, 139003, 139004, 139100, 139101, 139102, 139103, 139200, *range(147001, 147006)),
    *(200005, 200006, 200007, 1752041, 131001, 131002, 131006, 131043, 133001, 133002, 133003, 133007),
    *(470, 471, 472, 1000, 1026, 1031, 2000, 2064, 2593079, 2593085, 2593107, 2593108, 2593109),
]


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_in_both_languages(code: int) -> None:
    assert is_known(code)
    for language in ("en", "pt-br"):
        title, advice = describe(code, language)
        assert title
        assert advice
    assert describe(code, "en") != describe(code, "pt-br")


def test_the_table_is_well_formed() -> None:
    rows: list[dict[str, Any]] = [*DATA["errors"], *DATA["ranges"], DATA["unknown"], DATA["unclear"], DATA["unreached"]]
    codes = [row["code"] for row in DATA["errors"]]
    assert codes == sorted(set(codes))
    for row in rows:
        assert row["class"] in error_table.ACTION_OF
        assert row["where"] in ("sync", "async", "both")
        assert set(row["title"]) == set(row["advice"]) == {"en", "pt-br"}
        assert row.get("action", "fail") in ("retry", "fail", "hold_number")
        assert row.get("scope", "message") in ("message", "pair", "contact", "number", "account", "app")
        assert len(row["title"]["en"]) <= 100


@pytest.mark.parametrize("code", [0, 3, 10, 190, 200, 230, 299, 131005])
def test_without_access_the_messages_wait_for_a_person(code: int) -> None:
    found = verdict(code, http_status=401)
    assert (found.action, found.wait, found.kind) == ("hold_number", None, "auth")


@pytest.mark.parametrize("code", [33, 131037, 131045, 133010, 133006])
def test_while_the_number_is_not_in_order_its_messages_wait(code: int) -> None:
    assert verdict(code).action == "hold_number"


def test_code_100_for_a_number_that_is_gone_holds_and_for_a_wrong_value_fails() -> None:
    assert verdict(100, subcode=33).action == "hold_number"
    assert verdict(100, subcode=2388040).action == "fail"
    assert verdict(100).action == "fail"


@pytest.mark.parametrize("code", [368, 131031])
def test_a_blocked_account_holds_its_numbers(code: int) -> None:
    assert verdict(code).action == "hold_number"


def test_a_restricted_number_rests_by_itself() -> None:
    found = verdict(131048)
    assert (found.action, found.wait) == ("hold_number", 3600)


def test_a_pair_that_talks_too_much_pauses_four_times_longer_each_time() -> None:
    found = [verdict(131056, attempts=attempts) for attempts in range(1, 9)]
    assert [one.wait for one in found[:6]] == [1, 4, 16, 64, 256, 1024]
    assert found[0].scope == "pair"
    assert [one.action for one in found] == ["retry"] * 7 + ["fail"]


def test_a_number_that_is_too_fast_slows_down_and_never_for_long() -> None:
    waits = [verdict(130429, attempts=attempts).wait for attempts in range(1, 19)]
    assert waits[:3] == [2, 4, 8]
    assert max(wait for wait in waits if wait is not None) == 60
    assert verdict(130429).scope == "number"
    assert verdict(130429, retry_after=90).wait == 90


@pytest.mark.parametrize("code", [1, 131000])
def test_an_error_without_a_reason_is_tried_three_times(code: int) -> None:
    assert [verdict(code, http_status=500, attempts=n).action for n in (1, 2, 3)] == ["retry", "retry", "fail"]


@pytest.mark.parametrize(
    "code", [131026, 131030, 131047, 131049, 131050, 130472, 131008, 131009, 131051, 132001, 132015]
)
def test_what_will_not_work_fails_at_once_with_its_reason(code: int) -> None:
    found = verdict(code, detail="as WhatsApp says", language="pt-br")
    assert found.action == "fail"
    assert (found.title, found.advice) == describe(code, "pt-br")
    assert found.detail == "as WhatsApp says"
    assert verdict(code).detail == describe(code)[1]


@pytest.mark.parametrize("status", [None, 404, 500, 502, 503])
def test_an_answer_without_a_code_leaves_it_uncertain(status: int | None) -> None:
    found = verdict(None, http_status=status)
    assert (found.action, found.wait, found.code) == ("uncertain", None, None)
    assert "may have arrived" in found.advice


def test_a_code_that_nobody_knows_fails_unless_the_server_failed() -> None:
    assert not is_known(999999)
    assert verdict(999999, http_status=400).action == "fail"
    assert verdict(999999, http_status=500).action == "uncertain"


def test_every_ending_of_a_call_has_its_verdict() -> None:
    refused = Refused(131056, None, "too fast", "Slow down", 400, retry_after=7)
    assert (verdict_on(refused, attempts=1).action, verdict_on(refused, attempts=1).wait) == ("retry", 7)
    assert verdict_on(Unknown("time-out"), attempts=1).action == "uncertain"
    without = verdict_on(NoToken("Switched off."), attempts=1)
    assert (without.action, without.wait, without.detail) == ("hold_number", None, "Switched off.")
    never = [verdict_on(NotSent("refused"), attempts=attempts) for attempts in (1, 2, 3, 50, 5000)]
    assert [one.action for one in never] == ["retry"] * 5
    assert [one.wait for one in never] == [1, 2, 4, 60, 60]


def test_attempts_never_make_a_pause_overflow() -> None:
    assert known_error(4).wait_after(10**9) == 3600
    assert known_error(4).wait_after(0) == 60


def test_subcodes_of_management_calls_are_explained() -> None:
    assert describe_subcode(2388299) == "A variable can't stand at the start or the end"
    assert describe_subcode(1) is None


def test_an_unknown_language_reads_english() -> None:
    assert describe(190, "fr") == describe(190, "en")
    assert describe(190, "pt-BR") == describe(190, "pt-br")
