"""Where the command starts: a text without options is explained at once; everything else goes to the commands."""

import os
import re
import sys

COMMANDS = frozenset({"show", "list", "rules"})
"""Words that name a command when they come first."""


def run() -> None:
    """Run the command; a closed pipe ends it quietly, Ctrl-C with status 130."""
    try:
        _run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _run(args: list[str]) -> None:
    if _is_plain(args):
        from explainer.cli.explain import Options, explain

        raise SystemExit(0 if explain(" ".join(args) or None, Options()) else 1)
    from explainer.cli.main import app

    app()


def _is_plain(args: list[str]) -> bool:
    """Tell whether the arguments are nothing but a text; a code such as -1021 is no option."""
    return not (args and args[0] in COMMANDS) and not any(
        arg.startswith("-") and not re.match(r"-\d", arg) for arg in args
    )


if __name__ == "__main__":
    run()
