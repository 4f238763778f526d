"""What a checked credential means to its owner, in sentences that any format may use: what can be lost, what to do.

Pages and rules of OKX's are told only where OKX was asked; of another exchange, what holds for any.

`short` is for a column or a title, `lost` one sentence, `facts` what the provider said, and `steps` what to do next, in
order. All of them are empty for a credential that nobody asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.providers.okx import facts as okx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyguard.model import Verdict

_ALIVE = frozenset({"live", "live-limited", "ip-bound"})
_EXISTS = _ALIVE | {"wrong-parts", "blocked"}
_DEMO = {True: "demo", False: "said to be demo"}  # by whether a host proved it
_UNPROVEN = "Its text speaks of demo trading; no host proved that it is of demo trading."


def short(verdict: Verdict, realm: str | None = None) -> str:
    """Say in a few words what it may do and from where: 'live, may withdraw and trade, no bound IP'."""
    if verdict.status == "not-checked":
        return ""
    told = [
        verdict.status,
        _may(verdict.permissions),
        {True: "bound IP", False: "no bound IP", None: ""}[verdict.ip_bound] if verdict.status != "ip-bound" else "",
        *(f"{part.replace('_', ' ')} does not fit" for part in verdict.wrong),
        _DEMO[_is_proven(verdict)] if _is_demo(verdict, realm) else "",
    ]
    return ", ".join(filter(None, told))


def _may(permissions: Sequence[str]) -> str:
    """Name the permissions, the one to read only where it is the worst."""
    known = [word for word in okx.PERMISSIONS if word in permissions]
    worst = [word for word in known if word != okx.READ] or ["read" for _ in known]
    words = [*worst, *(word for word in permissions if word not in okx.PERMISSIONS)]
    return f"may {' and '.join(words)}" if words else ""


def lost(verdict: Verdict, realm: str | None = None) -> str:
    """Say what can be lost; `realm` is what the text around the credential said."""
    told = [_lost(verdict)]
    if verdict.status in _EXISTS and _is_demo(verdict, realm) and not _is_proven(verdict):
        told.append(_UNPROVEN)
    return " ".join(told)


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
    if okx.WITHDRAW in words:
        what = "move the funds out of the account" + (", and trade with them" if okx.TRADE in words else "")
    elif okx.TRADE in words:
        what = "trade with the funds, and so lose them to accomplices"
    elif words == {okx.READ}:
        what = "see balances, positions and history, and move nothing"
    elif words:
        named = [word for word in verdict.permissions if word != okx.UNNAMED]
        unnamed = ["one that keyguard has no word for"] if okx.UNNAMED in words else []
        what = f"do what these permissions allow: {', '.join([*named, *unnamed])}"
    else:
        what = "use the services that the key is for, at its owner's cost"
    where = {True: "from its bound addresses alone", False: "from anywhere", None: "from anywhere for all we know"}
    money = " It is a demo account: no real funds are behind it." if verdict.realm == "demo" else ""
    return f"It works: whoever has it can {what}, {where[verdict.ip_bound]}.{money}"


def facts(verdict: Verdict) -> str:
    """Say in short what the provider told of the key: permissions, addresses, account."""
    home = _home(verdict)
    bound = {True: "bound to addresses", False: "no bound address", None: ""}[verdict.ip_bound]
    told = [
        ", ".join(verdict.permissions),
        f"bound to {', '.join(verdict.addresses)}" if verdict.addresses else bound,
        f"{verdict.account} account" if verdict.account == "main" else verdict.account or "",
        verdict.realm or "",
        home.title if home else verdict.site or "",
        f"named {verdict.label}" if verdict.label else "",
        f"uid {verdict.uid}" if verdict.uid else "",
    ]
    return "; ".join(filter(None, told))


def answer(verdict: Verdict) -> str:
    """Say what was answered, how we read it and how sure that is, and who was asked."""
    if verdict.status == "not-checked":
        return ""
    code = f"code {verdict.code}" if verdict.code else "no answer"
    unfit = f" Does not fit: {', '.join(part.replace('_', ' ') for part in verdict.wrong)}." if verdict.wrong else ""
    asked = f" Asked: {', '.join(verdict.hosts)}, {verdict.checked_at}." if verdict.hosts else ""
    return f"{code}: {verdict.reading} ({verdict.certainty}){unfit}{asked}"


_GONE = (
    f"If it is gone and nobody deleted it, it may have expired: unused for {okx.IDLE_DAYS} days, with trade or "
    "withdraw and without bound addresses."
)


def steps(verdict: Verdict, realm: str | None = None) -> tuple[str, ...]:
    """Return what to do next, the most urgent first; each is one step."""
    if verdict.status == "not-checked":
        return ()
    new = "Create a new key for each application, with the least permissions it needs, bound to its IP addresses."
    first = _delete(verdict, _pages(verdict, demo=_is_demo(verdict, realm)))
    if verdict.status == "not-known":
        gone = [_GONE] if any(site in okx.EXCHANGES for site in _sites(verdict)) else []
        return (*first, *gone, new)
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


def _sites(verdict: Verdict) -> list[okx.Site]:
    """Return OKX's sites that the key may be of: the one that knows it, else all that were asked.

    There is none for a key of another exchange, of which no page and no rule of OKX is told.
    """
    home = _home(verdict)
    return [home] if home else okx.asked(verdict.hosts)


def _home(verdict: Verdict) -> okx.Site | None:
    """Return the site that knows it, if it is one of OKX's: another exchange may call one of its own the same."""
    site = okx.SITES.get(verdict.site or "")
    return site if site in okx.asked(verdict.hosts) else None


