"""Whose host an address names: the provider's own, one that looks like it, one that collects what is sent to it.

A name is compared by what a reader takes it for: letters of other scripts and digits count as those they look like,
punycode as what it stands for. The provider's name in front of somebody else's domain is an imitation where it goes on
as the real one does (okx.com.example.net); a company's own proxy (okx.example.net) is not.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from keyguard.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keyguard.packs.practices import Usage

_ADDRESS = expression(r"(?i)\s*(?P<scheme>https?|wss?)://(?P<place>[^/?#\s\"'`\\<>]*)")
# Digits, and letters of Cyrillic and Greek, as the Latin ones that they look like.
_LOOKS = str.maketrans(
    "01357\u043e\u03bf\u0435\u0430\u0441\u0440\u0445\u043a\u0443\u0455\u0456\u03c7\u03ba\u03f2\u00d7",
    "olestooeacpxkysixkcx",
)
_SECOND_LEVEL = frozenset(("co", "com", "net", "org", "gov", "edu", "ac"))
_NETS = tuple(
    map(
        ipaddress.ip_network,
        "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 0.0.0.0/32 ::1 fc00::/7 fe80::/10".split(),
    )
)
_LOCAL = (".local", ".localhost", ".internal", ".lan", ".test", ".invalid")


class Address(NamedTuple):
    """The beginning of an address."""

    scheme: str
    host: str
    user: str


def address(text: str) -> Address | None:
    """Return the address that a text begins with; None where its host is put together at run time."""
    found = _ADDRESS.match(text)
    if found is None:
        return None
    user, _, place = found["place"].rpartition("@")
    host = place if place.startswith("[") else place.partition(":")[0]
    if not host or re.search(r"[{}$%*()|]|\.\.", place):
        return None
    return Address(found["scheme"].lower(), host.strip("[].").lower(), user.lower())


_REST = expression(r"://[^\s\"'`\\<>]+")
_SCHEME = expression(r"(?i)(?:https?|wss?)$")
_BARE = expression(r"(?i)(?:host|hostname|domain|server)[\"']?\s*[:=]\s*[\"']?([\w.-]+\.[a-z]{2,})")


def addresses(text: str) -> Iterator[tuple[int, str]]:
    """Yield the addresses of a text and where they stand, wherever that is."""
    yield from ((found.start(1), f"https://{found[1]}") for found in _BARE.finditer(text))
    for rest in _REST.finditer(text):  # a fixed beginning is found fast
        if scheme := _SCHEME.search(text, max(0, rest.start() - 5), rest.start()):
            yield scheme.start(), scheme[0] + rest[0]


def kind(found: Address, usage: Usage) -> str:
    """Return whose host it is, in the words of `keyguard.packs.practices.KINDS`."""
    host = found.host
    if any(found.user.startswith(domain) or f".{domain}" in found.user for domain in usage.own):
        return "imitation"
    if _is_below(host, usage.own):
        return "own"
    if number := _number(host):
        return "local" if any(number in net for net in _NETS) else "address"
    if "." not in host or host.endswith(_LOCAL):
        return "local"
    if _is_below(host, usage.collectors):
        return "collector"
    return "imitation" if _imitates(host, usage) else "other"


def _is_below(host: str, domains: Sequence[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _imitates(host: str, usage: Usage) -> bool:
    looks = _skeleton(host)
    if _is_below(looks, usage.own):
        return True
    labels = looks.split(".")
    before = (domain for domain in usage.own if domain in looks)
    if any(re.search(rf"(?:^|\.){re.escape(domain)}[.-]", looks) for domain in before):  # before another domain
        return True
    behind = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    name = labels[-behind] if len(labels) >= behind else labels[0]
    return any(_is_made_of(name, word) for word in usage.imitated if set(word) <= set(name))


def _is_made_of(name: str, word: str) -> bool:
    """Say whether a domain's name is a provider's with something added, or with letters doubled."""
    spelled = "+".join(map(re.escape, word)) + "+"
    return re.search(rf"(?:^|-|^www)(?:{spelled})(?:$|-|(?={re.escape(word[-1])}?[a-z0-9]{{1,12}}$))", name) is not None


def _skeleton(host: str) -> str:
    """Return a host as a reader takes it."""
    labels = [_decoded(label) for label in host.split(".")]
    return unicodedata.normalize("NFKC", ".".join(labels)).lower().translate(_LOOKS)


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def meant(host: str) -> str:
    """Return the host that a reader takes a host for, if letters alone make it another; '' for one that is itself."""
    looks = _skeleton(host)
    return looks if looks != host and looks.isascii() else ""
