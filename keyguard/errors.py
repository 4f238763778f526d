"""The errors that end a run.

KeyguardError
├── SettingsError   the configuration or an option is wrong
│   └── RequestError    what was asked for cannot be used together
├── RuleError       a rule pack is wrong; names the pack and the rule
├── SourceError     a target cannot be scanned at all
├── GoneError       a value is no longer where it was found
├── VerifyError     a credential cannot be checked as it was asked for
└── ReportError     a report cannot be written

Each carries one sentence and one hint; only the command line prints them, and exits with 2. Trouble with a
single input is no error: it is a `Skipped` value in the report. No error text ever holds a value of a secret: what has
the shape of a key is masked here, whoever wrote it.
"""

from __future__ import annotations

from keyguard.veil import covered, named


class KeyguardError(Exception):
    """The run cannot go on."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = covered(message)
        self.hint = covered(hint)
        super().__init__(self.message)


class SettingsError(KeyguardError):
    """The configuration file or an option is wrong."""


class RequestError(SettingsError):
    """What was asked for cannot be used together."""


class RuleError(KeyguardError):
    """A rule pack is wrong."""

    def __init__(self, message: str, hint: str = "", *, pack: str = "", rule: str = "") -> None:
        where = ": ".join(word for word in (named(pack), f"rule {rule}" if rule else "") if word)
        super().__init__(f"{where}: {message}" if where else message, hint)
        self.pack = pack
        self.rule = rule


class SourceError(KeyguardError):
    """A target cannot be scanned at all; `what` names it."""

    def __init__(self, message: str, hint: str = "", *, what: str = "") -> None:
        super().__init__(message, hint)
        self.what = what or "a target"

    @property
    def reason(self) -> str:
        """The message, for where the name stands beside it."""
        return self.message.removeprefix(covered(f"{self.what!r} "))


class GoneError(KeyguardError, ValueError):
    """A value is no longer where it was found, and cannot be read again."""

    def __init__(self) -> None:
        super().__init__(
            "the value is no longer where it was found.",
            "A file or the repository changed while it was scanned: run it again.",
        )


class VerifyError(KeyguardError):
    """A credential cannot be checked as it was asked for."""


class ReportError(KeyguardError):
    """A report cannot be written."""
