"""The options of a live check, which `scan` and `verify` share, and the user's consent to it.

Nobody but the user says where a credential goes: by what is typed, by `KEYGUARD_PROXY`, and by the settings in the
user's own configuration folder. The configuration of a scanned repository has no say.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing, contextmanager
from dataclasses import replace
from operator import ne
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keyguard import providers
from keyguard.cli import screen
from keyguard.errors import VerifyError
from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from keyguard.model import Finding, Outcome
    from keyguard.packs import RuleSet
    from keyguard.providers import Provider
    from keyguard.verify import Case, Memory, Terms, Verifiers

_Command = Any
"""A command function that click has not wrapped yet."""

_STORE = "verdicts.json"
_PROXY = "KEYGUARD_PROXY"


class Consent:
    """The user's word on the hosts that a credential may go to: given for all of them, or asked for one by one."""

    def __init__(self, ask: Callable[[str], bool] | None = None) -> None:
        self._ask = ask  # None: all that were named may be asked
        self._given: dict[str, bool] = {}

    def give(self, hosts: Iterable[str]) -> None:
        """Note hosts that were agreed to."""
        self._given |= dict.fromkeys(hosts, True)

    def __call__(self, host: str) -> bool:
        """Say whether a host may be asked; a question that was answered is not asked again."""
        if self._ask is None:
            return True
        if host not in self._given:
            try:
                self._given[host] = self._ask(host)
            except click.Abort:
                raise KeyboardInterrupt from None
        return self._given[host]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user wants of a check."""

    sites: tuple[tuple[str, str], ...] = ()  # a provider and one of its sites
    endpoint: str | None = None
    endpoint_ca: str | None = None
    proxy: str | None = None
    verify_timeout: float = 10.0
    verify_cache: bool = False
    show_account: bool = False
    debug: bool = False
    yes: bool = False
    verify_limit: int | None = None
    only_live: bool = False
    scanned: tuple[str, ...] = ()  # what the run scans: no cache in it is believed

    def settled(self) -> Wanted:
        """Return it with what the user's own settings say, where nothing else was typed."""
        from keyguard.cli import own

        proxy = os.environ.get(_PROXY) if self.proxy is None else self.proxy
        return replace(self, sites=self.sites or own.load(self.scanned).sites, proxy=proxy or None)

    def terms(self, may_ask: Callable[[str], bool]) -> Terms:
        """Return the terms on which providers are asked."""
        from keyguard.verify import Terms

        terms = Terms(
            sites=self.sites,
            endpoint=self.endpoint,
            endpoint_ca=Path(self.endpoint_ca) if self.endpoint_ca else None,
            proxy=self.proxy,
            may_ask=may_ask,
            timeout=self.verify_timeout,
            show_account=self.show_account,
        )
        return replace(terms, say=screen.say_debug) if self.debug else terms

    def memory(self) -> Memory:
        """Return the verdicts that are fresh."""
        from keyguard.verify import Memory

        asked_of = f"{self.endpoint}:{sorted(self.sites)}:{self.show_account}"
        return Memory(_Store(self.scanned) if self.verify_cache else None, asked_of)


def with_terms(function: _Command) -> _Command:
    """Give a command the options that say how a provider is asked."""
    for option in reversed(
        (
            *map(_site, providers.known().values()),
            click.option("--show-account", is_flag=True, help="Show the IP addresses that a key is bound to."),
            click.option(
                "--verify-timeout",
                type=click.FloatRange(0.1, 300),
                default=10.0,
                metavar="SECONDS",
                help="Timeout per request (default 10).",
            ),
            click.option("--verify-cache", is_flag=True, help="Keep verdicts for an hour, in your cache folder."),
            click.option("--yes", is_flag=True, help="Send without asking, to each of the hosts that are named."),
            click.option(
                "--proxy", metavar="URL", help="Connect through this proxy: http://[USER:PASSWORD@]HOST:PORT."
            ),
            click.option("--endpoint", metavar="URL", help="Ask a stand-in on this machine: https://127.0.0.1:PORT."),
            click.option("--endpoint-ca", metavar="FILE", help="The certificate that the stand-in is trusted by."),
            click.option("--debug", is_flag=True, help="Log each step to stderr; secrets are never logged."),
        )
    ):
        function = option(function)
    return function


