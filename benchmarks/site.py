"""Speed of the help site: its build beside Hugo, and the paste box in Chromium.

    .venv/bin/python benchmarks/site.py             both
    .venv/bin/python benchmarks/site.py --runs 9    more runs, for steadier medians

Hugo (Debian: apt-get install hugo) builds the same texts: a page for each of ours, from its Markdown twin, with HTML of
the same mean size, and the Markdown as a second output. Runs alternate. Both start from nothing but their sources.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from run import list_examples

from explainer.kb.load import load_trees
from explainer.kb.store import find_rules
from explainer.site_builder.serve import make_server

EXPLAIN = str(Path(sys.executable).parent / "explain")
HUGO = {
    "config.toml": """\
baseURL = "https://help.example.com/"
title = "Help"
disableKinds = ["section", "taxonomy", "term", "RSS"]
[markup.goldmark.renderer]
unsafe = false
[mediaTypes."text/markdown"]
suffixes = ["md"]
[outputFormats.MD]
mediaType = "text/markdown"
isPlainText = true
[outputs]
page = ["HTML", "MD"]
home = ["HTML"]
""",
    "layouts/index.html": '<!doctype html><html lang="en"><title>Home</title></html>',
    "layouts/_default/single.md": "{{ .RawContent }}",
    "layouts/_default/single.html": """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ .Title }} · {{ .Site.Title }}</title>
<meta name="description" content="{{ .Summary | plainify }}"><link rel="canonical" href="{{ .Permalink }}">
{{ range .AlternativeOutputFormats }}<link rel="{{ .Rel }}" type="{{ .MediaType.Type }}" href="{{ .RelPermalink }}">
{{ end }}</head>
<body><main>{{ .Content }}</main><footer>PADDING</footer></body>
</html>
""",
}
ANSWER = """
(text) => new Promise((resolve, reject) => {
    const box = document.getElementById("error");
    const answered = new MutationObserver(() => {
        answered.disconnect();
        resolve({ start, end: performance.now() });
    });
    answered.observe(document.getElementById("answers"), { childList: true });
    setTimeout(() => reject(new Error("no answer to " + text)), 30000);
    const start = performance.now();
    box.value = text;
    box.dispatchEvent(new Event("input"));
})
"""
FIRST_PASTE = f"""
async (text) => {{
    const {{ end }} = await ({ANSWER})(text);
    const engine = performance.getEntriesByType("resource").find(({{ name }}) => /engine\\.[0-9a-f]+\\.js$/.test(name));
    return end - engine.responseEnd;
}}
"""
LATER_PASTES = f"""
async (texts) => {{
    const spent = [];
    for (const text of texts) {{
        const {{ start, end }} = await ({ANSWER})(text);
        spent.push(end - start);
    }}
    return spent;
}}
"""


def main() -> None:
    """Run the benchmarks and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        bench_build(scratch, options.runs)
        bench_paste(scratch / "site", options.runs)


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def time_of(work: Callable[[], None], out: Path) -> float:
    """Return the seconds of a build into a folder that is not there."""
    shutil.rmtree(out, ignore_errors=True)
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bench_build(scratch: Path, runs: int) -> None:
    """Measure our build and Hugo's in turns, without search and with it (pagefind, for both)."""
    site, theirs = scratch / "site", scratch / "theirs"
    build = [EXPLAIN, "site", "build", "--out", str(site)]
    run(build)
    works = {
        "explain, no search": (lambda: run([*build, "--no-search"]), site),
        "explain, search": (lambda: run(build), site),
    }
    if shutil.which("hugo"):
        project = make_project(site, scratch / "project", theirs)
        works["hugo, no search"] = (lambda: build_theirs(project, theirs), theirs)
        works["hugo, search"] = (lambda: build_theirs(project, theirs, has_search=True), theirs)
    else:
        print("no hugo here, so nothing to compare with (Debian: apt-get install hugo)")
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, (work, out) in works.items():
            seconds[name].append(time_of(work, out))
    for name, values in seconds.items():
        rival = seconds.get(name.replace("explain", "hugo"), values)
        ratio = statistics.median(ours / theirs for ours, theirs in zip(values, rival, strict=True))
        told = f"   {ratio:5.2f} x hugo" if rival is not values else ""
        print(f"{name:22} {statistics.median(values):6.2f} s median, {min(values):.2f} to {max(values):.2f} s{told}")


def build_theirs(project: Path, out: Path, *, has_search: bool = False) -> None:
    run(["hugo", "--quiet", "--source", str(project), "--destination", str(out)])
    if has_search:
        run([sys.executable, "-P", "-m", "pagefind", "--site", str(out), "--quiet"])


def make_project(site: Path, project: Path, out: Path) -> Path:
    """Write a Hugo project with the texts of our site, whose HTML is as large on average; say how large both are."""
    for name, text in HUGO.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    (project / "content").mkdir()
    for number, twin in enumerate(sorted(site.rglob("index.md"))):
        text = twin.read_text(encoding="utf-8").replace("{{", "{ {")
        title = json.dumps(text.partition("\n")[0].lstrip("# "), ensure_ascii=False)
        (project / "content" / f"page-{number}.md").write_text(f"---\ntitle: {title}\n---\n{text}", encoding="utf-8")
    build_theirs(project, out)
    ours, theirs = size_of(site, "index.html"), size_of(out, "index.html")
    layout = project / "layouts/_default/single.html"
    padding = "menu " * max(0, round((ours[1] - theirs[1]) / 5))
    layout.write_text(layout.read_text(encoding="utf-8").replace("PADDING", padding), encoding="utf-8")
    shutil.rmtree(out)
    build_theirs(project, out)
    for name, folder in (("ours", site), ("hugo's", out)):
        count, mean = size_of(folder, "index.html")
        twins, _ = size_of(folder, "index.md")
        print(f"{name:22} {count:,} pages of {mean:,.0f} bytes on average, {twins:,} Markdown twins")
    return project


def size_of(folder: Path, name: str) -> tuple[int, float]:
    """Return count and mean size of the files of a name."""
    sizes = [file.stat().st_size for file in folder.rglob(name)]
    return len(sizes), statistics.mean(sizes)


def bench_paste(site: Path, runs: int) -> None:
    """Measure from the arrival of the engine to the first answer, and each later answer, over all examples."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        print("no Chromium here (Debian: apt-get install chromium)")
        return
    base, _ = load_trees([find_rules()])
    texts = list_examples(base)
    first, later = [], []
    with make_server(site, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for language in ("/", "/zh/"):
            for number in range(runs):
                page = browser.new_context().new_page()
                page.goto(f"http://127.0.0.1:{server.server_port}{language}", wait_until="networkidle")
                first.append(page.evaluate(FIRST_PASTE, texts[number]))
                if number == 0:
                    later += page.evaluate(LATER_PASTES, texts)
                page.context.close()
        browser.close()
        server.shutdown()
    print(
        f"first paste            {statistics.median(first):6.0f} ms median, {max(first):.0f} ms at most, {len(first)} tries"
    )
    percentile = statistics.quantiles(later, n=100)[-1]
    print(
        f"later pastes           {statistics.median(later):6.1f} ms median, {percentile:.1f} ms 99th percentile, "
        f"{max(later):.1f} ms at most, {len(later)} tries"
    )


if __name__ == "__main__":
    main()
