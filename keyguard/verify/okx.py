"""The live check of OKX credentials: one signed GET per host, and the reading of what comes back.

sites, in order -> live or demo -> signed request -> code -> facts.ANSWERS -> Verdict; of several sites, one together
     ^ 'elsewhere'   ^ 'other-realm'   ^ 'clock', once a host; 'later', with pauses

The passphrase goes to as few hosts as can be: to a further one only when those before it did not settle it and the
user agrees, and to none after one in whose place something else answered.
"""

from __future__ import annotations

import ipaddress
import json
import re
import time
from dataclasses import field, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from keyguard.errors import VerifyError
from keyguard.frozen import dataclass
from keyguard.model import Verdict
from keyguard.providers import PERMISSIONS, UNNAMED
from keyguard.providers.okx import facts
from keyguard.verify import https

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keyguard.providers import Site
    from keyguard.verify import Question, Terms

_HEADROOM = 1.25  # so many times slower than the limit allows, since clocks and ways differ
_MAX_WORDS = 32
_MAX_AHEAD = timedelta(days=366)  # of a host's clock: more is no time
_FITS = frozenset({"live", "live-limited"})
_HALF = "The key exists, and not in the environment asked first; the other one gave no clear answer."
_SILENT = frozenset({"not-known", "undecided"})  # they say of no key that it exists
_USE = "A check counts as use of the key"
_USE_OF_EXCHANGE = (
    f"{_USE}: it shows in the account's usage record, and restarts the {facts.IDLE_DAYS} days after which an unused "
    "key expires."
)
_USE_OF_WEB3 = f"{_USE} at OKX Web3, and may count against the quota of its project."
_USE_OF_BOTH = f"{_USE_OF_EXCHANGE} At OKX Web3 it may count against the quota of a project."
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,31}")
_EVERYWHERE = re.compile(r".*/0+|0\.0\.0\.0|::|\*")
_PAGE = "A web page came back, such as one that blocks this network; it says nothing of the key."
_ALIKE = 4  # characters in a row, by which a name is taken for one of the parts


def verifier(terms: Terms) -> OkxVerifier:
    """Open the check on these terms; unknown sites and a foreign endpoint are errors."""
    for word in terms.sites_of("okx"):
        if word not in facts.SITES:
            raise VerifyError("there is no such OKX site.", f"The sites are {', '.join(facts.SITES)}.")
    return OkxVerifier(terms)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a site said: a code, what we take it for, the account's data if there is any, the realm if it is proven."""

    site: Site
    code: str | None
    answer: facts.Answer
    data: Mapping[str, Any] = field(default_factory=dict)
    realm: str | None = None