def _site(provider: Provider) -> Callable[[_Command], _Command]:
    sites = ", ".join(site.id for site in provider.sites)
    return click.option(
        _option(provider.id),
        multiple=True,
        metavar="SITE",
        help=f"Ask only this site of {provider.title}, or several, with commas: {sites}.",
    )


def _option(provider: str) -> str:
    return f"--{providers.known()[provider].option.replace('_', '-')}"


def with_check(function: _Command) -> _Command:
    """Give `scan` the options of a check."""
    function = with_terms(function)
    for option in reversed(
        (
            click.option("--verify", is_flag=True, help="Ask what the credentials found may do; asks you first."),
            click.option("--only-live", is_flag=True, help="Leave out the keys that no host knows."),
            click.option("--verify-limit", type=click.IntRange(min=0), metavar="N", help="Send N credentials at most."),
        )
    ):
        function = option(function)
    return function


def take(options: dict[str, Any], *, verify: bool = True) -> Wanted | None:
    """Take the options of a check out of a command's; without --verify none of them may be there."""
    options["sites"] = tuple(
        (provider.id, word.strip())
        for provider in providers.known().values()
        for text in options.pop(provider.option, ())
        for word in text.split(",")
    )
    wanted = Wanted(**{name: options.pop(name) for name in Wanted.__slots__ if name in options})
    if wanted.debug:
        os.environ["KEYGUARD_DEBUG"] = "1"
    if verify:
        return wanted
    if replace(wanted, debug=False) != Wanted():
        others = replace(wanted, debug=False)
        name = next(name for name in Wanted.__slots__ if getattr(others, name) != getattr(Wanted(), name))
        option = _option(wanted.sites[0][0]) if name == "sites" else f"--{name.replace('_', '-')}"
        raise click.UsageError(f"{option} needs --verify.")
    return None


@contextmanager
def opened(wanted: Wanted, may_ask: Callable[[str], bool]) -> Iterator[Verifiers]:
    """Open the check; whatever cannot work on these terms is an error before anything is scanned or sent."""
    from keyguard.verify import VERIFIERS, Verifiers

    if wanted.endpoint_ca and wanted.endpoint is None:
        raise click.UsageError("--endpoint-ca needs --endpoint.")
    with closing(Verifiers(wanted.terms(may_ask), wanted.memory())) as verifiers:
        for provider in VERIFIERS:
            verifiers[provider]
        yield verifiers


def prepare(wanted: Wanted) -> None:
    """Say before the scan what would keep a check from being made after it."""
    if not wanted.yes and not can_ask():
        raise VerifyError("--verify asks before it sends anything, and nobody is there to answer.", "Add --yes.")
    with opened(wanted, Consent()):
        pass


def consent(wanted: Wanted, what: str) -> Consent:
    """Return the user's word on hosts: --yes is for all that were named, and so is each site that was typed."""
    if wanted.yes or wanted.sites:
        return Consent()
    return Consent(lambda host: click.confirm(f"That did not settle it. Send {what} to {host} too?", err=True))


def check(outcome: Outcome, rules: RuleSet, wanted: Wanted, troubles: list[Exception], *, quiet: bool) -> Outcome:
    """Ask about what was found, when the user agrees, and return the outcome with what was said.

    What ended the asking is added to `troubles`, for whoever has reported what was said until then.
    """
    from keyguard import verify

    asked_about = [finding for finding in outcome.findings if finding.provider in verify.VERIFIERS]
    outcome = replace(outcome, notices=(*outcome.notices, *verify.unreadable(asked_about)))
    cases = verify.plan(outcome.findings, [pack for pack in rules.packs if pack.id in verify.VERIFIERS])
    if cases and outcome.complete:  # whoever interrupts the reading wants no sending
        with screen.checking(len(cases), quiet=quiet) as progress:
            may_ask = consent(wanted, "what is not settled")
            with opened(wanted, progress.paused(may_ask)) as verifiers:
                if stopped := _declined(outcome, cases, verifiers, wanted, may_ask):
                    outcome = stopped
                else:
                    limit, show = wanted.verify_limit, progress.show
                    outcome = verify.check(outcome, cases, verifiers, limit=limit, progress=show, troubles=troubles)
                    outcome = outcome if outcome.complete else _interrupted(outcome, len(cases), progress.done)
    return _only_live(outcome) if wanted.only_live else outcome


