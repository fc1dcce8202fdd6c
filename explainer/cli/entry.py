"""Where the command starts: a text without options is explained at once; everything else goes to the commands."""

import os
import sys

COMMANDS = frozenset({"grep", "list", "report", "rules", "show", "site"})
"""Words that name a command when they come first."""


def run() -> None:
    """Run the command; Ctrl-C ends it with status 130."""
    try:
        _end_at_once()
        _run(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except (OSError, MemoryError) as error:
        from explainer.cli.terminal import fail, give_up

        if isinstance(error, MemoryError):
            fail("there is not enough memory", "more of it is needed, or less to read at once")
        if error.filename is not None:
            fail(f"{error.filename}: {error.strerror}")
        give_up(error, sys.stdout)  # a full disk behind --help, which the command-line library prints itself
    finally:
        _end_at_once()


def _end_at_once() -> None:
    """Let the system end the program on request: a KeyboardInterrupt breaks what is just being loaded, or unloaded.

    A command that has something to tidy up takes it back meanwhile; see end_on_request.
    """
    import signal

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def _run(args: list[str]) -> None:
    if _is_plain(args) and "_EXPLAIN_COMPLETE" not in os.environ:  # by which a shell asks what the Tab key offers
        from explainer.cli.explain import Options, explain

        raise SystemExit(0 if explain(" ".join(args) if args else None, Options()) else 1)
    from explainer.cli.main import app

    app(prog_name="explain")


def _is_plain(args: list[str]) -> bool:
    """Tell whether the arguments are nothing but a text; a code such as -1021 is no option."""
    return not (args and args[0] in COMMANDS) and not any(
        arg.startswith("-") and not arg[1:2].isdecimal() for arg in args
    )


if __name__ == "__main__":
    run()
