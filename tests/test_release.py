"""What a release rests on: the locked set, the audit, one version, the workflow for forks, the hook for pre-commit."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import explainer
from explainer.version import __version__

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]
PYTHONS = [name.rsplit(" ", 1)[1] for name in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d", name)]
WORKFLOW = ROOT / ".github" / "workflows" / "check.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"


# The version


def test_the_version_is_said_once() -> None:
    said = f'"{__version__}"'
    sources = [path for path in (ROOT / "explainer").rglob("*.py") if "shipped" not in path.parts]
    holding = [path.name for path in [*sources, ROOT / "pyproject.toml"] if said in path.read_text(encoding="utf-8")]
    assert holding == ["version.py"]
    assert explainer.__version__ == __version__


def test_the_changelog_begins_with_what_is_unreleased_or_with_this_version() -> None:
    heads = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert heads[0] in ("Unreleased", __version__)
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", head) for head in heads[1:])


# The locked set


def read_lock() -> dict[str, list[tuple[Requirement, int]]]:
    """Return what is locked, by name: each requirement with the number of its hashes."""
    text = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    locked: dict[str, list[tuple[Requirement, int]]] = {}
    for entry in re.findall(r"^[A-Za-z0-9][^\n]*(?:\n    --hash=[^\n]+)*", text, re.MULTILINE):
        requirement = Requirement(entry.split("\\")[0])
        locked.setdefault(canonicalize_name(requirement.name), []).append((requirement, entry.count("--hash=sha256:")))
    return locked


def list_wanted() -> list[str]:
    extras = [name for group in PROJECT["optional-dependencies"].values() for name in group]
    wanted = [*PROJECT["dependencies"], *SETTINGS["build-system"]["requires"], *extras]
    return [name for name in wanted if not name.startswith("exchange-explainer")]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("wanted", list_wanted())
def test_all_that_is_wanted_is_locked_at_a_version_that_will_do(wanted: str, python: str) -> None:
    """`make lock` mends it after a change of pyproject.toml."""
    requirement = Requirement(wanted)
    here = {"python_version": python, "python_full_version": f"{python}.0"}
    if requirement.marker and not requirement.marker.evaluate(here):
        pytest.skip("not wanted on this system")
    entries = [entry for entry, _ in read_lock().get(canonicalize_name(requirement.name), [])]
    (entry,) = [entry for entry in entries if entry.marker is None or entry.marker.evaluate(here)]
    (pin,) = entry.specifier
    assert pin.operator == "=="
    assert requirement.specifier.contains(pin.version)


def test_everything_locked_has_hashes() -> None:
    entries = [entry for entries in read_lock().values() for entry in entries]
    assert len(entries) > len(list_wanted())
    assert [str(requirement) for requirement, hashes in entries if not hashes] == []


# The audit

FOUND = {"name": "jinja2", "version": "2.10", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.10.1"], "aliases": []}]}
CLEAN = {"name": "typer", "version": "0.29.2", "vulns": []}
UNKNOWN = {"name": "click", "skip_reason": "Dependency not found on PyPI"}
LOST = "raise SystemExit('requests.exceptions.ConnectionError: HTTPSConnectionPool(host=pypi.org)')"


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        ([CLEAN], 0, "0 known vulnerabilities in 1 packages\n"),
        ([CLEAN, UNKNOWN], 0, "not audited: click\n0 known vulnerabilities in 1 packages\n"),
        (
            [CLEAN, FOUND],
            1,
            "jinja2 2.10: PYSEC-1; mended in 2.10.1\n1 known vulnerabilities in 2 packages\n",
        ),
        ([UNKNOWN], 0, "audit skipped: no advisory could be had for any of 1 packages\n"),
        (LOST, 0, "audit skipped: requests.exceptions.ConnectionError: HTTPSConnectionPool(host=pypi.org)\n"),
        ("raise SystemExit('hash missing')", 2, "audit failed: hash missing\n"),
        ("", 2, "audit failed: it printed nothing\n"),
    ],
)
def test_the_audit_tells_a_finding_from_a_service_that_is_out_of_reach(
    answer: Any, status: int, told: str, tmp_path: Path
) -> None:
    program = answer if isinstance(answer, str) else f"print({json.dumps({'dependencies': answer})!r})"
    (tmp_path / "pip_audit.py").write_text(program, encoding="utf-8")
    command = [sys.executable, str(ROOT / ".ci" / "audit.py"), "requirements-dev.txt"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (status, told, "")


# For forks and for repositories of rules


def test_the_workflow_is_one_that_github_understands() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_workflow_tests_every_python_and_asks_for_no_more_rights_than_it_needs() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    jobs = workflow["jobs"]
    assert jobs["test"]["strategy"]["matrix"]["python"] == PYTHONS
    assert workflow["permissions"] == {"contents": "read"}
    assert {name: job["permissions"] for name, job in jobs.items() if "permissions" in job} == {
        "publish": {"pages": "write", "id-token": "write"}
    }
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"]) for step in steps if "uses" in step)
    targets = [word for step in steps for word in re.findall(r"^make (\w+)", step.get("run", ""), re.MULTILINE)]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert len(targets) >= 3
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_the_hook_checks_the_rules_of_the_repository_that_it_runs_in(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == ("explain-rules-check", "python", False)
    binaries = Path(sys.executable).parent
    program, *words = shlex.split(hook["entry"])
    rule = tmp_path / "rules" / "exchanges" / "acme" / "key-refused.yaml"
    rule.parent.mkdir(parents=True)
    rule.write_text("title: {en: Key refused}\n", encoding="utf-8")
    assert re.search(hook["files"], str(rule))
    done = subprocess.run(
        [binaries / program, *words, *hook["args"]], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "rules/exchanges/acme/key-refused.yaml:1: " in done.stdout
