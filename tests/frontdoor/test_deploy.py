"""What is said in docker-compose.yml, roles.sql and the lint's environment holds together."""

import os
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from django.conf import settings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_in_production_runs_as_root_or_with_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] not in {"root", "0", "0:0"}
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES.keys() - {"migrate"})
def test_everything_that_stays_up_says_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_no_secret_is_written_down() -> None:
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|KEYS|AUTH|_URL$", variable) and value:
                assert "${" in value, f"{variable} has a value of its own"
    assert "privileged" not in (ROOT / "docker-compose.yml").read_text().replace("no-new-privileges", "")


def test_only_the_proxy_is_reached_from_outside_and_only_the_one_that_migrates_knows_the_owner() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert [name for name, service in SERVICES.items() if "DATABASE_OWNER_URL" in service["environment"]] == ["migrate"]


def test_every_path_of_the_proxy_leads_to_a_service() -> None:
    targets = re.findall(r"reverse_proxy \{\$\w+:([\w-]+):(\d+)\}", (ROOT / "deploy" / "Caddyfile").read_text())
    assert {name for name, _ in targets} == {"ingest", "realtime", "web"}
    assert all(port in SERVICES[name]["command"] for name, port in targets)


def test_both_queues_have_a_worker() -> None:
    queues = {
        SERVICES[name]["command"][SERVICES[name]["command"].index("--queues") + 1]
        for name in SERVICES
        if "worker" in name
    }
    assert queues == {"drain", "slow"}
    assert settings.CELERY_TASK_DEFAULT_QUEUE in queues


@pytest.fixture
def superuser() -> Any:
    if "DATABASE_SUPERUSER_URL" not in os.environ:
        pytest.skip("bin/test names the superuser of its own server")
    with psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"]) as connection:
        yield connection


def test_the_product_runs_as_a_role_that_row_level_security_binds(superuser: "psycopg.Connection[Any]") -> None:
    rows = superuser.execute(
        "SELECT rolname, rolcanlogin, rolbypassrls, rolsuper, rolcreaterole FROM pg_roles WHERE rolname LIKE 'pytake_%'"
    ).fetchall()
    assert sorted(rows) == [
        ("pytake_app", True, False, False, False),
        ("pytake_owner", True, True, False, False),
        ("pytake_system", False, True, False, False),
    ]


def test_the_role_that_sees_all_is_taken_and_never_inherited(superuser: "psycopg.Connection[Any]") -> None:
    granted = superuser.execute(
        "SELECT inherit_option, set_option, admin_option FROM pg_auth_members "
        "WHERE roleid = 'pytake_system'::regrole AND member = 'pytake_app'::regrole"
    ).fetchall()
    assert granted == [(False, True, False)]


def test_a_database_made_later_has_the_extensions(superuser: "psycopg.Connection[Any]") -> None:
    with psycopg.connect(re.sub(r"/pytake$", "/template1", os.environ["DATABASE_SUPERUSER_URL"])) as template:
        found = {name for (name,) in template.execute("SELECT extname FROM pg_extension").fetchall()}
    assert found >= {"pg_trgm", "unaccent", "btree_gin"}
