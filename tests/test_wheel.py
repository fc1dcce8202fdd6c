"""The sdist and the wheel: what is in them, and that the wheel works anywhere, on every Python that it names."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from explainer.version import __version__

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = [name.rsplit(" ", 1)[1] for name in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d", name)]
MEGABYTES = 4
REFUSED = 'binance {"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}'
OWN = 'acme {"code":"E17","msg":"The book is closed for today."}'
Run = Callable[..., subprocess.CompletedProcess[str]]


def build_wheel(source: Path, out: Path, umask: int = 0o022) -> Path:
    """Build a wheel from an sdist or a folder, with the tools that are here."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--wheel-dir", str(out), str(source)], check=True, capture_output=True, umask=umask)
    (wheel,) = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sdist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = out.glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(sdist, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def list_files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# What is in them


def test_the_sdist_is_the_repository(sdist: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no git checkout")
    git = ["git", "-c", "core.quotePath=off", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    kept = {name for name in listed if (ROOT / name).is_file()}
    with tarfile.open(sdist) as archive:
        packed = {member.name.split("/", 1)[1] for member in archive.getmembers()}
    assert packed == kept | {"PKG-INFO"}


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(names: set[str], wheel: Path) -> None:
    package = {name for name in list_files(ROOT / "explainer") if "__pycache__" not in name}
    data = {"shipped/kb.jsonl"}
    data |= {f"shipped/{part}/{name}" for part in ("rules", "site") for name in list_files(ROOT / part)}
    about = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    expected = {f"explainer/{name}" for name in package | data}
    expected |= {f"exchange_explainer-{__version__}.dist-info/{name}" for name in about}
    assert names == expected
    assert {"explainer/py.typed", "explainer/shipped/rules/schema/rule.schema.json"} <= names
    assert wheel.stat().st_size < MEGABYTES * 1_000_000


def test_the_same_sources_give_the_same_bytes(wheel: Path, sdist: Path, tmp_path: Path) -> None:
    """Whatever the folder is called, however old its files are, and whoever may read them."""
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    for path in source.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    again = build_wheel(source.rename(tmp_path / "elsewhere"), tmp_path / "out", umask=0o077)
    assert again.read_bytes() == wheel.read_bytes()


# That it works: really installed, with the locked versions of what it needs, from PyPI or pip's cache


def find_python(version: str) -> str | None:
    """Return an interpreter of this version: the one that runs the tests, one on the path, or pyenv's."""
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    for name in [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"versions/{version}.*/bin/python"))]:
        if name and subprocess.run([name, "-c", ""], check=False, capture_output=True).returncode == 0:
            return str(name)  # pyenv has a name on the path for versions that are not in use, which fails
    return None


def install(python: str, wheel: Path, folder: Path) -> str:
    """Install the wheel into an environment of its own; return what went wrong."""
    subprocess.run([python, "-m", "venv", "--without-pip", folder], check=True)
    locked = re.findall(
        r"^[\w.-]+==[^\\\n]+", (ROOT / "requirements-dev.txt").read_text(encoding="utf-8"), re.MULTILINE
    )
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(locked), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
    options = ["--retries", "1", "--constraint", str(constraints)]
    done = subprocess.run([*pip, *options, str(wheel)], check=False, capture_output=True, text=True)
    return done.stderr if done.returncode else ""


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """Return, for each Python that is here, the environment with the wheel, and what went wrong."""
    pythons = {version: python for version in PYTHONS if (python := find_python(version))}
    folders = {version: tmp_path_factory.mktemp(f"python{version}-") for version in pythons}
    with ThreadPoolExecutor(2) as pool:
        faults = pool.map(lambda version: install(pythons[version], wheel, folders[version]), pythons)
    return {version: (folders[version], fault) for version, fault in zip(pythons, faults, strict=True)}


def find_environment(installed: dict[str, tuple[Path, str]], version: str) -> Path:
    if version not in installed:
        pytest.skip(f"no Python {version} here")
    folder, fault = installed[version]
    if "NewConnectionError" in fault and not os.environ.get("CI"):
        pytest.skip("PyPI is out of reach")
    assert fault == ""
    return folder


@pytest.fixture(params=PYTHONS)
def run(request: pytest.FixtureRequest, installed: dict[str, tuple[Path, str]], tmp_path: Path) -> Run:
    """Return what runs a program of the environment in an empty folder, without a way to the checkout."""
    binaries = find_environment(installed, request.param) / "bin"

    def start(program: str, *args: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        environment = {"HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}
        done = subprocess.run(
            [binaries / program, *args], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == status, done.stderr
        return done

    return start


def test_it_answers_and_writes_no_file(run: Run, tmp_path: Path) -> None:
    assert run("explain", "--version").stdout.startswith(f"explain {__version__}\nrules 20")
    answer = json.loads(run("explain", "HTTP 429", "--format", "json").stdout)
    assert answer["explanations"][0]["rule_id"] == "any/http-429"
    assert "binance/credentials-rejected" in run("explain", "list", "-e", "binance").stdout
    assert "binance/credentials-rejected" in run("explain", "show", "binance/credentials-rejected").stdout
    library = f"import explainer; print(explainer.__version__, explainer.explain({REFUSED!r})[0].retry)"
    assert run("python", "-W", "error", "-c", library).stdout == f"{__version__} after_fix\n"
    assert list(tmp_path.iterdir()) == []


def test_it_searches_logs_and_builds_the_site(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bot.log").write_text(f"{REFUSED}\n", encoding="utf-8")
    run("explain", "grep", "--report", "report.html", "bot.log")
    assert "binance/credentials-rejected" in (tmp_path / "report.html").read_text(encoding="utf-8")
    (tmp_path / "site.yaml").write_text("exchanges: [bigone]\n", encoding="utf-8")
    run("explain", "site", "build", "--out", "public", "-c", "site.yaml", "--no-search")
    public = tmp_path / "public"
    assert "BigONE" in (public / "bigone" / "index.html").read_text(encoding="utf-8")
    assert (public / "assets" / "explain.js").is_file()
    assert not (public / "kucoin").exists()


def test_it_begins_and_uses_rules(run: Run, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs" / "examples" / "site" / "rules", tmp_path / "desk")
    (written, *_) = run("explain", "rules", "new", OWN, "--slug", "book-closed", "--out", "own").stdout.splitlines()
    assert written == "own/any/book-closed.yaml"
    assert f"{written}:" in run("explain", "rules", "check", "own", status=1).stdout  # it has to be filled in
    example = re.search(r"examples:\n  - '?(.+?)'?\n", next((tmp_path / "desk").rglob("*-*.yaml")).read_text("utf-8"))
    assert example
    answer = run("explain", example[1], "--rules", "desk", "--format", "json").stdout
    assert json.loads(answer)["explanations"][0]["exchange"] not in (None, "binance", "kucoin", "bigone")
    run("explain", "rules", "schema", "--out", "schema")
    assert list_files(tmp_path / "schema") == list_files(ROOT / "rules" / "schema")


def test_its_types_are_seen(installed: dict[str, tuple[Path, str]], tmp_path: Path) -> None:
    folder = find_environment(installed, f"{sys.version_info[0]}.{sys.version_info[1]}")
    program = tmp_path / "bot.py"
    program.write_text(
        "import explainer\n"
        "found: tuple[explainer.Explanation, ...] = explainer.explain('x', exchange='binance', lang='zh')\n"
        "lines: list[int] = [finding.line for finding in explainer.scan(['x'], rules=['desk'])]\n"
        "retry: int = found[0].retry\n"
        "explainer.explain(1)\n",
        encoding="utf-8",
    )
    python = str(folder / "bin" / "python")
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", python, str(program)]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert re.findall(r"^bot\.py:(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE) == [
        ("4", "assignment"),
        ("5", "arg-type"),
    ]
