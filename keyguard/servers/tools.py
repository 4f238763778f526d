"""What agents may ask for: a scan of a text or of paths, and what a rule means. No answer holds a value."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from keyguard import api, veil
from keyguard.display import in_json
from keyguard.errors import KeyguardError, RequestError
from keyguard.frozen import dataclass
from keyguard.servers import roots

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keyguard.model import Outcome

_UNTOLD = ("help", "history", "origins", "score", "verdict")  # what `explain` tells, and what nobody asked for
_MOST = 50  # findings in one answer: an agent reads all of it
_LARGEST = 16 << 20  # characters of a text

_TEXT = {"type": "string"}


@dataclass(frozen=True, slots=True)
class Tool:
    """What an agent is told of a tool, and what answers it."""

    title: str
    description: str
    arguments: Mapping[str, Mapping[str, Any]]  # JSON Schemas; the first one is required
    answer: Callable[..., dict[str, Any]]
    reads_files: bool = False  # it takes the client's roots, and the server's own limits, before its arguments

    @property
    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the arguments."""
        required = [next(iter(self.arguments))]
        return {
            "type": "object",
            "properties": dict(self.arguments),
            "required": required,
            "additionalProperties": False,
        }


def scan_text(text: str, path: str = "text.txt") -> dict[str, Any]:
    """Scan a text as if a file at a path held it."""
    if len(text) > _LARGEST:
        raise RequestError(f"the text is longer than {_LARGEST:,} characters", "write it to a file, and scan that")
    return _told(api.scan_text(veil.named(path), text.encode("utf-8", "surrogatepass")))


def scan_paths(named: Sequence[str] | None, limits: Sequence[str], paths: Sequence[str]) -> dict[str, Any]:
    """Scan files and folders as they are now, in this process; `named` are the client's roots, None if it has none."""
    if not paths:
        raise RequestError("there is no path to scan")
    targets = roots.within(paths, (limits or roots.of_start()) if named is None else named, limits)
    return _told(api.scan(api.Request(paths=tuple(targets), history=False, jobs=1)))


def explain(rule: str) -> dict[str, Any]:
    """Tell what a rule finds, why that matters and how it is fixed."""
    found = api.explain(rule)
    return {
        "rule": found.id,
        "title": found.title,
        "kind": "practice" if found.is_practice else "leak",
        "severity": found.severity.word,
        "why": " ".join(found.why.split()),
        "fix": " ".join(found.fix.split()),
        "references": list(found.references),
    }


TOOLS: Mapping[str, Tool] = {
    "scan_text": Tool(
        "Scan a text for leaked credentials",
        "Look for exchanges' API credentials in a text before it is written, sent or committed. Values are masked in "
        "the answer. Nothing is kept, and nothing is sent anywhere.",
        {
            "text": {**_TEXT, "description": "What to look at."},
            "path": {**_TEXT, "description": "The name of the file that it is, or will be: says how it is read."},
        },
        scan_text,
    ),
    "scan_paths": Tool(
        "Scan files for leaked credentials",
        "Look for exchanges' API credentials in files and folders as they are now, without the git history. Paths are "
        "absolute, or start at the first root. Values are masked in the answer: do not read them from the files.",
        {"paths": {"type": "array", "items": _TEXT, "minItems": 1, "description": "Files and folders."}},
        scan_paths,
        reads_files=True,
    ),
    "explain": Tool(
        "Explain a rule",
        "Tell what a rule of a finding means, why it matters and how it is fixed.",
        {"rule": {**_TEXT, "description": "The rule, as a finding names it."}},
        explain,
    ),
}


def answered(name: str, arguments: Mapping[str, Any], *places: Sequence[str] | None) -> tuple[str, bool]:
    """Return the answer to a call as text, and whether it is an error; `places` are for a tool that reads files."""
    try:
        tool = TOOLS.get(name)
        if tool is None:
            raise RequestError(f"there is no such tool; there are: {', '.join(TOOLS)}")  # noqa: TRY301
        _check(tool, arguments)
        return in_json(json.dumps(tool.answer(*places, **arguments))), False
    except KeyguardError as error:
        return " ".join(part if part[-1] in ".?" else f"{part}." for part in (error.message, error.hint) if part), True
    except Exception as error:  # noqa: BLE001 - its text may hold a value
        return f"keyguard failed: {type(error).__name__}.", True


def _check(tool: Tool, arguments: Mapping[str, Any]) -> None:
    """Raise RequestError for arguments that do not fit the schema; nothing of them is shown."""
    if not {next(iter(tool.arguments))} <= arguments.keys() <= tool.arguments.keys():
        raise RequestError(f"the arguments are not those of the tool: {', '.join(tool.arguments)}")
    for name, value in arguments.items():
        listed = tool.arguments[name]["type"] == "array"
        if not all(isinstance(one, str) for one in (value if listed and isinstance(value, list) else [value])):
            raise RequestError(f"{name} is not {'a list of texts' if listed else 'a text'}")
        if listed and not isinstance(value, list):
            raise RequestError(f"{name} is not a list of texts")


def _told(outcome: Outcome) -> dict[str, Any]:
    """Return what an agent needs of a report; its fields are those of the JSON report."""
    written = io.BytesIO()
    api.report(outcome, "json", written)
    report: dict[str, Any] = json.loads(written.getvalue())
    lists = {name: report[name] for name in ("findings", "practices", "skipped")}
    for record in (*lists["findings"], *lists["practices"]):
        for field in _UNTOLD:
            record.pop(field, None)
    more = {name: len(records) - _MOST for name, records in lists.items() if len(records) > _MOST}
    return {
        "root": outcome.root,
        **{name: records[:_MOST] for name, records in lists.items()},
        **({"more": more} if more else {}),
        "notices": report["notices"],
        "complete": report["complete"],
        "failed": report["failed"],
        "scanned": report["scanned"],
    }
