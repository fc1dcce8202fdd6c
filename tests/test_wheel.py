"""The wheel: what is in it, and that it works anywhere without building anything."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("explainer", "rules", "site", "pyproject.toml", "build_hook.py", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the sources, and unpack it."""
    source, out, folder = (tmp_path_factory.mktemp(name) for name in ("source", "out", "unpacked"))
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__", "shipped"))
        elif (ROOT / part).exists():
            shutil.copy(ROOT / part, source / part)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--wheel-dir", str(out), str(source)], check=True, capture_output=True, text=True)
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(unpacked: Path, cwd: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the wheel's command in another folder, with nowhere to find the checkout's package first."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "EXPLAIN_CACHE": str(cwd / "cache"), "HOME": str(cwd)}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *args], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_rules_schemas_and_the_built_knowledge_base_are_inside(unpacked: Path) -> None:
    def names(folder: Path) -> set[str]:
        return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    shipped = unpacked / "explainer" / "shipped"
    assert names(shipped / "rules") == names(ROOT / "rules")
    assert "schema/rule.schema.json" in names(shipped / "rules")
    index = json.loads((shipped / "kb.jsonl").read_bytes().split(b"\n", 1)[0])
    assert "binance" in json.dumps(index)
    assert not (unpacked / "tests").exists()


def test_the_command_is_declared(unpacked: Path) -> None:
    (points,) = unpacked.glob("*.dist-info/entry_points.txt")
    assert "explain = explainer.cli.entry:run" in points.read_text(encoding="utf-8")


def test_it_explains_anywhere_and_writes_no_file(unpacked: Path, tmp_path: Path) -> None:
    where = run(unpacked, tmp_path, "-c", "import explainer; print(explainer.__file__)")
    assert where.stdout.strip() == str(unpacked / "explainer" / "__init__.py")
    done = run(unpacked, tmp_path, "-m", "explainer.cli.entry", "HTTP 429", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["explanations"][0]["rule_id"] == "any/http-429"
    assert list(tmp_path.rglob("*")) == []


def test_its_rules_can_be_listed_and_shown(unpacked: Path, tmp_path: Path) -> None:
    for args in (["list", "-e", "binance"], ["show", "binance/credentials-rejected"]):
        done = run(unpacked, tmp_path, "-m", "explainer.cli.entry", *args)
        assert (done.returncode, done.stderr) == (0, "")
        assert "binance/credentials-rejected" in done.stdout


def test_the_wheel_searches_logs_and_writes_the_report(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "bot.log").write_text('binance {"code":-2015,"msg":"Invalid API-key"}\n', encoding="utf-8")
    done = run(unpacked, tmp_path, "-m", "explainer.cli.entry", "grep", "--report", "report.html", "bot.log")
    assert done.returncode == 0, done.stderr
    assert "binance/credentials-rejected" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_wheel_builds_the_site(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("exchanges: [bigone]\n", encoding="utf-8")
    command = ["-m", "explainer.cli.entry", "site", "build", "--out", "public", "-c", "site.yaml", "--no-search"]
    done = run(unpacked, tmp_path, *command)
    assert done.returncode == 0, done.stderr
    public = tmp_path / "public"
    assert "BigONE" in (public / "bigone" / "index.html").read_text(encoding="utf-8")
    assert (public / "assets" / "explain.js").is_file()
    assert not (public / "kucoin").exists()
