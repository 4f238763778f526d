"""The live check: ask a provider what a credential that was found may do, and let the findings say so.

    plan(findings) -> Case* -> notice, consent -> check(outcome, cases, verifiers) -> Outcome

A provider is one module with a function `verifier`, which its `PROVIDER` names; it is imported when the first of its
credentials is to be checked. What is sent, and where, is the verifier's affair alone: nothing that was found says it.
"""

from __future__ import annotations

import importlib
from collections import Counter
from dataclasses import field, replace
from typing import TYPE_CHECKING, Protocol, cast

from keyguard import providers
from keyguard.errors import VerifyError
from keyguard.frozen import dataclass
from keyguard.model import Finding, Match, Outcome, Verdict
from keyguard.verify.candidates import Case, join, plan, unreadable
from keyguard.verify.memory import Memory
from keyguard.verify.power import heed, weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from keyguard.model import Secret

__all__ = [
    "VERIFIERS",
    "Case",
    "Memory",
    "Question",
    "Terms",
    "Verifier",
    "Verifiers",
    "announce",
    "check",
    "notice",
    "plan",
    "unasked",
    "unreadable",
    "ways",
]

VERIFIERS: Mapping[str, str] = {provider.id: provider.verifier for provider in providers.known().values()}

ATTEMPTS = 3  # for one key: each is a use of it, and a wrong one looks like an attack

_PROVEN = frozenset({"live", "live-limited"})  # all parts fit


@dataclass(frozen=True, slots=True)
class Question:
    """One credential to ask about: its parts, and what the text around them said."""

    provider: str
    parts: Mapping[str, Secret]
    realm: str | None = None
    site: str | None = None
    proven: bool = False  # an answer said that the site has the key: no other is asked


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a check is made."""

    sites: tuple[tuple[str, str], ...] = ()  # of a provider, ask this site alone; none: all that may know the key
    endpoint: str | None = None  # a stand-in on this machine, in place of the provider's hosts
    endpoint_ca: Path | None = None  # the certificate that it is trusted by
    proxy: str | None = None  # http://HOST:PORT, through which hosts are reached
    timeout: float = 10.0  # seconds for one request
    show_account: bool = False  # name the addresses that a key is bound to
    may_ask: Callable[[str], bool] = field(default=lambda _host: True)  # of each host but the first of a credential
    say: Callable[[str], None] = field(default=lambda _line: None)  # told each step; never a value

    def sites_of(self, provider: str) -> tuple[str, ...]:
        """Return the sites of one provider that alone are asked."""
        return tuple(site for owner, site in self.sites if owner == provider)


class Verifier(Protocol):
    """What every provider's module offers, once it is opened."""

    def caution(self, question: Question) -> str:
        """Say what a check does to the key beside asking, for whoever has to agree to it."""

    def hosts(self, question: Question) -> tuple[str, ...]:
        """Return the hosts that may be asked, in order; the first one always is."""

    def unfit(self, question: Question) -> str:
        """Say which value cannot be a part of such a credential, without the value; '' when all can."""

    def check(self, question: Question) -> Verdict:
        """Ask, and return what the answers mean; trouble with the network is a verdict too: 'undecided'."""

    def close(self) -> None:
        """Close what is open."""


class Verifiers:
    """The verifiers of a run, each opened when it is first needed; what was asked before is not asked again."""

    def __init__(self, terms: Terms, memory: Memory | None = None) -> None:
        self._terms = terms
        self._memory = memory or Memory()
        self._open: dict[str, Verifier] = {}

    def __getitem__(self, provider: str) -> Verifier:
        if provider not in VERIFIERS:
            raise VerifyError(f"credentials of {provider} cannot be checked.", f"Those of {', '.join(VERIFIERS)} can.")
        if provider not in self._open:
            module = importlib.import_module(VERIFIERS[provider])
            self._open[provider] = cast("Verifier", module.verifier(self._terms))
        return self._open[provider]

    def close(self) -> None:
        """Close those that were opened."""
        for verifier in self._open.values():
            verifier.close()

    def ask(self, question: Question) -> Verdict:
        """Return the verdict on a credential."""
        return self._memory.recall(question.parts, _told(question), lambda: self[question.provider].check(question))

    def known(self, question: Question) -> Verdict | None:
        """Return the verdict on a credential that was asked about before, if it is fresh; nothing is sent."""
        return self._memory.known(question.parts, _told(question))


def _told(question: Question) -> tuple[object, ...]:
    return question.provider, question.realm, question.site, question.proven


def question_of(case: Case, parts: Mapping[str, Match], site: str | None = None) -> Question:
    """Return the question that a choice of parts makes; `site` is the one that is known to have the key."""
    values = {part: match.value for part, match in parts.items()}
    return Question(case.key.provider, values, case.realm, site or case.site, proven=site is not None)


def unasked(cases: Sequence[Case], verifiers: Verifiers) -> list[Case]:
    """Return the cases for which something would be sent: those that no fresh verdict settles."""
    return [case for case in cases if not _is_settled(case, verifiers)]


def _is_settled(case: Case, verifiers: Verifiers) -> bool:
    parts = {case.key.part or "": case.key, **{part: matches[0] for part, matches in case.others.items()}}
    verdict = verifiers.known(question_of(case, parts))
    return verdict is not None and (verdict.status != "wrong-parts" or not case.ambiguous)


def notice(cases: Sequence[Case], verifiers: Verifiers, limit: int | None = None) -> list[str]:
    """Say in a few lines what a check of these would send, and where."""
    cautions = (verifiers[case.key.provider].caution(question_of(case, {})) for case in cases)
    lines = announce(ways(cases, verifiers), cautions, ambiguous=any(case.ambiguous for case in cases))
    bounded = limit is not None and limit < len(cases)
    return [f"No more than {limit} of these {len(cases):,} will be sent:", *lines] if bounded else lines


