"""Every fact about OKX that code needs, once: sites and hosts, headers and signature, words, answers and their meaning.

Sources: the official v5 documentation (www.okx.com/docs-v5), the help pages on API keys, and what users of public
clients reported. `Answer.certainty` says which: 'documented', 'observed' in reports, or 'inferred' from the others;
`Site.documented` and `cited` say where and when, and docs/rules/okx-answers.md is made of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timezone
from typing import TYPE_CHECKING

from keyguard.expressions import expression
from keyguard.frozen import dataclass
from keyguard.providers import TRADE, WITHDRAW, Expiry, Site

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping
    from datetime import datetime

# --- sites

IDLE_DAYS = 14  # after which an unused key with trade or withdraw and without addresses is deleted


def _exchange(id_: str, title: str, host: str, web: str) -> Site:
    return Site(
        id_,
        title,
        host,
        keys=f"https://{web}/account/my-api",
        keys_of_demo=f"https://{web}/account/my-api?go-demo-trading=1",
        records=f"https://{web}/account/security",
        documented=f"https://{web}/docs-v5/en/#overview-production-trading-services",
        expiry=Expiry(IDLE_DAYS, frozenset({TRADE, WITHDRAW})),
    )


EXCHANGES = (
    _exchange("global", "the global site", "www.okx.com", "www.okx.com"),
    _exchange("eea", "the EEA site", "eea.okx.com", "my.okx.com"),
    _exchange("us", "the US and Australia site", "us.okx.com", "app.okx.com"),
    _exchange("tr", "the Türkiye site", "tr.okx.com", "tr.okx.com"),
)
_WEB3_MANUAL = "https://web3.okx.com/onchainos/dev-docs/market/onchaindata-error-code"
_PORTAL = "https://web3.okx.com/onchain-os/dev-portal"
WEB3 = Site(
    "web3",
    "OKX Web3",
    "web3.okx.com",
    keys=_PORTAL,
    keys_of_demo=_PORTAL,
    records=None,
    documented=_WEB3_MANUAL,
    look="Look at the usage of your project in the portal.",
)
SITES: Mapping[str, Site] = {site.id: site for site in (*EXCHANGES, WEB3)}


def may_know(site: str | None, realm: str | None) -> list[Site]:
    """Return the sites that may know a key, in the order in which they are asked.

    A key of OKX Web3 looks like any other, and a host in the text may be a comment's: one of demo trading alone cannot
    be one of its. `site` is what the text around the key said, and comes first.
    """
    first = [one for one in SITES.values() if one.id == site]
    others = list(EXCHANGES) if realm == "demo" else [*EXCHANGES, WEB3]
    return first + [other for other in others if other not in first]


# --- parts

# As OKX issues keys; some clients print them in capitals. A passphrase has 8 to 32 characters, older ones fewer.
_PARTS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "api_key": (expression(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "36 characters in five groups"),
    "secret_key": (expression(r"[0-9a-fA-F]{32}"), "32 characters from 0 to 9 and A to F"),
    "passphrase": (expression(r"[^\x00-\x1f\x7f]{4,40}"), "4 to 40 characters on one line"),
}


def unfit(parts: Mapping[str, bytes]) -> tuple[str, str] | None:
    """Return the first part whose value cannot be one, and what its values look like; None when all can."""
    for name, (pattern, look) in _PARTS.items():
        if not pattern.fullmatch(parts.get(name, b"").decode("utf-8", "replace")):
            return name, look
    return None


# --- requests

CONFIG_PATH = "/api/v5/account/config"  # needs Read; changes nothing, and tells what the key may do
TIME_PATH = "/api/v5/public/time"  # needs no key
WEB3_PATH = "/api/v6/dex/aggregator/supported/chain"  # the web3 product has no call that tells permissions
LIMIT = (5, 2.0)  # calls of CONFIG_PATH in so many seconds, for all keys of one user
WEB3_LIMIT = (1, 1.0)
CLOCK_WINDOW = 30.0  # seconds by which a request's time may be off
KEY_HEADER = "OK-ACCESS-KEY"
SIGN_HEADER = "OK-ACCESS-SIGN"
TIME_HEADER = "OK-ACCESS-TIMESTAMP"
PASSPHRASE_HEADER = "OK-ACCESS-PASSPHRASE"  # noqa: S105 - a header's name
DEMO_HEADER = ("x-simulated-trading", "1")


def sign(secret_key: bytes, timestamp: str, method: str, path: str, body: bytes = b"") -> str:
    """Return the signature of a request: the secret key is taken as text, so its case matters."""
    message = f"{timestamp}{method}{path}".encode() + body
    return base64.b64encode(hmac.digest(secret_key, message, hashlib.sha256)).decode("ascii")


def timestamp(now: datetime) -> str:
    """Return a time as the headers want it: UTC with milliseconds."""
    return now.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- answers

ELSEWHERE = "elsewhere"  # nothing was said of whether another site knows the key
OTHER_REALM = "other-realm"  # the same site, with the demo header if it was live, without it if it was demo
CLOCK = "clock"  # after a correction of the clock
LATER = "later"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a code says of a complete credential."""

    status: str  # as in `model.Verdict`
    reading: str
    certainty: str
    again: str = ""  # where or when to ask again, if at all
    wrong: str | None = None  # the part that does not fit
    ip_bound: bool | None = None
    account: str | None = None
    realm: str | None = None


CERTAINTIES = _DOC, _SEEN, _GUESS = "documented", "observed", "inferred"
"""How well a reading is attested, the surest first."""

