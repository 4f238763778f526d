"""What a practice's fix says as an edit, for those that one edit mends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard.detect.practice.hosts import address, meant
from keyguard.providers.okx.facts import SITES
from keyguard.report.fixes.edits import Edit

if TYPE_CHECKING:
    from keyguard.report.fixes.edits import Text

_SCHEMES = {"http": "https", "ws": "wss"}
_SWITCHED = {"False": "True", "false": "true"}
_HOSTS = frozenset(("okx.com", "openapi.okx.com", *(site.host for site in SITES.values())))


def edit(rule: str, text: Text, span: tuple[int, int]) -> Edit | None:
    """Return the edit for what a rule found at a span of the text."""
    make = _EDITS.get(rule)
    return make(text, span) if make else None


def _with_tls(text: Text, span: tuple[int, int]) -> Edit | None:
    found = re.match(r"[\"'`]?(http|ws)(?=://)", text.content[slice(*span)])
    return Edit(span[0] + found.start(1), span[0] + found.end(1), _SCHEMES[found[1]]) if found else None


def _checked(text: Text, span: tuple[int, int]) -> Edit | None:
    """Switch on what a keyword switches off: `verify=False`, `rejectUnauthorized: false`."""
    value = text.content[slice(*span)]
    named = re.search(r"(?:verify|rejectUnauthorized|strictSSL)[\"']?\s*[:=]\s*\Z", text.before(span[0]))
    return Edit(*span, _SWITCHED[value]) if named and value in _SWITCHED else None


def _spelled(text: Text, span: tuple[int, int]) -> Edit | None:
    """Write the host that is meant, where letters alone are others than they look."""
    written = text.content[slice(*span)]
    found = address(written.lstrip("\"'`"))
    host = meant(found.host) if found and not found.user else ""
    at = written.lower().find(found.host) if found else -1
    return Edit(span[0] + at, span[0] + at + len(found.host), host) if found and host in _HOSTS and at >= 0 else None


_EDITS = {"okx-plain-http": _with_tls, "okx-tls-off": _checked, "okx-foreign-host": _spelled}
