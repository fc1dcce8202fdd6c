"""Explains exchange-API errors: paste one, get its cause, the fix, and whether to retry."""

__all__ = [
    "Alternative",
    "Cause",
    "Evidence",
    "Explanation",
    "Finding",
    "RulesError",
    "__version__",
    "explain",
    "mask",
    "scan",
]

TYPE_CHECKING = False  # to import `typing` for it would cost more than all else here
if TYPE_CHECKING:
    from explainer.library import explain, mask, scan
    from explainer.model.answer import Alternative, Cause, Evidence, Explanation, Finding, RulesError
    from explainer.version import __version__
else:
    _HOMES = {"explain": "library", "mask": "library", "scan": "library", "__version__": "version"}

    def __getattr__(name: str) -> object:
        """Load what is asked for when it is asked for: the command has to begin before all else is read."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        home = import_module(f"explainer.{_HOMES.get(name, 'model.answer')}")
        globals()[name] = value = getattr(home, name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
