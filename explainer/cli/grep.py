"""`explain grep`: finds and explains exchange-API errors in logs, line by line or as a summary."""

import sys
from collections.abc import Sequence

from explainer.cli.printer import Enough, Printer
from explainer.cli.progress import Progress
from explainer.cli.terminal import TERMINATED, USAGE, Terminated, choose_language, end_on_request, fail, open_base
from explainer.cli.wanted import Options, plan_search
from explainer.logs.find import find_files
from explainer.logs.search import Part, Search, load_tools, search_block
from explainer.logs.work import WorkerLost, count_workers, plan_parts, search_parts
from explainer.model.log import Notice

INTERRUPTED = 130


def grep(options: Options) -> int:
    """Search logs, print what was found, and return the exit status: 0 found, 1 nothing, 2 unreadable input."""
    kb = open_base(options.rules)
    language = choose_language(options.lang)
    search = plan_search(kb, options, language)
    printer = Printer(kb, options, search, language)
    paths = list_paths(options, printer)
    printer.has_one_input = paths == list(options.files or ["-"]) and len(paths) == 1
    end_on_request()
    try:
        if options.follow:
            _follow(paths, search, printer)
        else:
            search_files(paths, options, search, printer)
    except KeyboardInterrupt as stop:
        printer.finish(is_complete=options.follow)  # there is no other end to following
        return TERMINATED if isinstance(stop, Terminated) else INTERRUPTED
    except WorkerLost as lost:
        printer.tell(f"{lost}; try again with --jobs 1")
        printer.finish(is_complete=False)
        return USAGE
    except Enough:
        printer.finish(is_complete=True)
        return 0
    printer.finish(is_complete=True)
    if printer.has_failed:
        return USAGE
    return 0 if printer.summary.known_lines else 1


def list_paths(options: Options, printer: Printer) -> list[str]:
    """Return what to read, each name once; what cannot be read is told, unless it may still come."""
    paths: dict[str, None] = {}
    for found in find_files(options.files, recursive=options.recursive, globs=options.globs):
        if not isinstance(found, Notice):
            paths[found] = None
        elif options.follow and found.path in options.files:
            paths[found.path] = None
        else:
            printer.note(found)
    if "-" in paths and sys.stdin is not None and sys.stdin.isatty():
        printer.say("typing")
    return list(paths)


def search_files(paths: Sequence[str], options: Options, search: Search, printer: Printer) -> None:
    """Search files to their ends, in as many processes as are worth while, and hand what is found to the printer."""
    is_cut = search.is_summary  # lines of context, and the first N of a file, are told by whole files
    is_cut = is_cut or not (search.before or search.after or search.most)
    workers = count_workers(paths, options.jobs) if is_cut else 1
    parts = plan_parts(paths, force=search.force, workers=workers)
    is_silent = search.is_summary or options.form == "sarif" or not (sys.stdout and sys.stdout.isatty())
    with Progress(paths, is_wanted=is_silent and not options.quiet) as progress:
        printer.before_writing = progress.clear
        for part, message in search_parts(search, parts, workers):
            if isinstance(message, int):
                progress.add(message, printer.summary.known_lines)
            else:
                printer.add(part, message)


def _follow(paths: Sequence[str], search: Search, printer: Printer) -> None:
    from explainer.logs.follow import follow, make_room

    if not paths:
        fail("there is no file to follow", "name the files; those that are not there yet are waited for")
    if (room := make_room(len(paths))) < len(paths):
        fail(f"{len(paths):,} files are too many to follow: the system allows {max(room, 0):,}", "see `ulimit -n`")
    tools = load_tools(search)
    contexts = {path: search.begin_context() for path in paths}
    for piece in follow(paths):
        if isinstance(piece, Notice):
            printer.note(piece)
            continue
        path, block = piece
        printer.add(Part(path), search_block(search, tools, path, block, contexts[path]))
        if all(context.is_done for context in contexts.values()):
            raise Enough
