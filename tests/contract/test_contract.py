"""The whole API, asked at random what its schema allows and what it doesn't: every answer is in the schema, none a 500.

For a longer look, with other questions each time: CONTRACT_EXAMPLES=100 pytest tests/contract
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rest_framework_simplejwt.tokens import AccessToken

from apps.core.realtime import connection
from tests.conftest import commits
from tests.contract.rows import WORDS, Rows, configuration
from tests.core.schema import operations
from tests.stack import ROOT, Stack

EXAMPLES = os.environ.get("CONTRACT_EXAMPLES")
FEW = "6"
SIGN_INS = range(20)
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "unsupported_method", "refuses_what_is_wrong",
)  # fmt: skip


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    connection().flushall()
    running = Stack(tmp_path, TRUSTED_PROXIES="127.0.0.1/32", API_REQUESTS_PER_MINUTE="0")
    try:
        running.start_simulator()
        running.start_web()
        yield running
    finally:
        running.stop()


@commits
@pytest.mark.timeout(0 if EXAMPLES else 600)
def test_every_answer_is_in_the_schema(stack: Stack, tmp_path: Path) -> None:
    rows = Rows(stack)
    known = {
        "token": lasting(rows.sign_in()),
        "support": lasting(rows.sign_in_support()),
        "for_staff": [str(operation) for operation in operations() if operation.for_staff],
        "sign_ins": [rows.sign_in_somebody()["access"] for _ in SIGN_INS],
        "ids": rows.ids(),
    }
    refresh = [rows.sign_in()["refresh"] for _ in SIGN_INS]
    (tmp_path / "known.json").write_text(json.dumps(known))
    (tmp_path / "schemathesis.toml").write_text(configuration(WORDS | {"refresh": refresh}, THOROUGHLY, but=ENDLESS))
    asked = ask(stack, tmp_path)
    assert asked.returncode == 0, f"{asked.stdout}\n{stack.output()}"
    succeeded = {*(tmp_path / "successes").read_text().splitlines()}
    wanted = {str(operation) for operation in operations() if not operation.fields.keys() & SECRETS} - REFUSED.keys()
    assert sorted(wanted - succeeded) == [], "these only ever refused"


# What the inbox lives on; writes of the others are so asked by test_bodies and test_unknown, which is quicker.
THOROUGHLY = {"contacts", "conversations", "media", "members", "messages", "tags", "webhook-events"}
# A message has a thousand edges; tests/messaging/test_sending_types.py has them.
ENDLESS = {"POST /api/v1/conversations/", "POST /api/v1/conversations/{id}/messages/"}
if EXAMPLES:
    ENDLESS = set()
    THOROUGHLY = {operation.noun for operation in operations()}
# Nobody makes these up; what happens with the right ones has tests of its own.
SECRETS = {"challenge", "code", "credential", "old_password", "password", "token"}
REFUSED = {
    "DELETE /api/v1/auth/mfa/totp/": "it wants a password in a body, which OpenAPI has no place for",
    "DELETE /api/v1/auth/mfa/webauthn/{factor_id}/": "the same",
    "PATCH /api/v1/auth/mfa/webauthn/{factor_id}/": "whoever asks has no passkey",
    "DELETE /api/v1/auth/sso/identities/{id}/": "whoever asks is known by no provider",
    "GET /api/v1/auth/sso/callback/": "it sends the browser on: 302",
    "POST /api/v1/auth/sso/start/": "the providers are nowhere",
    "POST /api/v1/identity-providers/": "the same",
    "POST /api/v1/organizations/me/keep/": "nobody wants it deleted",
    "POST /api/v1/users/": "the example's address is invited already, as by POST /api/v1/invitations/",
    "DELETE /api/v1/numbers/{id}/qr-codes/{qr_code_id}/": "the ids are Meta's",
    "PATCH /api/v1/numbers/{id}/qr-codes/{qr_code_id}/": "the same",
    "POST /api/v1/numbers/{id}/blocked-users/": "who wrote nothing is blocked by nobody",
    "POST /api/v1/numbers/{id}/request-code/": "the numbers are verified",
    "POST /api/v1/numbers/{number_id}/templates/{template_id}/submit/": "the templates are no drafts",
    "POST /api/v1/numbers/{number_id}/templates/{template_id}/unpause/": "nor are they paused",
    "POST /api/v1/numbers/gateway/": "no gateway is there",
    "GET /api/v1/numbers/{id}/qr-code/": "the same",
    "POST /api/v1/numbers/{id}/qr-code/": "the same",
    "GET /api/v1/privacy-jobs/{id}/download/": "no worker is there to make a file",
}


def lasting(session: dict[str, Any]) -> str:
    """Its access token, for however long a look takes."""
    token = AccessToken(session["access"])
    token.set_exp(lifetime=timedelta(days=1))
    return str(token)


def ask(stack: Stack, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", folder / "schemathesis.toml", "run",
        f"{stack.web}/api/schema/?format=json", "--url", stack.web, "--checks", ",".join(CHECKS),
        "--include-path-regex", "^/api/v1/", "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES or FEW,
        "--continue-on-failure", "--request-timeout", "20", "--no-color",
        *([] if EXAMPLES else ["--generation-deterministic"]),
    ]  # fmt: skip
    told = {
        "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.contract.checks", "CONTRACT_FOLDER": str(folder),
    }  # fmt: skip
    return subprocess.run(
        command, cwd=folder, env=os.environ | told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False,
    )  # fmt: skip