def ways(cases: Iterable[Case], verifiers: Verifiers) -> list[tuple[str, ...]]:
    """Return for each case the hosts that may be asked about it, in order."""
    return [verifiers[case.key.provider].hosts(question_of(case, {})) for case in cases]


def announce(ways: Sequence[tuple[str, ...]], cautions: Iterable[str], *, ambiguous: bool = False) -> list[str]:
    """Say what will be sent: one way through hosts for each credential."""
    lines = [f"{_count(ways.count(way))} will be sent to {_way(way)}." for way in dict.fromkeys(ways)]
    if ambiguous:
        lines.append(f"Where the parts of one do not fit, up to {ATTEMPTS} ways to put it together are tried.")
    return [*lines, *dict.fromkeys(cautions)]


def _count(credentials: int) -> str:
    return f"{credentials:,} credential{'' if credentials == 1 else 's'}"


def _way(hosts: Sequence[str]) -> str:
    first, *others = hosts
    return f"{first}; if that does not settle it, to {', then '.join(others)}" if others else first


def check(
    outcome: Outcome,
    cases: Sequence[Case],
    verifiers: Verifiers,
    *,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
    troubles: list[Exception] | None = None,
) -> Outcome:
    """Ask about each case, and return the outcome with verdicts and the severities that follow from them.

    `limit` is how many combinations of parts may be sent in all. An interrupt ends the asking; what was answered by
    then is kept. So it is after an error that nobody foresaw, which is added to `troubles` if there is such a list.
    """
    run = _Run(verifiers, limit)
    findings = list(outcome.findings)
    complete = outcome.complete
    try:
        for number, case in enumerate(cases, 1):
            findings[case.number] = run.settle(case, findings[case.number])
            if progress is not None:
                progress(number)
    except KeyboardInterrupt:
        complete = False
    except Exception as error:
        if troubles is None:
            raise
        troubles.append(error)
    for number in run.unanswered(cases):  # of several keys, the one that nobody asked about may be the live one
        if findings[number].verdict.status == "not-known":
            findings[number] = replace(findings[number], verdict=Verdict())
    kept = [finding for finding in findings if len(finding.matches) > 1 or finding.matches[0] not in run.taken]
    notices = (*outcome.notices, *run.notices())
    return replace(outcome, findings=tuple(heed(kept)), complete=complete, notices=notices)


class _Run:
    """Asks case by case, and counts."""

    def __init__(self, verifiers: Verifiers, limit: int | None) -> None:
        self._verifiers = verifiers
        self._limit = limit
        self._asked = 0
        self._left_out = 0
        self._answered: Counter[int] = Counter()  # keys of a finding
        self.taken: set[Match] = set()  # parts that stood alone, and fit a key

    def settle(self, case: Case, finding: Finding) -> Finding:
        """Return the finding with the verdict on one of its keys, unless another key's was worse."""
        verdict, fitting = self._try(case)
        self._answered[case.number] += verdict.status != "not-checked"
        if _gravity(verdict) <= _gravity(finding.verdict):
            return finding
        if verdict.status in _PROVEN:
            self.taken.update(match for match in fitting if match not in finding.matches)
            finding = join(finding, fitting)
        return replace(finding, verdict=verdict)

    def _try(self, case: Case) -> tuple[Verdict, list[Match]]:
        """Try the nearest of each part, then the next of that which does not fit, until an answer settles it."""
        left = {part: list(matches) for part, matches in case.others.items()}
        proved: Verdict | None = None
        for _ in range(ATTEMPTS):
            chosen = {case.key.part or "": case.key, **{part: matches[0] for part, matches in left.items()}}
            verdict = self._answer(question_of(case, chosen, proved.site if proved else None))
            if verdict is None:
                self._left_out += proved is None
                break
            if proved and (verdict.status in {"undecided", "not-known"} or _is_vague(verdict)):
                break  # what was answered before stands: the key exists
            if verdict.status != "wrong-parts":
                return verdict, list(chosen.values())
            proved = replace(verdict, hosts=proved.hosts if proved else verdict.hosts)
            wrong = next((part for part in verdict.wrong if part in left), None)
            if wrong is None:
                break
            left[wrong].pop(0)
            proved = replace(proved, untried=len(left[wrong]))
            if not left[wrong]:
                break
        return proved or Verdict(), []

    def _answer(self, question: Question) -> Verdict | None:
        """Return the verdict on one way to put a key's parts together, or None where the limit forbids to ask."""
        known = self._verifiers.known(question)
        if known is None and self._asked != self._limit:
            self._asked += 1  # what is known costs nothing: with a cache, the next run gets further
            known = self._verifiers.ask(question)
        return known

    def unanswered(self, cases: Iterable[Case]) -> Iterable[int]:
        """Return the findings with a key that was not asked about."""
        return Counter(case.number for case in cases) - self._answered

    def notices(self) -> list[str]:
        """Say what the limit kept from being asked."""
        left_out = self._left_out
        return [f"{_count(left_out)} not checked, since --verify-limit was reached."] if left_out else []


def _is_vague(verdict: Verdict) -> bool:
    return verdict.status == "wrong-parts" and not verdict.wrong


_GRAVITIES = ("not-checked", "not-known", "undecided", "blocked", "wrong-parts", "ip-bound", "live-limited", "live")


def _gravity(verdict: Verdict) -> tuple[int, bool, float]:
    weight = weigh(verdict)
    return _GRAVITIES.index(verdict.status), verdict.untried > 0 or bool(verdict.left), weight[1] if weight else 0.0