def _declined(
    outcome: Outcome, cases: Sequence[Case], verifiers: Verifiers, wanted: Wanted, may_ask: Consent
) -> Outcome | None:
    """Say what is sent where, and return what is left of the check when the user does not agree to it."""
    from keyguard import verify

    new = verify.unasked(cases, verifiers) if wanted.verify_limit != 0 else []
    for line in verify.notice(new, verifiers, wanted.verify_limit):
        screen.say(line)
    if new:
        say_way(wanted)
    try:
        if new and not wanted.yes and not click.confirm("Send them?", err=True):
            return replace(outcome, notices=(*outcome.notices, "Nothing was sent, as you wished."))
    except click.Abort:  # Ctrl-C: nothing is sent, and what was found is still reported
        return _interrupted(outcome, len(cases), 0)
    may_ask.give(way[0] for way in verify.ways(new, verifiers))
    return None


def say_way(wanted: Wanted) -> None:
    """Say by which proxy the hosts are reached."""
    if wanted.proxy:
        from keyguard.verify import https

        screen.say(f"They are reached through the proxy {https.proxy(wanted.proxy)}, which sees only their names.")


def _interrupted(outcome: Outcome, cases: int, done: int) -> Outcome:
    """Say that it was the check that ended early, and of how many credentials nothing is known for that."""
    notice = f"The check was interrupted: {cases - done:,} of {_counted(cases, 'credential')} not checked."
    return replace(outcome, complete=False, notices=(*outcome.notices, notice))


def _only_live(outcome: Outcome) -> Outcome:
    """Suppress what no host knows, and nothing else: what was not asked, or not answered, may be alive."""
    findings = tuple(map(_without_unknown, outcome.findings))
    left_in = [finding for finding in findings if _is_unknown(finding)]
    notices = [*_left_out(sum(map(ne, findings, outcome.findings))), *_left_in(left_in)]
    return replace(outcome, findings=findings, notices=(*outcome.notices, *notices))


def _left_out(number: int) -> Iterator[str]:
    if number:
        which = _counted(number, "finding")
        yield f"--only-live left out {which}: each host that may know its key was asked, and none knows it."


def _left_in(findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        left = dict.fromkeys(host.partition(" ")[0] for finding in findings for host in finding.verdict.left)
        yield (
            f"--only-live left {_counted(len(findings), 'finding')} in: the hosts that were asked do not know its key, "
            f"and not every host that may know it was asked (not {', '.join(left)})."
        )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _is_unknown(finding: Finding) -> bool:
    return finding.verdict.status == "not-known" and not finding.suppressed


def _without_unknown(finding: Finding) -> Finding:
    from keyguard.model import Suppression

    if not _is_unknown(finding) or finding.verdict.left:
        return finding
    reason = f"not known to {', '.join(finding.verdict.hosts)}"
    return replace(finding, suppressed=Suppression("only-live", "--only-live", reason))


def can_ask() -> bool:
    """Tell whether there is somebody to ask."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


class _Store:
    """The file of verdicts in the user's cache."""

    def __init__(self, scanned: Sequence[str]) -> None:
        from keyguard import cache

        self._cache = cache.opened(scanned)

    def load(self) -> bytes | None:
        """Return what was kept."""
        return self._cache.load(_STORE)

    def save(self, data: bytes) -> None:
        """Keep it."""
        self._cache.save(_STORE, data)
