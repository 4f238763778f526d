"""What an event holds: the parts of credentials in it, and the same payload without their values.

A payload is scanned as the document that it is, so that names of arguments count, and each of its texts as the file
that it may become. Waivers have no say: whoever writes a value can write a comment beside it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyguard import cache as caches
from keyguard import packs
from keyguard.agents import Decision, Kind, Ruling
from keyguard.engine import order
from keyguard.errors import GoneError
from keyguard.frozen import dataclass
from keyguard.settings import Settings
from keyguard.sources.text import TextSource
from keyguard.veil import Veil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from keyguard.agents import Event
    from keyguard.model import Finding, Outcome

WITHHELD = "[withheld by keyguard]"
"""Stands in place of a text in which a value could not be masked."""

DEEPEST = 150
"""Levels of a payload that is looked at."""

_SHORTEST = 20  # characters of a text that is looked at by itself; shorter ones have names in the document
# A text stands under the path of its event, and under none: a tool may be given the path of one file, and say anything.
_TEXT = "text.txt"
# One that holds something is read as each of these as well: what a command printed may be a file of any kind.
_KINDS = ("text.py", "text.js", "text.go", "text.yml", "text.toml")
_PATH = 300  # characters of a path that may say what a text is


@dataclass(frozen=True, slots=True)
class Held:
    """What was found: parts with the variables that they belong into, and the payload without the values."""

    parts: tuple[str, ...]  # as people say it: 'OKX secret key'
    variables: tuple[str, ...]
    masked: Any


class Inspector:
    """Looks at payloads; one for a process."""

    def __init__(self) -> None:
        kept = caches.opened()
        self._remember = kept.remember
        self._rules = packs.load([], kept.remember).without_practices()
        self._tools = order.Tools(kept.remember)

    def held(self, payload: Any, path: str = "") -> Held | None:
        """Return what a payload holds; None where there is nothing."""
        names = tuple(dict.fromkeys((path[-_PATH:].replace("\0", "").lstrip("/") or _TEXT, _TEXT)))
        outcome = self._scan(payload, names)
        if not outcome.findings:
            return None
        closely = self._scan(payload, _KINDS)
        parts, variables = self._named((*outcome.findings, *closely.findings))
        return Held(parts, variables, self._masked(payload, names, [*_values(outcome), *_values(closely)]))

    def _scan(self, payload: Any, names: Sequence[str]) -> Outcome:
        sources = [TextSource(name, text) for name, text in _texts(payload, names)]
        return order.scan(sources, self._rules, Settings(Path()), jobs=1, remember=self._remember, tools=self._tools)

    def _masked(self, payload: Any, names: Sequence[str], values: Sequence[bytes]) -> Any:
        """Mask what was found as it stands, then in other notations too; what still holds something is withheld."""
        for veil in (Veil(values, literal=True), Veil(values)):
            masked = mapped(payload, veil.text)
            if not self._scan(masked, names).findings:
                return masked
        return withheld(payload)

    def _named(self, findings: Sequence[Finding]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Say what was found, each part once, in the order of the findings."""
        parts, variables = dict[str, None](), dict[str, None]()
        for finding in findings:
            for match in finding.matches:
                if match.part is None:
                    parts[self._rules.find(match.rule).title] = None
                else:
                    provider = match.provider.upper()
                    parts[f"{provider} {match.part.replace('_', ' ').replace('api key', 'API key')}"] = None
                    variables[f"{provider}_{match.part.upper()}"] = None
        return tuple(parts), tuple(variables)


@cache
def inspector() -> Inspector:
    """Return the one of this process."""
    return Inspector()


def ruled(event: Event, held: Held | None, *, warn: bool, title: str) -> Ruling:
    """Return what is to be done about an event that holds something; `title` names the agent."""
    if held is None:
        return Ruling(Decision.ALLOW)
    what = _listed(held.parts)
    way = f"use {_instead(held.variables)} in place of the value"
    if event.replaceable and not warn:
        return Ruling(Decision.REPLACE, f"keyguard masked {what} in this {event.kind.value}: {way}.", held.masked)
    if event.kind is Kind.OUTPUT and not event.replaceable:
        return Ruling(Decision.WARN, f"This tool returned {what}, which {title} cannot mask: do not repeat it; {way}.")
    sentence = f"This {event.kind.value} holds {what}: {way}."
    return Ruling(Decision.WARN if warn else Decision.BLOCK, f"keyguard: {sentence}")


def failed(event: Event, reason: str, *, block: bool) -> Ruling:
    """Return what is to be done about an event that could not be looked at."""
    sentence = f"keyguard could not check this {event.kind.value}: {reason}."
    if block and event.replaceable:
        return Ruling(Decision.REPLACE, sentence, withheld(event.payload))
    return Ruling(Decision.BLOCK if block else Decision.WARN, sentence)


def mapped(payload: Any, change: Callable[[str], str]) -> Any:
    """Return a payload with each of its texts changed, names included."""
    if isinstance(payload, str):
        return change(payload)
    if isinstance(payload, dict):
        return {change(name): mapped(value, change) for name, value in payload.items()}
    if isinstance(payload, list):
        return [mapped(value, change) for value in payload]
    return payload


def withheld(payload: Any, levels: int = DEEPEST) -> Any:
    """Return a payload of the same shape without its longer texts, and without what lies deeper."""
    if not levels:
        return WITHHELD
    if isinstance(payload, dict):
        return {name: withheld(value, levels - 1) for name, value in payload.items() if len(name) < _SHORTEST}
    if isinstance(payload, list):
        return [withheld(value, levels - 1) for value in payload]
    return WITHHELD if isinstance(payload, str) and len(payload) >= _SHORTEST else payload


def _texts(payload: Any, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the texts of a payload as files, told apart by their folders; each stands under each of the names."""
    if isinstance(payload, dict | list) and names is not _KINDS:  # a document is of one kind
        yield "document.json", _bytes(json.dumps(payload, ensure_ascii=False, indent=1))
    for number, text in enumerate(_leaves(payload)):
        if len(text) >= _SHORTEST:
            for name in names:
                yield f"{number}/{name}", _bytes(text)


def _leaves(payload: Any) -> Iterator[str]:
    if isinstance(payload, str):
        yield payload
    elif isinstance(payload, dict):
        for value in payload.values():
            yield from _leaves(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from _leaves(value)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _values(outcome: Outcome) -> Iterator[bytes]:
    """Yield the values that were found; one that cannot be read again is seen by the scan of what was masked."""
    for finding in outcome.findings:
        for match in finding.matches:
            with suppress(GoneError):
                yield match.value.reveal()


def _listed(words: Sequence[str]) -> str:
    """Return words as a sentence has them: 'an OKX API key and an OKX secret key'."""
    named = [f"{'an' if word[:1] in 'AEIOUaeiou' else 'a'} {word}" for word in words]
    return " and ".join([", ".join(named[:-1]), named[-1]] if named[1:] else named)


def _instead(variables: Sequence[str]) -> str:
    if not variables:
        return "the name of an environment variable"
    return f"the environment {'variables' if variables[1:] else 'variable'} {', '.join(variables)}"