def _pages(verdict: Verdict, *, demo: bool) -> str:
    """Return the page where the key is deleted: of its site, or of each it may be of."""
    query = "?go-demo-trading=1" if demo else ""
    pages = " or ".join(site.keys + (query if site in okx.EXCHANGES else "") for site in _sites(verdict))
    return f"{pages} (with the main account)" if pages and verdict.account == "sub-account" else pages


def _on(pages: str) -> str:
    return f" on {pages}" if pages else ""


def _unasked(verdict: Verdict) -> list[str]:
    """Say which sites are left to ask, where none of those that were proved the key."""
    left = okx.asked(verdict.left)
    if not left or not verdict.hosts:
        return []
    named = ", ".join(site.title for site in left)
    sites = ",".join(site.id for site in left)
    return [f"Left to ask: {named}. A site knows its own keys alone; --okx-site {sites} asks there."]


def _look(verdict: Verdict) -> str:
    sites = _sites(verdict)
    records = [site.records for site in sites if site.records]
    portal = ["Look at the usage of your project in the portal."] if okx.WEB3 in sites else []
    if portal and not records:
        return portal[0]
    what = ["open and past orders", "transfers"]
    if okx.WITHDRAW in verdict.permissions or not verdict.permissions:
        what.append("withdrawals and their addresses")
    if verdict.account != "sub-account":
        what.append("sub-accounts and their keys")
    if not records:
        return f"Look at {', '.join(what)}."
    return " ".join([f"Look at {', '.join(what)}, and at the usage record: {' or '.join(records)}.", *portal])


def _idle(verdict: Verdict) -> str:
    """Say what the exchange's rule for unused keys means for this one."""
    days = okx.IDLE_DAYS
    if verdict.status not in _EXISTS or not any(site in okx.EXCHANGES for site in _sites(verdict)):
        return ""
    if verdict.realm == "demo":
        return "Do not wait for it to expire: a demo key never does."
    if verdict.ip_bound:
        return "Do not wait for it to expire: a key bound to addresses never does."
    if set(verdict.permissions) == {okx.READ}:
        return "Do not wait for it to expire: a key that may only read never does."
    if not {okx.TRADE, okx.WITHDRAW} & set(verdict.permissions):
        return f"Do not wait for it to expire: only an unused key that may trade or withdraw does, after {days} days."
    return f"Do not wait for it to expire: it does after {days} days without use, and this check was a use."


def _is_demo(verdict: Verdict, realm: str | None) -> bool:
    """Tell whether it is of demo trading: by what a host proved, else by what the text said."""
    return (verdict.realm or realm) == "demo"


def _is_proven(verdict: Verdict) -> bool:
    return verdict.realm is not None
