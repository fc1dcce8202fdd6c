"""The program's version, said here and nowhere else: packaging, `explain --version` and reports read it."""

__version__ = "0.1.0"
