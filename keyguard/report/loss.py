"""What a checked credential means to its owner, in sentences that any format may use: what can be lost, what to do.

Pages and rules of an exchange are shown only where one of its sites was asked; else what holds for any.

`short` is for a column or a title, `lost` one sentence, `facts` what the provider said, and `steps` what to do next, in
order. All of them are empty for a credential that nobody asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from keyguard import providers
from keyguard.providers import PERMISSIONS, READ, TRADE, UNNAMED, WITHDRAW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.model import Finding, Verdict
    from keyguard.providers import Expiry, Site

_ALIVE = frozenset({"live", "live-limited", "ip-bound"})
_EXISTS = _ALIVE | {"wrong-parts", "blocked"}
_DEMO = {True: "demo", False: "said to be demo"}  # by whether a host proved it
_UNPROVEN = "Its text mentions demo trading; no host proved that it is of demo trading."


class Page(NamedTuple):
    """Where a key is deleted."""

    site: str  # as people call it
    address: str


def is_demo(finding: Finding) -> bool:
    """Tell whether a finding is of demo trading: by what a host proved, else by what its text said."""
    return _is_demo(finding.verdict, finding.realm)


def pages(finding: Finding) -> tuple[Page, ...]:
    """Return where the key of a finding is deleted: one page where its site is known, else those that it may be on."""
    known = providers.known().get(finding.provider)
    sites = _sites(finding.verdict) or (known.sites if known else ())
    demo = is_demo(finding)
    return tuple(dict.fromkeys(Page(site.title, site.keys_of_demo if demo else site.keys) for site in sites))


def short(verdict: Verdict, realm: str | None = None) -> str:
    """Say in a few words what it may do and from where: 'live, may withdraw and trade, no bound IP'."""
    if verdict.status == "not-checked":
        return ""
    texts = [
        verdict.status,
        _may(verdict.permissions),
        {True: "bound IP", False: "no bound IP", None: ""}[verdict.ip_bound] if verdict.status != "ip-bound" else "",
        *(f"{part.replace('_', ' ')} does not fit" for part in verdict.wrong),
        _DEMO[_is_proven(verdict)] if _is_demo(verdict, realm) else "",
    ]
    return ", ".join(filter(None, texts))


def _may(permissions: Sequence[str]) -> str:
    """Name the permissions, the one to read only where it is the worst."""
    known = [word for word in PERMISSIONS if word in permissions]
    worst = [word for word in known if word != READ] or ["read" for _ in known]
    words = [*worst, *(word for word in permissions if word not in PERMISSIONS)]
    return f"may {' and '.join(words)}" if words else ""


def lost(verdict: Verdict, realm: str | None = None) -> str:
    """Say what can be lost; `realm` is what the text around the credential said."""
    texts = [_lost(verdict)]
    if verdict.status in _EXISTS and _is_demo(verdict, realm) and not _is_proven(verdict):
        texts.append(_UNPROVEN)
    return " ".join(texts)


def _lost(verdict: Verdict) -> str:
    if verdict.status == "live":
        return _power(verdict)
    if verdict.untried:
        return "The key exists, and the parts that fit may be among those found: not all of them were tried."
    if verdict.status == "wrong-parts" and not verdict.wrong:
        return "The key exists; whether the parts found fit it could not be determined: assume that they do."
    return {
        "live-limited": "It works: whoever has it can use whatever the exchange lets this key do; it did not say.",
        "ip-bound": "It exists, and may work from its bound addresses alone: whoever gets into one may use it.",
        "wrong-parts": "The key exists, but the parts found do not fit: whoever finds the right ones can use it.",
        "blocked": "The key exists and is blocked for now: once it is freed, whoever has it can use it.",
        "not-known": "No host that was asked knows it, but not all that may know it said so: assume that it works."
        if verdict.left
        else "It is gone: each host that may know it was asked, and none knows it.",
        "undecided": "Whether it works could not be determined: assume that it does.",
    }.get(verdict.status, "")


def _power(verdict: Verdict) -> str:
    words = set(verdict.permissions)
    if WITHDRAW in words:
        what = "move the funds out of the account" + (", and trade with them" if TRADE in words else "")
    elif TRADE in words:
        what = "trade, and drain the account through deliberately losing trades"
    elif words == {READ}:
        what = "see balances, positions and history, and move nothing"
    elif words:
        named = [word for word in verdict.permissions if word != UNNAMED]
        unnamed = ["one that keyguard has no word for"] if UNNAMED in words else []
        what = f"do what these permissions allow: {', '.join([*named, *unnamed])}"
    else:
        what = "use the services that the key is for, at its owner's cost"
    where = {True: "from its bound addresses alone", False: "from anywhere", None: "from anywhere for all we know"}
    money = " It is a demo account: no real funds are behind it." if verdict.realm == "demo" else ""
    return f"It works: whoever has it can {what}, {where[verdict.ip_bound]}.{money}"


def facts(verdict: Verdict) -> str:
    """Say in short what the provider said about the key: permissions, addresses, account."""
    home = _home(verdict)
    bound = {True: "bound to addresses", False: "no bound address", None: ""}[verdict.ip_bound]
    texts = [
        ", ".join(verdict.permissions),
        f"bound to {', '.join(verdict.addresses)}" if verdict.addresses else bound,
        f"{verdict.account} account" if verdict.account == "main" else verdict.account or "",
        verdict.realm or "",
        home.title if home else verdict.site or "",
        f"named {verdict.label}" if verdict.label else "",
        f"uid {verdict.uid}" if verdict.uid else "",
    ]
    return "; ".join(filter(None, texts))


def answer(verdict: Verdict) -> str:
    """Say what was answered, how we read it and how sure that is, and who was asked in which way."""
    if verdict.status == "not-checked":
        return ""
    code = f"code {verdict.code}" if verdict.code else "no answer"
    unfit = f" Does not fit: {', '.join(part.replace('_', ' ') for part in verdict.wrong)}." if verdict.wrong else ""
    asked = f" Asked: {', '.join(verdict.hosts)}, {verdict.checked_at}." if verdict.hosts else ""
    way = f" Through the proxy {verdict.proxy}." if verdict.proxy else ""
    return f"{code}: {verdict.reading} ({verdict.certainty}){unfit}{asked}{way}"


def steps(verdict: Verdict, realm: str | None = None) -> tuple[str, ...]:
    """Return what to do next, the most urgent first; each is one step."""
    if verdict.status == "not-checked":
        return ()
    new = "Create a new key for each application, with the least permissions it needs, bound to its IP addresses."
    first = _delete(verdict, _pages(verdict, demo=_is_demo(verdict, realm)))
    if verdict.status == "not-known":
        return (*first, *map(_expired, _expiries(verdict)), new)
    return tuple(filter(None, (*first, _fitting(verdict), _look(verdict), _idle(verdict), new)))


def _delete(verdict: Verdict, pages: str) -> list[str]:
    """Say where to delete it and, where no site proved the key, which were not asked."""
    if verdict.status == "not-known":
        return [f"Look for it{_on(pages)}; delete it if it is still there.", *_unasked(verdict)]
    if verdict.status == "undecided":
        again = "Check again" if verdict.hosts else "Nothing was sent. Fix the problem above and check again"
        where = _on(pages) or " where it was made"
        return [f"{again}, or look for the key{where}, and delete it there.", *_unasked(verdict)]
    return [f"Delete the key now{pages and f': {pages}'}."]


def _fitting(verdict: Verdict) -> str:
    """Say what is to be known of the parts that were not found to fit."""
    if verdict.untried:
        return _untried(verdict)
    parts = " and the ".join(part.replace("_", " ") for part in verdict.wrong)
    return f"Look for the {parts} that does fit." if parts else ""


def _untried(verdict: Verdict) -> str:
    part = " and ".join(part.replace("_", " ") for part in verdict.wrong)
    one = verdict.untried == 1
    number = f"{verdict.untried:,} candidate{'' if one else 's'} for the {part} nearby {'was' if one else 'were'}"
    return f"Take it that one of the parts found fits: {number} not tried."


def _sites(verdict: Verdict) -> list[Site]:
    """Return the sites that the key may be of: the one that knows it, else all that were asked.

    There is none for a key of an exchange that code knows nothing of.
    """
    home = _home(verdict)
    return [home] if home else providers.asked(verdict.hosts)


def _home(verdict: Verdict) -> Site | None:
    """Return the site that knows it, if it was asked: two exchanges may call one of their own the same."""
    return next((site for site in providers.asked(verdict.hosts) if site.id == verdict.site), None)


def _expiries(verdict: Verdict) -> list[Expiry]:
    """Return the rule for unused keys that holds at the sites that the key may be of, if there is one."""
    return list(dict.fromkeys(site.expiry for site in _sites(verdict) if site.expiry))[:1]


def _expired(rule: Expiry) -> str:
    return (
        f"If it is gone and nobody deleted it, it may have expired: unused for {rule.days} days, with "
        f"{_powers(rule)} and without bound addresses."
    )


def _powers(rule: Expiry) -> str:
    return " or ".join(sorted(rule.powers))


def _pages(verdict: Verdict, *, demo: bool) -> str:
    """Return the page where the key is deleted: of its site, or of each it may be of."""
    pages = " or ".join(site.keys_of_demo if demo else site.keys for site in _sites(verdict))
    return f"{pages} (with the main account)" if pages and verdict.account == "sub-account" else pages


def _on(pages: str) -> str:
    return f" on {pages}" if pages else ""


def _unasked(verdict: Verdict) -> list[str]:
    """Say which sites are left to ask, where none of those that were proved the key.

    The option names those that were asked as well: a run judges by what it hears itself, so only one that asks all of
    them can find the key gone.
    """
    left = providers.asked(verdict.left)
    if not left:
        return []
    named = ", ".join(site.title for site in left)
    option = providers.choosing(providers.asked((*verdict.hosts, *verdict.left)))
    return [f"Left to ask: {named}. A site knows its own keys alone, and a run counts what it asks: {option} asks all."]


def _look(verdict: Verdict) -> str:
    sites = _sites(verdict)
    records = [site.records for site in sites if site.records]
    portal = [site.look for site in sites if site.look]
    if portal and not records:
        return portal[0]
    what = ["open and past orders", "transfers"]
    if WITHDRAW in verdict.permissions or not verdict.permissions:
        what.append("withdrawals and their addresses")
    if verdict.account != "sub-account":
        what.append("sub-accounts and their keys")
    if not records:
        return f"Look at {', '.join(what)}."
    return " ".join([f"Look at {', '.join(what)}, and at the usage record: {' or '.join(records)}.", *portal])


def _idle(verdict: Verdict) -> str:
    """Say what the exchange's rule for unused keys means for this one."""
    rules = _expiries(verdict)
    if verdict.status not in _EXISTS or not rules:
        return ""
    [rule] = rules
    if verdict.realm == "demo":
        return "Do not wait for it to expire: a demo key never does."
    if verdict.ip_bound:
        return "Do not wait for it to expire: a key bound to addresses never does."
    if set(verdict.permissions) == {READ}:
        return "Do not wait for it to expire: a key that may only read never does."
    if not rule.powers & set(verdict.permissions):
        may = f"may {_powers(rule)}"
        return f"Do not wait for it to expire: only an unused key that {may} does, after {rule.days} days."
    return f"Do not wait for it to expire: it does after {rule.days} days without use, and this check was a use."


def _is_demo(verdict: Verdict, realm: str | None) -> bool:
    """Tell whether it is of demo trading: by what a host proved, else by what the text said."""
    return (verdict.realm or realm) == "demo"


def _is_proven(verdict: Verdict) -> bool:
    return verdict.realm is not None
