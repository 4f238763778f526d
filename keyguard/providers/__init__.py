"""What code knows of a provider beyond its pack: a folder a provider, whose `PROVIDER` tells it in words for all.

So what reports, checks and completes knows no provider by name. `keyguard.providers.<id>` is found because it is there.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

READ, TRADE, WITHDRAW = "read_only", "trade", "withdraw"
PERMISSIONS = (WITHDRAW, TRADE, READ)
"""What a key may do, the most dangerous first: a verifier translates its provider's words into these."""
UNNAMED = "other"  # stands for a permission whose word is not shown


@dataclass(frozen=True, slots=True)
class Expiry:
    """When an unused key is deleted by itself: one of a live account, bound to no address, that may do any of these."""

    days: int
    powers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Site:
    """One of a provider's legal entities or products: keys of one are unknown to the others."""

    id: str
    title: str
    host: str  # that answers the API
    keys: str  # the page on which a key is deleted
    keys_of_demo: str  # the same, of demo trading
    records: str | None  # the page that shows when a key was used, and from where
    documented: str  # the page that names the host
    expiry: Expiry | None = None
    look: str = ""  # where else its use can be seen, one sentence


@dataclass(frozen=True, slots=True)
class Given:
    """A part of a credential, as somebody who has it gives it."""

    name: str
    variables: tuple[str, ...]  # of the environment, the usual one first
    shown: int = 0  # of its characters
    chosen: bool = False  # by its owner: spaces are of it


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider that can be asked what a credential of it may do."""

    id: str
    title: str
    verifier: str  # the module that asks it; see `keyguard.verify`
    sites: tuple[Site, ...]
    parts: tuple[Given, ...]  # the one that is no secret first

    @property
    def option(self) -> str:
        """The name of the setting that chooses among its sites."""
        return f"{self.id}_site"


@functools.cache
def known() -> Mapping[str, Provider]:
    """Return the providers by their ids."""
    modules = (importlib.import_module(f"{__name__}.{name}") for _, name, _ in pkgutil.iter_modules(__path__))
    return {module.PROVIDER.id: module.PROVIDER for module in modules}


def asked(hosts: Iterable[str]) -> list[Site]:
    """Return the sites among the hosts of a verdict: none where it is of a provider that code knows nothing of."""
    names = {host.partition(" ")[0] for host in hosts}  # behind it, a stand-in's address
    return [site for provider in known().values() for site in provider.sites if site.host in names]


def unasked(hosts: Iterable[str]) -> list[Site]:
    """Return the other sites of whose provider some were asked."""
    done = asked(hosts)
    asked_of = [provider for provider in known().values() if any(site in done for site in provider.sites)]
    return [site for provider in asked_of for site in provider.sites if site not in done]


def choosing(sites: Iterable[Site]) -> str:
    """Return the option that asks at these sites: '--acme-site eea,us'."""
    wanted = list(sites)
    provider = next(one for one in known().values() if wanted[0] in one.sites)
    return f"--{provider.option.replace('_', '-')} {','.join(site.id for site in wanted)}"