_UNKNOWN = "The key is not known there: deleted, expired, or of another site."
_FITS = "The credential is valid, but"
_CLIENT = "The request was not accepted as it was; this says nothing of the key."
BUSY = "Busy, or failing: this says nothing of the key."

OK = "0"
REFUSED = "50111"  # weaker than 50119, for which the text of the key was good enough

ANSWERS: Mapping[str, Answer] = {
    OK: Answer("live", "The key works.", _DOC),
    # valid, and limited
    "50120": Answer("live-limited", f"{_FITS} lacks the permission for this call.", _DOC),
    "50030": Answer("live-limited", f"{_FITS} may not use this endpoint.", _DOC),
    "50035": Answer("live-limited", f"{_FITS} the endpoint wants a key bound to addresses.", _DOC, ip_bound=False),
    "50041": Answer("live-limited", f"{_FITS} the account is not on the product's list.", _DOC),
    "59500": Answer("live-limited", f"{_FITS} only a main account may call this.", _DOC, account="sub-account"),
    "59604": Answer("live-limited", f"{_FITS} only a main account may call this.", _DOC, account="sub-account"),
    "50038": Answer("live-limited", f"{_FITS} the call is closed to demo trading.", _DOC, realm="demo"),
    "50051": Answer("live-limited", f"{_FITS} the account is restricted in its country.", _GUESS),
    "50059": Answer("live-limited", f"{_FITS} the account is restricted in its country.", _GUESS),
    "50060": Answer("live-limited", f"{_FITS} the account is restricted in its country.", _GUESS),
    # known, but not from here
    "50110": Answer(
        "ip-bound",
        "The key exists and is bound to other addresses; whether secret key and passphrase fit is not proven.",
        _SEEN,
        ip_bound=True,
    ),
    # known, with other parts
    "50105": Answer("wrong-parts", "The key exists, and the passphrase does not fit it.", _SEEN, wrong="passphrase"),
    "50113": Answer("wrong-parts", "The key exists, and the secret key does not fit it.", _SEEN, wrong="secret_key"),
    "50101": Answer(
        "wrong-parts",
        "The key exists, and works neither in live nor in demo trading as it was sent.",
        _GUESS,
        OTHER_REALM,
    ),
    # known, and blocked
    "50100": Answer("blocked", "The key exists and is frozen.", _GUESS),
    "50007": Answer("blocked", "The key exists, and its user is blocked.", _GUESS),
    "50027": Answer("blocked", "The key exists, and its account is restricted from trading.", _GUESS),
    "50029": Answer("blocked", "The key exists, and its account is held by risk control.", _GUESS),
    # unknown here
    "50119": Answer("not-known", _UNKNOWN, _SEEN, ELSEWHERE),
    "60032": Answer("not-known", _UNKNOWN, _SEEN, ELSEWHERE),
    "60005": Answer("not-known", _UNKNOWN, _GUESS, ELSEWHERE),
    REFUSED: Answer("not-known", "The text of the key is refused: malformed, or not known there.", _SEEN, ELSEWHERE),
    # no statement
    "50102": Answer("undecided", "The time of the request was refused; this says nothing of the key.", _DOC, CLOCK),
    "50112": Answer("undecided", "The time of the request was refused; this says nothing of the key.", _DOC, CLOCK),
    # These are only about the network or the region: the site that has the key may be another, which answers.
    "50121": Answer("undecided", "This network is refused; that says nothing of the key.", _DOC, ELSEWHERE),
    "80001": Answer(
        "undecided", "The service is closed in this region; that says nothing of the key.", _SEEN, ELSEWHERE
    ),
    "50125": Answer("undecided", "The key or its region has no access to this service.", _DOC),
    "50053": Answer("undecided", "The call is for demo trading alone; this says nothing of the key.", _DOC),
    "50008": Answer("undecided", "The user does not exist.", _DOC),
    "50012": Answer("undecided", "The account's status is invalid.", _DOC),
    "50116": Answer("undecided", "The answer concerns brokers; it says nothing of the key.", _DOC),
    "50118": Answer("undecided", "The answer concerns brokers; it says nothing of the key.", _DOC),
    **dict.fromkeys(
        ("50103", "50104", "50106", "50107", "50108", "50109", "50114", "50115", "50006", "50014"),
        Answer("undecided", _CLIENT, _DOC),
    ),
    **dict.fromkeys(
        ("50001", "50004", "50011", "50013", "50026", "50040", "50061"), Answer("undecided", BUSY, _DOC, LATER)
    ),
}
"""By OKX's own code. 'not-known' is never called dead: a key is unknown to every site but its own."""

UNHEARD = Answer("undecided", "A code that keyguard has no reading of.", _GUESS)

# --- where that is known from

MANUALS_OF = "July 2026"  # when they were read
REPORTS_OF = "August 2026"
_MANUAL = "https://www.okx.com/docs-v5/en/#error-code-rest-api"
_OF_WEB3 = {"50125"}
_REPORTS: Mapping[str, str] = {
    "50105": "ccxt/ccxt#22265",
    "50113": "tiagosiebler/okx-api#22",
    "50119": "okxapi/python-okx#92, ccxt/ccxt#23779, freqtrade/freqtrade#10967, hummingbot/hummingbot#7447",
}


def cited(code: str) -> str:
    """Return the address at which a code's reading is documented; of any other, since when and where it is known."""
    certainty = ANSWERS[code].certainty
    if certainty == _DOC:
        return _WEB3_MANUAL if code in _OF_WEB3 else _MANUAL
    reports = f": {_REPORTS[code]}" if code in _REPORTS else ""
    return f"{certainty}, {REPORTS_OF}{reports}"
