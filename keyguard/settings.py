"""Turn the config file and the options that the user typed into one frozen `Settings`.

.keyguard.yml | .keyguard.yaml | [tool.keyguard] in pyproject.toml  --+
.keyguardignore                                                     --+-- load --> Settings
options                                                             --+

Whatever reads a `Settings` knows neither a flag nor a file. Every key and value is checked here, once; an error names
the file, the line and the key. A config can hold a secret by mistake, so that no error shows more of a value than
twenty characters. yaml, tomllib and pathspec cost 20 to 45 ms each and are imported when there is something to parse.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from keyguard.errors import SettingsError
from keyguard.expressions import expression
from keyguard.frozen import dataclass
from keyguard.model import Confidence, Severity, Threshold
from keyguard.veil import is_suspect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

IGNORE_FILE = ".keyguardignore"

NAMES = (".keyguard.yml", ".keyguard.yaml")
"""Of the configuration in a folder, beside the table in pyproject.toml."""
_TOML_NAME = "pyproject.toml"
_MAX_BYTES = 1 << 20
_MAX_DEPTH = 8  # the deepest config there is has three levels
_SHOWN = 20
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30}
_SIZE = expression(r"(\d{1,15})\s?(?:([kmg]i?)?b)?", re.IGNORECASE | re.ASCII)
_DAY = expression(r"\d{4}-\d\d-\d\d", re.ASCII)
# What is surely a pattern; the rest is shown to pathspec.
_PLAIN_PATTERN = expression(r"!?(?=[^*\w]*[*\w])[\w./*?@+~, -]*[\w*?]/?")

_Word = TypeVar("_Word", Severity, Confidence)


@dataclass(frozen=True, slots=True)
class Allow:
    """A finding that the config waives; every field that is given must fit, an empty one fits all."""

    reason: str
    rule: str = ""
    path: str = ""  # a gitignore pattern
    fingerprint: str = ""
    expires: date | None = None  # the first day on which the entry no longer counts


@dataclass(frozen=True, slots=True)
class Practices:
    """Whether habits that lose keys are reported, and from which severity on they fail a run."""

    on: bool = True
    fail_on: Severity = Severity.HIGH
    max_age: int = 90  # days that a key in use may go unrenewed


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user wants of a run; made by `load`."""

    root: Path
    config: str | None = None  # the config file as reports show it
    fail_on: Severity = Severity.LOW
    min_confidence: Confidence = Confidence.MEDIUM
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()  # of the shipped ones; empty: those that are on by themselves
    rules: tuple[Path, ...] = ()
    exclude: tuple[str, ...] = ()
    allow: tuple[Allow, ...] = ()
    ignore_patterns: tuple[tuple[int, str], ...] = ()  # line number and pattern of the root's .keyguardignore
    max_file_size: int = 256 << 20
    time_limit: float = 10.0
    strict: bool = False
    baseline: Path | None = None
    everything: bool = False
    no_decode: bool = False
    decode: tuple[tuple[str, float], ...] = ()  # limits of what is opened in containers, by their names
    copy: Path | None = None  # of the root, with its configuration, ignores, baseline and rules as a commit holds them
    practices: Practices = Practices()
    below: tuple[Threshold, ...] = ()  # of the repositories below the root
    # Keys that the config gives, and nothing that was typed took its place.
    configured: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def threshold(self) -> Threshold:
        """From which severity on a run fails, but by what lies in a repository below the root."""
        return Threshold("", self.fail_on, self.practices.fail_on)


def find_config(root: Path) -> Path | None:
    """Return the config of `root` itself; two of them are an error, as one would be ignored silently."""
    found = [path for name in NAMES if _is_there(path := root / name)]
    toml = root / _TOML_NAME
    if toml.is_file() and _tool_table(_read(toml, _TOML_NAME), _TOML_NAME) is not None:
        found.append(toml)
    if len(found) > 1:
        names = " and ".join(f"[tool.keyguard] in {_TOML_NAME}" if path == toml else path.name for path in found)
        raise SettingsError(f"{names} both configure keyguard", "Keep one of them.")
    return found[0] if found else None