class OkxVerifier:
    """Asks OKX what a credential may do."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._stand_in = https.endpoint(terms.endpoint, terms.endpoint_ca) if terms.endpoint is not None else None
        self._proxy = https.proxy(terms.proxy) if terms.proxy is not None else None
        pace = {
            site.host: _pace(facts.WEB3_LIMIT if site is facts.WEB3 else facts.LIMIT) for site in facts.SITES.values()
        }
        self._reader = https.Reader(
            pace, timeout=terms.timeout, stand_in=self._stand_in, proxy=self._proxy, say=terms.say
        )
        self._clocks: dict[str, timedelta] = {}  # by how much a host's clock is ahead of ours

    def close(self) -> None:
        """Close the connections."""
        self._reader.close()

    def hosts(self, question: Question) -> tuple[str, ...]:
        """Return the hosts that may be asked, in order."""
        return tuple(self._shown(site) for site in self._sites(question))

    def caution(self, question: Question) -> str:
        """Say what the sites that may be asked take a check for; the rule of the unused keys is the exchange's."""
        sites = self._sites(question)
        if facts.WEB3 not in sites:
            return _USE_OF_EXCHANGE
        return _USE_OF_WEB3 if sites == [facts.WEB3] else _USE_OF_BOTH

    def unfit(self, question: Question) -> str:
        """Say which value cannot be a part of an OKX credential; '' when all can."""
        unfit = facts.unfit({name: value.reveal() for name, value in question.parts.items()})
        return f"The {unfit[0].replace('_', ' ')} cannot be one of OKX's, which have {unfit[1]}." if unfit else ""

    def check(self, question: Question) -> Verdict:
        """Ask site by site until one knows the key, finds fault with the request, or is not the one that answers.

        One that does not know the key leaves the others to ask, and so does one that says nothing of it: it refuses
        this network (50121), is busy, or gives no answer. A site knows its own keys alone, so whether it is reached
        changes nothing of whether another one has the key; what it would have said is never taken for 'not-known'.
        """
        sites = self._sites(question)
        if unfit := self.unfit(question):
            answer = facts.Answer("undecided", f"{unfit} Nothing was sent.", "documented")
            verdict = self._verdict(_Heard(sites[0], None, answer), question, ())
            return replace(verdict, left=())  # there is no site to ask about it
        heard: list[_Heard] = []
        before = self._reader.sent.copy()
        for site in sites:
            if heard and not self._terms.may_ask(self._shown(site)):
                break
            heard.append(self._in_its_realm(site, question))
            if heard[-1].answer.again != facts.ELSEWHERE:
                break
        asked = [one.site for one in heard if self._reader.sent[one.site.host] > before[one.site.host]]
        silent = heard[-1].answer.status in _SILENT
        said = _together(heard, named=len(asked) < len(heard)) if silent else heard[-1]
        unknown = [one.site for one in heard if one.answer.status == "not-known"]
        return self._verdict(said, question, tuple(map(self._shown, asked)), unknown)

    def _sites(self, question: Question) -> list[Site]:
        """Return the sites to ask: the one that has the key, else those that are wanted, else all that may know it."""
        if question.proven:
            return [site for site in facts.SITES.values() if site.id == question.site]
        if wanted := self._terms.sites_of("okx"):
            return [site for site in facts.SITES.values() if site.id in wanted]
        return facts.may_know(question.site, question.realm)

    def _shown(self, site: Site) -> str:
        return f"{site.host} at {self._stand_in}" if self._stand_in else site.host

    # --- asking

    def _in_its_realm(self, site: Site, question: Question) -> _Heard:
        """Ask in the realm that the text mentioned, and in the other one when the host says so.

        A realm is proven by a credential that works in it, or by a key that the host knows in one and refuses in the
        other. That a host knows the key is not taken back by a weaker answer in the other realm.
        """
        realm = question.realm or "live"
        heard = self._heard(site, question, realm)
        if heard.answer.again != facts.OTHER_REALM or site is facts.WEB3:
            return replace(heard, realm=realm if heard.answer.status in _FITS and site is not facts.WEB3 else None)
        other = "live" if realm == "demo" else "demo"
        after = self._heard(site, question, other)
        if after.answer.again == facts.OTHER_REALM:
            return after
        if after.answer.status in _SILENT:
            return replace(heard, answer=replace(heard.answer, reading=_HALF))
        return replace(after, realm=other)

    def _heard(self, site: Site, question: Question, realm: str) -> _Heard:
        """Ask one host in one realm, and once more when its clock had to be read first."""
        heard = self._asked(site, question, realm)
        if heard.answer.again == facts.CLOCK and self._read_clock(site):
            heard = self._asked(site, question, realm)
        return heard

    def _asked(self, site: Site, question: Question, realm: str) -> _Heard:
        try:
            return self._reader.patiently(site.host, lambda: self._once(site, question, realm))
        except https.Unanswered as trouble:
            self._say(site, question, realm, str(trouble))
            again = "" if isinstance(trouble, (https.Unsendable, https.Intercepted)) else facts.ELSEWHERE
            return _Heard(site, trouble.code, facts.Answer("undecided", str(trouble), "observed", again))

    def _once(self, site: Site, question: Question, realm: str) -> _Heard:
        path = facts.WEB3_PATH if site is facts.WEB3 else facts.CONFIG_PATH
        response = self._reader.get(site.host, path, lambda: self._headers(site, question, realm, path))
        code, data = _parsed(response)
        self._say(site, question, realm, f"HTTP {response.status}, code {code}")
        answer = facts.ANSWERS.get(code or "", facts.UNHEARD)
        if response.body.lstrip()[:1] == b"<":
            raise https.Intercepted(_PAGE)
        if response.status == 429 or response.status >= 500 or answer.again == facts.LATER:
            raise https.Later(facts.BUSY, code, response.retry_after)
        told = site is facts.WEB3 or "perm" in data
        if code is None or (code == facts.OK and not (response.status == 200 and told)):
            raise https.Intercepted("What came back is none of OKX's answers; it says nothing of the key.")
        return _Heard(site, code, answer, data)

    def _headers(self, site: Site, question: Question, realm: str, path: str) -> dict[str, bytes]:
        parts = {name: value.reveal() for name, value in question.parts.items()}
        now = facts.timestamp(datetime.now(tz=timezone.utc) + self._clocks.get(site.host, timedelta(0)))
        headers = {
            facts.KEY_HEADER: parts["api_key"].lower(),  # as OKX issues it; some clients print it in capitals
            facts.SIGN_HEADER: facts.sign(parts["secret_key"], now, "GET", path).encode(),
            facts.TIME_HEADER: now.encode(),
            facts.PASSPHRASE_HEADER: parts["passphrase"],
        }
        if realm == "demo" and site is not facts.WEB3:
            name, value = facts.DEMO_HEADER
            headers[name] = value.encode()
        return headers

    def _read_clock(self, site: Site) -> bool:
        """Correct our clock by a host's, once."""
        if site.host in self._clocks:
            return False
        try:
            before = time.time()
            response = self._reader.get(site.host, facts.TIME_PATH, dict)
            _, data = _parsed(response)
            theirs = int(data["ts"]) / 1000
            ahead = timedelta(seconds=theirs - (before + time.time()) / 2)
        except (https.Unanswered, KeyError, TypeError, ValueError, OverflowError):
            return False
        if abs(ahead) > _MAX_AHEAD:
            return False
        self._terms.say(f"{self._shown(site)}: its clock is {ahead.total_seconds():+.1f} s from ours; asking again")
        self._clocks[site.host] = ahead
        return True

    def _say(self, site: Site, question: Question, realm: str, what: str) -> None:
        self._terms.say(f"{self._shown(site)}, {question.parts['api_key'].mask}, {realm}: {what}")

    # --- understanding

    def _verdict(
        self, heard: _Heard, question: Question, tried: tuple[str, ...], unknown: Sequence[Site] = ()
    ) -> Verdict:
        """Put an answer into a verdict; `unknown` are the sites that said that they do not know the key."""
        answer, data = heard.answer, heard.data
        exists = answer.status not in _SILENT
        left = [] if exists else facts.may_know(question.site, question.realm)
        bound = _listed(data.get("ip"))
        return Verdict(
            status=answer.status,
            permissions=tuple(sorted(_permissions(data, question))),
            ip_bound=_is_bound(bound) if isinstance(data.get("ip"), str) else answer.ip_bound,
            addresses=tuple(_addresses(bound, question)) if self._terms.show_account else (),
            account=answer.account or _account(data),
            realm=answer.realm or heard.realm,
            site=heard.site.id if exists else None,
            label=_masked(data.get("label"), 2, question),
            uid=_masked(data.get("uid"), 4, question),
            code=heard.code,
            reading=answer.reading,
            wrong=(answer.wrong,) if answer.wrong else (),
            certainty=answer.certainty,
            hosts=tried,
            left=tuple(self._shown(site) for site in left if site not in unknown),
            proxy=str(self._proxy) if self._proxy else None,
            checked_at=datetime.now(tz=timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z"),
        )


def _together(heard: Sequence[_Heard], *, named: bool) -> _Heard:
    """Make one answer of those of several sites none of which proved the key: undecided unless each does not know it.

    The code is that of the one that decides, whose reading comes first. Behind each reading stand the sites that it is
    of, where they differ or shall be `named`.
    """
    deciding = min(heard, key=lambda one: (one.answer.status != "undecided", one.code == facts.REFUSED))
    said: dict[tuple[str | None, str], list[str]] = {(deciding.code, deciding.answer.reading): []}
    for one in heard:
        said.setdefault((one.code, one.answer.reading), []).append(one.site.host)
    if len(said) == 1 and not (named and len(heard) > 1):
        return deciding
    readings = [
        _told(reading, hosts, None if code == deciding.code else code) for (code, reading), hosts in said.items()
    ]
    certainty = max((one.answer.certainty for one in heard), key=facts.CERTAINTIES.index)
    return replace(deciding, answer=replace(deciding.answer, reading=" ".join(readings), certainty=certainty))


def _told(reading: str, hosts: Sequence[str], code: str | None) -> str:
    return f"{reading.removesuffix('.')} ({f'{code} from ' if code else ''}{', '.join(hosts)})."


def _pace(limit: tuple[int, float]) -> tuple[int, float]:
    """Return what is kept to under a limit: 4 calls in 2 seconds under 5, one in 1.25 seconds under one a second."""
    count, seconds = limit
    fewer = int(count / _HEADROOM)
    return (fewer, seconds) if fewer else (count, seconds * _HEADROOM)


def _parsed(response: https.Response) -> tuple[str | None, Mapping[str, Any]]:
    """Return the code, and the first of the data; None for what is no answer of OKX's."""
    try:
        parsed = json.loads(response.body)
        code = parsed["code"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None, {}
    data = parsed.get("data")
    first = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else {}
    word = str(code) if isinstance(code, (str, int)) else ""
    return (word if re.fullmatch(r"[0-9]{1,6}", word) else None), first


def _permissions(data: Mapping[str, Any], question: Question) -> set[str]:
    """Return the words of `perm`; a new one is kept, or counts without being shown: it may allow anything."""
    words = [word.lower() if word.lower() in PERMISSIONS else word for word in _listed(data.get("perm"))]
    shown = {word for word in words[:_MAX_WORDS] if word in PERMISSIONS or _is_shown(word, question)}
    return shown if shown >= set(words) else {*shown, UNNAMED}


def _is_shown(word: str, question: Question) -> bool:
    return bool(_WORD.fullmatch(word)) and not _is_echo(word, question)


def _is_echo(word: str, question: Question) -> bool:
    """Tell whether a word of an answer is one that was sent, or holds one, or stands in one."""
    return any(word.lower() in value or value in word.lower() for value in _sent(question))


def _sent(question: Question) -> list[str]:
    return [value.reveal().decode("utf-8", "replace").lower() for value in question.parts.values()]


def _listed(text: object) -> list[str]:
    words = [word.strip() for word in text.split(",")] if isinstance(text, str) else []
    return [word for word in words if word]


def _account(data: Mapping[str, Any]) -> str | None:
    uid, main = data.get("uid"), data.get("mainUid")
    if not uid or not main:
        return None
    return "main" if uid == main else "sub-account"


def _is_bound(addresses: Sequence[str]) -> bool:
    """Tell whether a key works from these alone: one that stands for all of them binds it to nothing."""
    return bool(addresses) and not any(_EVERYWHERE.fullmatch(address) for address in addresses)


def _addresses(bound: Sequence[str], question: Question) -> list[str]:
    """Return what a key is bound to; what is of no known form is counted, as the last of them."""
    shown = [word for word in bound if _is_address(word) and not _is_echo(word, question)][:_MAX_WORDS]
    more = len(bound) - len(shown)
    return [*shown, f"and {more:,} more"] if more else shown


def _is_address(word: str) -> bool:
    """Tell whether it is an address, a network, or a range from one address to another."""
    first, dash, last = word.partition("-")
    try:
        if dash:
            return "%" not in word and all(ipaddress.ip_address(end) for end in (first, last))
        return bool(ipaddress.ip_network(word, strict=False))
    except ValueError:
        return False


def _masked(value: object, shown: int, question: Question) -> str | None:
    """Return a name or number so that its owner knows it again; nothing of a short one, or one that is like a part."""
    if not isinstance(value, str) or not value:
        return None
    runs = {value[at : at + _ALIKE].lower() for at in range(max(1, len(value) - _ALIKE + 1))}
    alike = any(run in sent for sent in _sent(question) for run in runs)
    kept = value[:shown] if len(value) >= 3 * shown and value.isprintable() and not alike else ""
    return f"{kept}********"
