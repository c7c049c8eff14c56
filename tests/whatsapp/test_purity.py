"""The protocol's rooms know no Django: they can be used, tested and measured by themselves."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "room",
    [
        "payloads",
        "outbound",
        "template_rules",
        "limits",
        "error_table",
        "signature",
        "providers",
        "providers.cloud",
        "providers.evolution.connector",
        "errors",
        "filetypes",
        "voice",
    ],
)
def test_a_pure_room_loads_no_django(room: str) -> None:
    code = f"import sys, apps.whatsapp.{room}; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