def load(root: Path, config: Path | None, options: Mapping[str, object]) -> Settings:
    """Join the config (found by itself when None), the ignore file and the typed options, which win.

    `options` are spelled like the keys of the config. `only` and `skip` replace those of the config, `rules` and
    `exclude` are added to them.
    """
    config = config or find_config(root)
    values: dict[str, Any] = {}
    shown = None
    if config:
        shown = shown_as(config, root)
        data, lines = _parse(config, shown)
        values = _fields(data, _Place(shown, lines), _KEYS)
        values["rules"] = tuple(config.parent / path for path in values.get("rules", ()))
        if "baseline" in values:
            values["baseline"] = config.parent / values["baseline"]
        _keep_inside(config, root, values, _Place(shown, lines))
    typed = _fields(options, _Place(), _OPTIONS)
    configured = frozenset(values.keys() - (typed.keys() - {"rules", "exclude"}))
    for key in ("rules", "exclude"):
        typed[key] = (*values.get(key, ()), *typed.get(key, ()))
    values |= typed
    values["rules"] = tuple(Path(path) for path in values["rules"])
    values["baseline"] = Path(values["baseline"]) if "baseline" in values else None
    values["everything"] = values.pop("all", False)
    return Settings(root=root, config=shown, ignore_patterns=_ignore_patterns(root), configured=configured, **values)


def _keep_inside(config: Path, root: Path, values: Mapping[str, Any], place: _Place) -> None:
    """Refuse what a configuration of the tree itself names outside of it: whoever wrote the tree chose it."""
    top = Path(os.path.realpath(root))
    if not Path(os.path.realpath(config)).is_relative_to(top):
        return
    baseline = [("baseline", values["baseline"])] if "baseline" in values else []
    for key, path in (*baseline, *(("rules", path) for path in values["rules"])):
        if not Path(os.path.realpath(path)).is_relative_to(top):
            option = f"--{key} FILE takes one from elsewhere, as does a configuration that --config names there."
            raise place.at(key).error(f"{key} leads outside of the tree.", option)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" with the known word most like `word`, or nothing."""
    from difflib import get_close_matches

    spelled = {name.lower(): name for name in sorted(known)}
    close = get_close_matches(word[:60].lower(), spelled, n=1)
    return f" Did you mean '{spelled[close[0]]}'?" if close else ""


# Where a value stands, for errors.


@dataclass(frozen=True, slots=True)
class _Place:
    """A spot of the config, or with no file an option."""

    file: str = ""
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)
    path: tuple[str | int, ...] = ()

    def at(self, step: str | int) -> _Place:
        return _Place(self.file, self.lines, (*self.path, step))

    @property
    def name(self) -> str:
        if not self.file:
            return "--" + str(self.path[0]).replace("_", "-")
        steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return "".join(steps).lstrip(".")

    def error(self, problem: str, hint: str = "") -> SettingsError:
        """Say `problem` with the line of the nearest thing whose line is known."""
        ends = range(len(self.path), 0, -1)
        line = next((self.lines[self.path[:end]] for end in ends if self.path[:end] in self.lines), None)
        where = ":".join(str(part) for part in (self.file, line) if part)
        return SettingsError(f"{where}: {problem}" if where else problem, hint)

    def wrong(self, value: object, allowed: str, more: str = "") -> SettingsError:
        """Say what is allowed here in place of `value`."""
        return self.error(f"{self.name} must be {allowed}, not {_show(value)}.{more}")


