"""What is done again and what is not when files change; how results are counted."""

import json
from pathlib import Path

import pytest
from frontdoor import checkout, lint, test, webapp

PACKAGES = {
    "": {"name": "pytake"},
    "node_modules/react": {"version": "19.3.1"},
    "node_modules/rolldown-other-machine": {"version": "1.0.0", "optional": True},
}


@pytest.fixture
def frontend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(webapp, "FRONTEND", tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": PACKAGES}))
    return tmp_path


def installed(frontend: Path, **versions: str) -> bool:
    packages = {f"node_modules/{name}": {"version": version} for name, version in versions.items()}
    (frontend / "node_modules" / ".package-lock.json").write_text(json.dumps({"packages": packages}))
    return webapp._is_installed()


def test_packages_are_installed_again_only_when_they_are_not_those_of_the_lock(frontend: Path) -> None:
    assert not webapp._is_installed()
    assert installed(frontend, react="19.3.1")
    assert not installed(frontend, react="19.3.0")
    assert not installed(frontend, react="19.3.1", vue="3.0.0")


def test_only_the_web_apps_own_sources_count_as_changed(frontend: Path) -> None:
    (frontend / "main.tsx").write_text("one")
    before = webapp.sources_hash()
    (frontend / "node_modules" / "react.js").write_text("a package")
    assert webapp.sources_hash() == before
    (frontend / "main.tsx").write_text("two")
    assert webapp.sources_hash() != before
    changed = webapp.sources_hash()
    (frontend / "main.tsx").rename(frontend / "app.tsx")
    assert webapp.sources_hash() != changed


def test_results_are_counted_from_either_runners_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite><testcase/><testcase><failure/></testcase><testcase><skipped/></testcase></testsuite>"
        "<testsuite><testcase><error/><failure/></testcase></testsuite></testsuites>"
    )
    assert str(test.count(report)) == "1 passed, 2 failed, 1 skipped"
    assert test.count(tmp_path / "missing.xml").is_empty


def test_named_files_run_alone_and_options_alone_narrow_everything_of_pythons(tmp_path: Path) -> None:
    named = test._phases(["tests/frontdoor", "-k", "count"], tmp_path)
    assert [phase.command[-3:] for phase in named] == [["tests/frontdoor", "-k", "count"]]
    assert not named[0].in_browser
    narrowed = test._phases(["-k", "count"], tmp_path)
    assert all(phase.command[-2:] == ["-k", "count"] for phase in narrowed)
    assert all(phase.folder == checkout.ROOT for phase in narrowed)
    assert test._phases(["tests/e2e"], tmp_path)[0].in_browser is (checkout.ROOT / "tests/e2e").exists()


def test_a_generated_file_is_put_back_after_it_was_compared(tmp_path: Path) -> None:
    path = tmp_path / "schema.d.ts"
    path.write_text("committed")
    with lint._put_back(path) as before:
        path.write_text("generated")
    assert before == b"committed"
    assert path.read_text() == "committed"
