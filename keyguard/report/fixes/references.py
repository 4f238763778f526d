"""How a language or a format refers to the environment in place of a literal, and where it safely can.

A literal stands for itself where an expression may stand: behind `=`, `(`, `,`, `:`, `[` or `return`, outside of
comments, constants and annotations. What is less clear than that is left to a person.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from keyguard.errors import GoneError
from keyguard.frozen import dataclass
from keyguard.report.fixes import python
from keyguard.report.fixes.edits import Edit

if TYPE_CHECKING:
    from keyguard.model import Match, Secret
    from keyguard.report.fixes.edits import Text

_UPPER = re.compile(r"(?<![A-Za-z0-9_])([A-Z][A-Z0-9]*_[A-Z0-9_]+)[\"'`]?\]?\s*(?::\s*\w+\s*)?[:=]\s*[\"'`]?\Z")
_OPENS = re.compile(r"(?:[=(,:\[>]|\breturn)\Z")


@dataclass(frozen=True, slots=True)
class Expression:
    """A language in which a literal gives way to an expression."""

    reference: str
    unless: str = r"(?!)"  # of a line in which no such expression may stand
    comment: str = r"//"
    lookup: str = r"(?!)"  # of an environment variable whose default the literal is; group 1 goes with it
    quotes: str = "\"'"
    needs: str = ""  # what is imported for it


@dataclass(frozen=True, slots=True)
class Interpolation:
    """A format in which a reference stands within the scalar."""

    reference: str
    paths: str  # of files whose reader knows it


_PYTHON = Expression(
    'os.environ["{}"]', comment="#", lookup=r"(?:environ\.get|getenv)\(\s*[\"']\w+[\"'](\s*,\s*)\Z", needs="os"
)
_JAVASCRIPT = Expression("process.env.{}", lookup=r"process\.env\.\w+(\s*(?:\|\||\?\?)\s*)\Z", quotes="\"'`")
_TYPESCRIPT = Expression("process.env.{}!", lookup=r"(?!)", quotes="\"'`", unless=r"\benum\b|\btype\b|\bas const\b")
_LANGUAGES = {
    "py": _PYTHON,
    **dict.fromkeys(("js", "mjs", "cjs"), _JAVASCRIPT),
    **dict.fromkeys(("ts", "mts", "cts"), _TYPESCRIPT),
    "go": Expression('os.Getenv("{}")', unless=r"\bconst\b", quotes='"`', needs="os"),
    "java": Expression('System.getenv("{}")', unless=r"@\w", quotes='"'),
    "kt": Expression('System.getenv("{}")', unless=r"@\w|\bconst\b", quotes='"'),
    "cs": Expression('System.Environment.GetEnvironmentVariable("{}")', unless=r"\bconst\b|\[\w+\(", quotes='"'),
    "php": Expression("getenv('{}')", unless=r"^\s*(?:const|public|private|protected|static|var)\b", comment=r"//|#"),
    "rb": Expression('ENV.fetch("{}")', comment="#"),
    "ps1": Expression("$env:{}", comment="#", unless=r"\bparam\b"),
}
# An owned string; what is borrowed, or constant, would be of another type or could not be asked for.
_RUST = re.compile(r"\"(?P<value>[^\"\\]*)\"(?:\.to_string\(\)|\.to_owned\(\))|String::from\(\"(?P<other>[^\"\\]*)\"\)")
_FORMATS = (
    Interpolation("${{{{ secrets.{} }}}}", r"(?:.*/)?\.github/workflows/[^/]+\.ya?ml"),
    # A variable of the project goes before one of the file, and so before itself.
    Interpolation("${}", r"(?:.*/)?\.gitlab-ci[\w.-]*\.ya?ml|(?:.*/)?\.gitlab/.*\.ya?ml"),
    Interpolation("${{{}:?}}", r"(?:.*/)?(?:docker-)?compose[\w.-]*\.ya?ml"),
    Interpolation("${{{}}}", r"(?:.*/)?application[\w-]*\.(?:ya?ml|properties)|(?:.*/)?\.mcp\.json"),
)


class Names:
    """The variables that hold values: one for each, by the name that its place gives it, or by what it is.

    The parts of one credential have the same number behind their names.
    """

    def __init__(self) -> None:
        self._of: dict[Secret, str] = {}
        self._numbers: dict[str, int] = {}

    @property
    def all(self) -> list[str]:
        """Every name, in the order of their places."""
        return list(self._of.values())

    def name(self, match: Match, before: str, fingerprint: str) -> str:
        """Return the variable for a value of a finding."""
        if match.value not in self._of:
            number = self._numbers.setdefault(fingerprint, len(self._numbers) + 1)
            found = _UPPER.search(before)
            own = f"{match.provider}_{match.part}" if match.part else match.rule
            wanted = found[1] if found else own.upper().replace("-", "_")
            taken = set(self._of.values())
            name = wanted if number == 1 or (found and wanted not in taken) else f"{wanted}_{number}"
            while name in taken:  # a further value of the same part
                number += 1
                name = f"{wanted}_{number}"
            self._of[match.value] = name
        return self._of[match.value]


class Place(NamedTuple):
    """A value in a text, and how its variable is called."""

    match: Match
    text: Text
    start: int
    end: int
    names: Names
    fingerprint: str

    @property
    def before(self) -> str:
        """What stands before the value in its line."""
        return self.text.before(self.start)

    @property
    def after(self) -> str:
        """What stands behind it."""
        return self.text.after(self.end)

    @property
    def variable(self) -> str:
        """The variable that is to hold the value."""
        return self.names.name(self.match, self.before, self.fingerprint)


def of(match: Match, text: Text, names: Names, fingerprint: str) -> list[Edit]:
    """Return what refers to the environment in place of a value; nothing where there is no safe way to.

    `fingerprint` is that of the finding.
    """
    with suppress(GoneError):
        value = match.value.reveal().decode("utf-8", "surrogateescape") if match.value.known else ""
        span = text.span(match.region)
        if value and not match.via and span and text.content[slice(*span)] == value:
            return edits(Place(match, text, *span, names, fingerprint))
    return []


def edits(place: Place) -> list[Edit]:
    """Return what refers to the environment in place of a value; nothing where that is not surely safe."""
    path = place.text.path
    ending = path.rpartition(".")[2].lower()
    if ending == "rs":
        return _owned(place)
    if ending in {"sh", "bash", "zsh"}:
        return _in_shell(place)
    for format_ in _FORMATS:
        if re.fullmatch(format_.paths, path):
            return _in_scalar(place, format_)
    language = _LANGUAGES.get(ending)
    return _as_expression(place, language) if language else []


def _as_expression(place: Place, language: Expression) -> list[Edit]:
    text, start, end = place.text, place.start - 1, place.end + 1
    if start < 0 or not _stands_alone(text, start, end, language):
        return []
    if default := re.search(language.lookup, text.before(start)):
        return [Edit(start - len(default[1]), end, "")]
    importing: list[Edit] | None = []
    if language is _PYTHON:
        importing = python.importing(text, start)
    elif language.needs:
        importing = _importing_in_go(text)
    return [] if importing is None else [*importing, Edit(start, end, language.reference.format(place.variable))]


def _stands_alone(text: Text, start: int, end: int, language: Expression) -> bool:
    """Say whether a literal is an expression of its own."""
    content, before = text.content, text.before(start)
    quote = content[start : start + 1]
    if not quote or quote not in language.quotes or content[end - 1 : end] != quote:
        return False
    behind = content[end : end + 80].lstrip()
    return (
        (re.search(language.lookup, before) or _OPENS.search(content[max(0, start - 200) : start].rstrip())) is not None
        and not content[start - 1 : start].isalnum()
        and behind[:1] not in {":", '"', "'", "`"}
        and not _is_set_aside(text, start, language)
    )


def _is_set_aside(text: Text, start: int, language: Expression) -> bool:
    """Say whether a place lies in a comment, or in a declaration that takes constants alone."""
    before, above = text.before(start), text.content[:start]
    plain = re.sub(r"\"[^\"]*\"|'[^']*'", "", before)
    block = above.rfind("(", 0, max(0, above.rfind("\n")))
    is_in_block = above[:block].endswith("const ") and ")" not in above[block:]
    return (
        re.search(language.comment, plain) is not None
        or re.search(language.unless, before) is not None
        or above.rfind("/*") > above.rfind("*/")
        or before.lstrip().startswith(("*", "<!--"))
        or is_in_block
    )


def _importing_in_go(text: Text) -> list[Edit] | None:
    content = text.content
    if re.search(r"(?m)^import[ \t]+\"os\"|^[ \t]+\"os\"[ \t]*$", content):
        return []
    if found := re.search(r"(?m)^import[ \t]*\([ \t]*\r?\n", content):
        return [Edit(found.end(), found.end(), '\t"os"\n')]
    if found := re.search(r"(?m)^package[ \t]+\w+[^\n]*\n", content):
        return [Edit(found.end(), found.end(), '\nimport "os"\n')]
    return None


def _owned(place: Place) -> list[Edit]:
    """Replace an owned string of Rust as a whole."""
    if re.search(r"//|\bconst\b|\bstatic\b", place.before):
        return []
    begin = place.start - len(place.before)
    for found in _RUST.finditer(place.before + place.text.after(place.start)):
        group = "value" if found["value"] is not None else "other"
        if (begin + found.start(group), begin + found.end(group)) == (place.start, place.end):
            reference = f'std::env::var("{place.variable}").expect("{place.variable} is not set")'
            return [Edit(begin + found.start(), begin + found.end(), reference)]
    return []


def _in_shell(place: Place) -> list[Edit]:
    """Have the shell put the variable there, and end where it is not set."""
    before = place.before
    if "<<" in place.text.content[: place.start] or before.lstrip().startswith("#") or "\\" in before:
        return []
    return _between_quotes(place) if _is_in_quotes(before) else _bare(place)


def _is_in_quotes(before: str) -> bool:
    return bool(before.count("'") % 2 or before.count('"') % 2)


def _between_quotes(place: Place) -> list[Edit]:
    before, after = place.before, place.after
    single, double = before.count("'") % 2, before.count('"') % 2
    if single == double:
        return []
    if before[-1:] == after[:1] == ("'" if single else '"'):
        return [Edit(place.start - 1, place.end + 1, f'"${{{place.variable}:?}}"')]
    return [Edit(place.start, place.end, f"${{{place.variable}:?}}")] if double and '"' in after else []


def _bare(place: Place) -> list[Edit]:
    if not place.before.endswith("=") or not re.match(r"\s|;|&|\Z", place.after):
        return []
    return [Edit(place.start, place.end, f'"${{{place.variable}:?}}"')]


def _in_scalar(place: Place, format_: Interpolation) -> list[Edit]:
    before = place.before
    if before.lstrip().startswith("#") or " #" in before or place.after[:1] not in {"", '"', "'", "\r", "\n"}:
        return []
    return [Edit(place.start, place.end, format_.reference.format(place.variable))]
