"""Builds the whole site: from settings, rules and `site/` to a folder of files. The door of this package."""

import hashlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from multiprocessing.connection import Connection
from pathlib import Path

from msgspec import Struct

from explainer.kb.store import load_base
from explainer.model.answer import Language
from explainer.site_builder.accuracy import measure
from explainer.site_builder.api import make_files
from explainer.site_builder.assets import write_assets
from explainer.site_builder.config import Config, check_names
from explainer.site_builder.content import check_content, find_site, read_content
from explainer.site_builder.feeds import make_feeds
from explainer.site_builder.model import Page, Site
from explainer.site_builder.output import LOCK, replace_folder
from explainer.site_builder.pages import PageError, find_places, list_pages
from explainer.site_builder.render import make_environment, render_missing, render_page
from explainer.site_builder.search import index_site
from explainer.site_builder.survey import take_survey

Task = tuple[Page, Language]


class Built(Struct, frozen=True):
    """What a build made."""

    pages: int
    files: int
    size: int  # bytes
    knowledge: str


def build_site(config: Config, out: Path, *, has_search: bool, workers: int | None = None) -> Built:
    """Build the site into a folder, which is replaced as a whole when all is done.

    Raises RulesError for faults in rules, settings or content, LinkError, PageError, OutputError and SearchError.
    """
    with replace_folder(out) as fresh:
        site = plan_site(config, fresh, has_search=has_search)
        _write_pages(site, fresh, workers or os.cpu_count() or 1)
        for path, text in chain(make_files(site), make_feeds(site), _make_roots(site)):
            _write(fresh, path, text)
        if has_search:
            index_site(fresh)
        sizes = [file.stat().st_size for file in fresh.rglob("*") if file.is_file() and file.name != LOCK]
    return Built(len(site.pages) * len(site.places.languages), len(sizes), sum(sizes), site.kb.index.version)


def plan_site(config: Config, out: Path, *, has_search: bool) -> Site:
    """Return all that the pages are made of; writes the assets, whose names are part of it."""
    folder = find_site()
    kb = load_base(config.rules)
    check_names(config, kb)
    content = read_content(folder / "content")
    check_content(content, kb, folder / "content")
    survey = take_survey(kb, config.document.exchanges or None)
    pages = list_pages(
        survey, content, [old for owner in survey.rules.values() for old in kb.record(owner.record)["formerly"]]
    )
    return Site(
        config=config,
        kb=kb,
        survey=survey,
        content=content,
        places=find_places(config, content, pages, list_pages(take_survey(kb), content)),
        pages=tuple(pages),
        assets=write_assets(folder, out, config, kb),
        figures=measure(kb, survey),
        environment=make_environment(folder / "templates"),
        has_search=has_search,
    )


def _write_pages(site: Site, out: Path, workers: int) -> None:
    """Write every page, in several processes where processes can be forked; raises what a page raises."""
    tasks = [(page, language) for page in site.pages for language in site.places.languages]
    if workers < 2 or sys.platform != "linux":
        return _write_some(site, out, tasks)
    context = multiprocessing.get_context("fork")
    started = []
    try:
        for n in range(workers):
            part = tasks[n::workers]
            try:
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_write_part, args=(site, out, part, os.getpid(), sender), daemon=True)
                process.start()
            except OSError:  # the system allows no more processes
                _write_some(site, out, part)
                continue
            sender.close()
            started.append((process, receiver))
        for process, receiver in started:
            fault = _receive(receiver)
            process.join()
            if fault is not None:
                raise fault
    finally:
        for process, _ in started:
            process.terminate()
            process.join()
    return None


def _receive(receiver: Connection) -> BaseException | None:
    try:
        fault: BaseException | None = receiver.recv()
    except EOFError:
        return PageError("a process that writes pages was ended from outside")
    return fault


def _write_part(site: Site, out: Path, tasks: Sequence[Task], parent: int, sender: Connection) -> None:
    """Write some pages, for as long as the process lives that asked for them, and send what went wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        for task in tasks:
            if os.getppid() != parent:
                return
            _write_some(site, out, [task])
        sender.send(None)
    except BaseException as fault:
        sender.send(fault)


def _write_some(site: Site, out: Path, tasks: Iterable[Task]) -> None:
    for page, language in tasks:
        for path, text in render_page(site, page, language).items():
            _write(out, path, text)


def _make_roots(site: Site) -> Iterator[tuple[str, str]]:
    """Yield what lies at the root: the page for what is not there, and the worker that keeps the site for later."""
    yield "404.html", render_missing(site)
    worker = (find_site() / "scripts" / "worker.js").read_text(encoding="utf-8")
    state = hashlib.sha256(repr(sorted(site.assets.items())).encode()).hexdigest()[:12]
    yield "worker.js", worker.replace("VERSION", f'"{state}"', 1)


def _write(out: Path, path: str, text: str) -> None:
    file = out / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
