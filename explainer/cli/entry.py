"""Where the command starts: a text without options is explained at once; everything else goes to the commands."""

import re
import sys

COMMANDS = frozenset({"grep", "list", "rules", "show", "site"})
"""Words that name a command when they come first."""


def run() -> None:
    """Run the command; Ctrl-C ends it with status 130."""
    try:
        _run(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except OSError as error:  # a full disk behind --help, which the command-line library prints itself
        from explainer.cli.terminal import give_up

        give_up(error, sys.stdout)


def _run(args: list[str]) -> None:
    if _is_plain(args):
        from explainer.cli.explain import Options, explain

        raise SystemExit(0 if explain(" ".join(args) if args else None, Options()) else 1)
    from explainer.cli.main import app

    app(prog_name="explain")


def _is_plain(args: list[str]) -> bool:
    """Tell whether the arguments are nothing but a text; a code such as -1021 is no option."""
    return not (args and args[0] in COMMANDS) and not any(
        arg.startswith("-") and not re.match(r"-\d", arg) for arg in args
    )


if __name__ == "__main__":
    run()