def _show(value: object) -> str:
    """Name a wrong value, itself only when it is short: it may be a secret."""
    if value is None or value is True or value is False:
        return {None: "empty", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return repr(value) if len(value) <= _SHOWN and not is_suspect(value) else f"a text of {len(value)} characters"
    if isinstance(value, (int, float)):
        return str(value) if abs(value) < 10**_SHOWN else "that number"
    kinds = {"dict": "a mapping", "list": "a list", "tuple": "a list"}
    return kinds.get(type(value).__name__, f"a {type(value).__name__}")


# Checks: each takes a value as parsed and its place, and returns what `Settings` holds.


def _word(kind: type[_Word]) -> Callable[[object, _Place], _Word]:
    """Check for a word of an enum."""
    return partial(_one_of, {member.word: member for member in sorted(kind, reverse=True)})


def _one_of(words: Mapping[str, _Word], value: object, place: _Place) -> _Word:
    if isinstance(value, str) and value in words:
        return words[value]
    allowed = f"one of {', '.join(words)}"
    raise place.wrong(value, allowed, nearest(value, words) if isinstance(value, str) else "")


def _flag(value: object, place: _Place) -> bool:
    if isinstance(value, bool):
        return value
    raise place.wrong(value, "true or false")


def _size(value: object, place: _Place) -> int:
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    size = int(found[1]) * _UNITS[(found[2] or "").lower()] if found else value
    if isinstance(size, int) and not isinstance(size, bool) and size > 0:
        return size
    raise place.wrong(value, "a number of bytes above 0, or a size such as '256 MB' or '256 MiB'")


def _number(value: object, place: _Place) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 1_000_000_000:
        return value
    raise place.wrong(value, "a whole number above 0")


def _seconds(value: object, place: _Place) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= 86_400:
        return float(value)
    raise place.wrong(value, "a number of seconds above 0 and at most 86400")


def _day(value: object, place: _Place) -> date:
    from datetime import date

    if type(value) is date:  # a datetime is a date too, and means something else
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise place.wrong(value, "a date such as 2030-01-31")


def _text_value(value: object, place: _Place) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise place.wrong(value, "a text that is not empty")


def _path(value: object, place: _Place) -> str:
    return _text_value(os.fspath(value) if isinstance(value, os.PathLike) else value, place)


def _pattern(value: object, place: _Place) -> str:
    text = _text_value(value, place)
    if _is_pattern(text):
        return text
    raise place.wrong(value, "a gitignore pattern")


_MAX_STARS = 8  # in one part of a pattern; each more multiplies the time that a long name takes


def _is_pattern(text: str) -> bool:
    if any(part.count("*") > _MAX_STARS for part in text.split("/")):
        return False
    """Tell whether a gitignore pattern can match something; pathspec costs 43 ms and is asked in doubt only."""
    if _PLAIN_PATTERN.fullmatch(text):
        return True
    import warnings

    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    with warnings.catch_warnings():
        # pathspec knows no [[:alpha:]]; `re` warns of what it makes of one.
        warnings.simplefilter("error", FutureWarning)
        try:
            return GitIgnoreSpecPattern(text).include is not None
        except (ValueError, re.error, FutureWarning):
            return False


def _list_of(check: Callable[[object, _Place], Any]) -> Callable[[object, _Place], tuple[Any, ...]]:
    """Check for a list; an empty value is an empty list, as when all entries are commented out."""
    return partial(_each, check)


def _each(check: Callable[[object, _Place], Any], value: object, place: _Place) -> tuple[Any, ...]:
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise place.wrong(value, "a list")
    return tuple(check(entry, place.at(index)) for index, entry in enumerate(value))


def _allow(value: object, place: _Place) -> Allow:
    if not isinstance(value, dict):
        raise place.wrong(value, f"a mapping with the keys {', '.join(_ALLOW_KEYS)}")
    fields = _fields(value, place, _ALLOW_KEYS)
    if "reason" not in fields:
        raise place.error(f"{place.name} has no reason.", "Say why the finding is acceptable: reason: test account")
    if not fields.keys() & {"rule", "path", "fingerprint"}:
        raise place.error(f"{place.name} needs a rule, a path or a fingerprint.", "Without one it would waive all.")
    if fields.get("path", "").startswith("!"):
        raise place.at("path").wrong(value["path"], "a pattern without '!'")
    return Allow(**fields)


_ALLOW_KEYS: Mapping[str, Callable[[object, _Place], Any]] = {
    "rule": _text_value,
    "path": _pattern,
    "fingerprint": _text_value,
    "reason": _text_value,
    "expires": _day,
}

_DECODE_KEYS: Mapping[str, Callable[[object, _Place], Any]] = {
    "depth": _number,
    "entries": _number,
    "total": _size,
    "entry": _size,
    "held": _size,
    "ratio": _number,
    "seconds": _seconds,
}


def _limits(value: object, place: _Place) -> tuple[tuple[str, float], ...]:
    if not isinstance(value, dict):
        raise place.wrong(value, f"a mapping with the keys {', '.join(_DECODE_KEYS)}")
    return tuple(_fields(value, place, _DECODE_KEYS).items())


_PRACTICE_KEYS: Mapping[str, Callable[[object, _Place], Any]] = {"fail_on": _word(Severity), "max_age": _number}


def _practices(value: object, place: _Place) -> Practices:
    """Check for a word, which YAML 1.1 takes for true or false, or for a mapping."""
    words: dict[object, bool] = {False: False, "off": False, True: True, "on": True}
    if isinstance(value, (bool, str)) and value in words:
        return Practices(on=words[value])
    if not isinstance(value, dict):
        raise place.wrong(value, "'off', 'on' or a mapping with the keys fail_on and max_age")
    return Practices(**_fields(value, place, _PRACTICE_KEYS))


_KEYS: Mapping[str, Callable[[object, _Place], Any]] = {
    "fail_on": _word(Severity),
    "min_confidence": _word(Confidence),
    "practices": _practices,
    "only": _list_of(_text_value),
    "skip": _list_of(_text_value),
    "packs": _list_of(_text_value),
    "rules": _list_of(_path),
    "exclude": _list_of(_pattern),
    "allow": _list_of(_allow),
    "baseline": _path,
    "max_file_size": _size,
    "time_limit": _seconds,
    "strict": _flag,
    "all": _flag,
    "no_decode": _flag,
    "decode": _limits,
}

_OPTIONS = {key: check for key, check in _KEYS.items() if key not in {"allow", "decode", "practices"}}


def _fields(data: Mapping[str, object], place: _Place, checks: Mapping[str, Callable[..., Any]]) -> dict[str, Any]:
    """Check every key of a mapping and its value."""
    for key in data:
        if key not in checks:
            problem = f"unknown key {_show(key)}.{nearest(key, checks)}"
            raise place.at(key).error(problem, f"The keys are {', '.join(checks)}.")
    return {key: checks[key](value, place.at(key)) for key, value in data.items()}


# Files.


def shown_as(path: Path, root: Path) -> str:
    """Return a file as reports show it: relative to the root of the scan where it lies below it."""
    try:
        return path.absolute().relative_to(root.absolute()).as_posix()
    except ValueError:
        return str(path)


def _is_there(path: Path) -> bool:
    """Tell whether a config is there; what has its name and is no file would be ignored silently."""
    if not os.path.lexists(path):
        return False
    if not path.is_file():
        raise SettingsError(f"{path.name}: is no regular file.", "Remove or rename it.")
    return True


def _read(path: Path, shown: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{shown}: cannot be read: {error.strerror}.") from None
    if len(data) > _MAX_BYTES:
        raise SettingsError(f"{shown}: is larger than 1 MiB.")
    return data


def _text(data: bytes, shown: str) -> str:
    """Decode a config; PowerShell's `>` writes UTF-16."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    raise SettingsError(f"{shown}:{line}: is not UTF-8 text.")


def _parse(path: Path, shown: str) -> tuple[dict[str, object], Mapping[tuple[str | int, ...], int]]:
    """Return what a config says and the line of each of its keys."""
    read = _read(path, shown)
    if path.suffix != ".toml":
        return _yaml(_text(read, shown), shown)
    table = _tool_table(read, shown)
    if table is None:
        raise SettingsError(f"{shown}: has no [tool.keyguard].")
    lines = _toml_lines(_text(read, shown))
    data: dict[str, object] = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name in data:
            raise _Place(shown, lines, (name,)).error(f"key '{name}' is there twice.")
        data[name] = value
    return data, lines


def _ignore_patterns(root: Path) -> tuple[tuple[int, str], ...]:
    path = root / IGNORE_FILE
    if not _is_there(path):
        return ()
    lines = enumerate(_text(_read(path, IGNORE_FILE), IGNORE_FILE).split("\n"), start=1)
    patterns = ((line, text.rstrip("\r")) for line, text in lines if text.strip() and not text.startswith("#"))
    return tuple((line, _ignore_pattern(line, text)) for line, text in patterns)


def _ignore_pattern(line: int, text: str) -> str:
    if _is_pattern(text):
        return text
    raise SettingsError(f"{IGNORE_FILE}:{line}: {_show(text)} is no gitignore pattern.")


def _syntax_error(shown: str, line: int | None, column: int | None, kind: str, problem: str) -> SettingsError:
    # A parser names a key or an anchor in quotes; a long one may be no such thing.
    problem = re.sub(
        r"(['\"])((?:(?!\1).)*)\1",
        lambda said: "..." if len(said[2]) >= _SHOWN or is_suspect(said[2]) else said[0],
        problem,
    )
    where = ":".join(str(part) for part in (shown, line, column) if part)
    return SettingsError(f"{where}: is no valid {kind}: {problem}")


# YAML.


def _yaml(text: str, shown: str) -> tuple[dict[str, object], Mapping[tuple[str | int, ...], int]]:
    """Parse through the nodes: they know their lines, and a key that is there twice."""
    import yaml

    # The C parser never quotes the text in its errors; the Python one does.
    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if found := yaml.reader.Reader.NON_PRINTABLE.search(text):
        before = text[: found.start()].split("\n")
        raise _syntax_error(shown, len(before), len(before[-1]) + 1, "YAML", "a character that is not allowed")
    lines: dict[tuple[str | int, ...], int] = {}
    try:
        _check_events(yaml, text, loader_class, shown)
        loader = loader_class(text)
        node = loader.get_single_node()
        data = None if node is None else _yaml_value(loader, node, _Place(shown, lines), lines)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise _syntax_error(shown, line, column, "YAML", getattr(error, "problem", None) or "it ends early") from None
    if data is None:
        data = {}
    if not isinstance(data, dict):
        raise SettingsError(f"{shown}:1: must be a mapping of keys to values, not {_show(data)}.")
    return data, lines


def _check_events(yaml: Any, text: str, loader_class: Any, shown: str) -> None:
    """Refuse aliases, which can grow without bound, and depth: 500,000 levels of '[' crash libyaml's composer."""
    depth = 0
    for event in yaml.parse(text, Loader=loader_class):
        opens = isinstance(event, yaml.CollectionStartEvent)
        depth += opens - isinstance(event, yaml.CollectionEndEvent)
        where = f"{shown}:{event.start_mark.line + 1}"
        if isinstance(event, yaml.AliasEvent):
            raise SettingsError(f"{where}: YAML aliases are not allowed here.", "Write the value out.")
        if depth > _MAX_DEPTH:
            raise SettingsError(f"{where}: is nested too deeply.")


def _yaml_value(loader: Any, node: Any, place: _Place, lines: dict[tuple[str | int, ...], int]) -> object:
    """Build the value of a node and note the lines of all keys and entries in it."""
    if node.id == "scalar":
        try:
            return loader.construct_object(node)
        except (ValueError, LookupError, AttributeError, TypeError):  # 2030-02-31, 5,000 digits, !!bool perhaps
            raise place.error(f"a value is no valid {node.tag.rpartition(':')[2]}.") from None
    if node.id == "sequence":
        lines.update({place.at(index).path: entry.start_mark.line + 1 for index, entry in enumerate(node.value)})
        return [_yaml_value(loader, entry, place.at(index), lines) for index, entry in enumerate(node.value)]
    data: dict[str, object] = {}
    for key, entry in node.value:
        if key.id != "scalar":
            raise SettingsError(f"{place.file}:{key.start_mark.line + 1}: a key must be a text.")
        inner = place.at(key.value)
        lines[inner.path] = key.start_mark.line + 1
        if key.value in data:
            raise inner.error(f"key {_show(key.value)} is there twice.")
        data[key.value] = _yaml_value(loader, entry, inner, lines)
    return data


# TOML.


def _tool_table(read: bytes, shown: str) -> dict[str, object] | None:
    """Return [tool.keyguard], or None without one; most files are known by a search to have none."""
    if b"keyguard" not in read:
        return None
    text = _text(read, shown)
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        tool = toml.loads(text).get("tool")
    except toml.TOMLDecodeError as error:
        problem, _, end = str(error).partition(" (at ")
        found = re.match(r"line (\d+), column (\d+)", end)
        line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, None)
        raise _syntax_error(shown, line, column, "TOML", problem) from None
    except (ValueError, RecursionError):
        raise SettingsError(f"{shown}: is no valid TOML: a number or a nesting without end.") from None
    table = tool.get("keyguard") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{shown}: tool.keyguard must be a table, not {_show(table)}.")
    return table


def _toml_lines(text: str) -> Mapping[tuple[str | int, ...], int]:
    """Find the lines of keys in [tool.keyguard]; tomllib tells none, and for an error a good guess will do."""
    lines: dict[tuple[str | int, ...], int] = {}
    inside: tuple[str | int, ...] | None = None
    entries = 0
    for number, line in enumerate(text.splitlines(), start=1):
        header = "".join(line.split()).partition("#")[0]
        if header == "[[tool.keyguard.allow]]":
            inside = ("allow", entries)
            entries += 1
            lines[inside] = number
        elif header.startswith("[") and header.endswith("]"):
            inside = () if header == "[tool.keyguard]" else None
        elif inside is not None and (found := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line)):
            lines.setdefault((*inside, found[1].replace("-", "_")), number)
    return lines
