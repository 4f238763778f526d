"""What a practice's fix says as an edit, for those that one edit fixes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard.detect.practice.hosts import address, meant
from keyguard.report.fixes.edits import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.model import Practice
    from keyguard.packs import RuleSet
    from keyguard.report.fixes.edits import Text

_SCHEMES = {"http": "https", "ws": "wss"}
_SWITCHED = {"False": "True", "false": "true"}


def of(practice: Practice, text: Text, rules: RuleSet) -> Edit | None:
    """Return the edit that fixes a practice; None where there is no safe one."""
    span = None if practice.via else text.span(practice.region)
    rule = rules.rules[practice.rule]
    usage = rules.usages.get(rule.pack)
    return edit(rule.edit, text, span, usage.own if usage else ()) if span else None


def edit(kind: str | None, text: Text, span: tuple[int, int], own: Sequence[str]) -> Edit | None:
    """Return the edit of a kind for a span of the text; `own` are the domains of the provider."""
    if kind == "tls":
        return _with_tls(text, span)
    if kind == "checked":
        return _checked(text, span)
    return _spelled(text, span, own) if kind == "spelled" else None


def _with_tls(text: Text, span: tuple[int, int]) -> Edit | None:
    found = re.match(r"[\"'`]?(http|ws)(?=://)", text.content[slice(*span)])
    return Edit(span[0] + found.start(1), span[0] + found.end(1), _SCHEMES[found[1]]) if found else None


def _checked(text: Text, span: tuple[int, int]) -> Edit | None:
    """Switch on what a keyword switches off: `verify=False`, `rejectUnauthorized: false`."""
    value = text.content[slice(*span)]
    named = re.search(r"(?:verify|rejectUnauthorized|strictSSL)[\"']?\s*[:=]\s*\Z", text.before(span[0]))
    return Edit(*span, _SWITCHED[value]) if named and value in _SWITCHED else None


def _spelled(text: Text, span: tuple[int, int], own: Sequence[str]) -> Edit | None:
    """Write the host that is meant, where letters alone are others than they look."""
    written = text.content[slice(*span)]
    found = address(written.lstrip("\"'`"))
    host = meant(found.host) if found and not found.user else ""
    at = written.lower().find(found.host) if found else -1
    is_own = any(host == domain or host.endswith(f".{domain}") for domain in own)
    return Edit(span[0] + at, span[0] + at + len(found.host), host) if found and is_own and at >= 0 else None
