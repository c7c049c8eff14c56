"""Nothing is depended on without a reason in docs/dependencies.md, and nothing is explained that is gone."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXPLAINED = {
    name.strip()
    for line in (ROOT / "docs" / "dependencies.md").read_text().splitlines()
    if line.startswith("- ")
    for name in line[2:].partition(" – ")[0].split(", ")
}


def names_in(requirements: str) -> set[str]:
    text = (ROOT / requirements).read_text()
    return {match.group(1) for match in re.finditer(r"^([a-z0-9-]+(?:\[[a-z0-9,]+\])?)(?:==|$)", text, re.MULTILINE)}


def names_in_package_json() -> set[str]:
    package = json.loads((ROOT / "frontend" / "package.json").read_text())
    return package["dependencies"].keys() | package["devDependencies"].keys()


def test_every_direct_dependency_says_what_it_is_for() -> None:
    # One with extras counts as named with them or without.
    wanted = names_in("requirements.txt") | names_in("requirements-dev.txt") | names_in_package_json()
    explained = {name.partition("[")[0] for name in EXPLAINED}
    assert {name.partition("[")[0] for name in wanted} == explained


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_the_lock_has_the_versions_that_were_asked_for(name: str) -> None:
    pinned = re.findall(r"^([a-z0-9-]+)(?:\[[a-z0-9,]+\])?==(\S+)", (ROOT / f"{name}.txt").read_text(), re.MULTILINE)
    locked = (ROOT / f"{name}.lock").read_text()
    assert pinned
    assert [
        f"{package}=={version}" for package, version in pinned if f"\n{package}=={version} " not in f"\n{locked}"
    ] == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_whatever_is_installed_is_known_by_its_hash(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", (ROOT / f"{name}.lock").read_text())
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_both_locks_agree() -> None:
    def versions(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z0-9,]+\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE))

    running, developing = versions("requirements.lock"), versions("requirements-dev.lock")
    assert {name: developing.get(name) for name in running} == running
