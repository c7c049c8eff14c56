"""The contracts in pyproject.toml hold, and each of them can fail."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]


def lint_imports(folder: Path) -> str:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([command, "--no-cache"], cwd=folder, capture_output=True, text=True).stdout


def test_the_house_is_in_order() -> None:
    said = lint_imports(ROOT)
    assert "0 broken" in said, said


def test_the_settings_name_the_same_layers() -> None:
    layers = [app.strip() for line in CONTRACTS[0]["layers"] for app in line.split("|")]
    assert layers == settings.LAYERS


def test_every_app_has_a_contract_for_its_rooms() -> None:
    apps = {folder.name for folder in (ROOT / "apps").iterdir() if (folder / "__init__.py").exists()}
    contained = {each for contract in CONTRACTS[1:] for each in contract.get("containers", [])}
    assert contained == {f"apps.{app}" for app in apps - set(CONTRACTS[0]["exhaustive_ignores"])}


TRESPASSES = [
    ("accounts/selectors.py", "import apps.contacts.models", "Apps import only from lower lines"),
    ("contacts/services/tagging.py", "import apps.whatsapp.models", "Apps import only from lower lines"),
    ("billing/__init__.py", "", "Apps import only from lower lines"),
    ("messaging/inbound/__init__.py", "import apps.whatsapp.ingest", "Apps meet only in public rooms"),
    ("messaging/services/sending.py", "import apps.contacts.querysets", "Apps meet only in public rooms"),
    ("messaging/services/sending.py", "import apps.contacts", "Apps meet only in public rooms"),
    ("messaging/services/sending.py", "import pytake.celery", "The project is put together above the apps"),
    ("simulator/sending.py", "import apps.whatsapp.limits", "The simulator knows nothing of ours"),
    ("whatsapp/providers/cloud/client.py", "import apps.simulator.magic", "Nothing of ours knows the simulator"),
    ("contacts/utils.py", "", "An app has these rooms and no others"),
    ("accounts/services/sign_in.py", "import apps.accounts.api.views.members", "An app has these rooms and no others"),
    ("accounts/models/people.py", "import apps.accounts.services", "An app has these rooms and no others"),
    ("whatsapp/helpers.py", "", "WhatsApp has these rooms and no others"),
    ("whatsapp/payloads/values.py", "import apps.whatsapp.outbound", "WhatsApp has these rooms and no others"),
    ("messaging/common.py", "", "Messaging has these rooms and no others"),
    ("messaging/services/sending.py", "import apps.messaging.sender", "Messaging has these rooms and no others"),
    ("core/misc.py", "", "Core has these rooms and no others"),
    ("core/tenancy.py", "import apps.core.models", "Core has these rooms and no others"),
    ("whatsapp/voice.py", "import apps.core.tenancy", "What is pure knows no tables"),
    ("messaging/statuses.py", "import apps.whatsapp.models", "What is pure knows no tables"),
]


@pytest.mark.parametrize(("file", "line", "contract"), TRESPASSES, ids=lambda value: str(value) or "-")
def test_a_trespass_is_refused(tmp_path: Path, file: str, line: str, contract: str) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "*.json", "page")
    for folder in ("apps", "pytake", "tests/architecture"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    shutil.copy(ROOT / "tests" / "__init__.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    target = tmp_path / "apps" / file
    assert target.exists() == bool(line), "this trespass goes by a room that is no longer there"
    target.parent.mkdir(exist_ok=True)
    target.write_text((target.read_text() if line else "") + f"\n{line}\n")
    assert f"{contract} BROKEN" in lint_imports(tmp_path)


def test_every_contract_has_its_trespass() -> None:
    assert {contract["name"] for contract in CONTRACTS} == {contract for _, _, contract in TRESPASSES}


def test_the_simulator_runs_without_django() -> None:
    code = "import sys, apps.simulator.server; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
