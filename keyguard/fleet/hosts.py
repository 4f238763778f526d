"""What a host lists: the repositories of an organisation or a group, page by page, at its pace.

The token goes to the host of the API and nowhere else: a page that points elsewhere is not asked for.
"""

from __future__ import annotations

import os
import ssl
import time
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from keyguard import __version__
from keyguard.errors import SourceError
from keyguard.fleet.wanted import Wanted
from keyguard.frozen import dataclass
from keyguard.veil import covered

if TYPE_CHECKING:
    from collections.abc import Iterator

TRIES = 6  # of one page
LONGEST_PAUSE = 900.0  # seconds that a host may ask for
_LARGEST = 32 << 20  # bytes of one page
_LATER = frozenset({403, 408, 425, 429, 500, 502, 503, 504})

APIS = {"github": "https://api.github.com", "gitlab": "https://gitlab.com/api/v4", "gitea": ""}
TOKENS = {"github": "GITHUB_TOKEN", "gitlab": "GITLAB_TOKEN", "gitea": "GITEA_TOKEN"}
_CLONED_FROM = {"api.github.com": "github.com"}  # one service under two names


class _Parent(msgspec.Struct):
    id: int = 0
    full_name: str = ""
    path_with_namespace: str = ""


class _Listed(msgspec.Struct):
    """A repository, as any of the three tells of it."""

    id: int
    full_name: str = ""
    path_with_namespace: str = ""
    clone_url: str = ""
    http_url_to_repo: str = ""
    fork: bool = False
    archived: bool = False
    parent: _Parent | None = None
    forked_from_project: _Parent | None = None
    pushed_at: str | None = None
    last_activity_at: str | None = None
    updated_at: str | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """The API of one host."""

    kind: str
    api: str
    token: str = ""
    ca_file: str = ""
    pause: float = 1.0  # seconds before a page is asked for again; each is twice the one before

    @classmethod
    def of(cls, source: str, api: str, token_variable: str, ca_file: str = "") -> Host:
        """Return the host of `github:ORG` and its like, with the token that a variable of the environment holds."""
        kind = source.partition(":")[0]
        place = api or APIS[kind]
        if urlsplit(place).scheme not in {"https", "http"}:
            raise SourceError(f"nothing says where the API of {source!r} is", "--api URL says it")
        return cls(kind, place.rstrip("/"), os.environ.get(token_variable or TOKENS[kind], ""), ca_file)

    def __repr__(self) -> str:
        """Say all but the token."""
        return f"Host({self.kind!r}, {self.api!r})"

    @property
    def token_host(self) -> str:
        """The host that clones may send the token to."""
        name = urlsplit(self.api).netloc
        return _CLONED_FROM.get(name, name)

    def listing(self, owner: str) -> Iterator[Wanted]:
        """Yield the repositories of an organisation, a user or a group with its subgroups."""
        verify = ssl.create_default_context(cafile=self.ca_file) if self.ca_file else True
        headers = {"User-Agent": f"keyguard/{__version__}", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"{'token' if self.kind == 'gitea' else 'Bearer'} {self.token}"
        with httpx.Client(
            headers=headers, trust_env=False, verify=verify, timeout=60, follow_redirects=False
        ) as client:
            for place in self._places(owner):
                first = self._page(client, place)
                if first is not None:
                    yield from self._all(client, first)
                    return
        raise SourceError(f"{self.kind} knows no {covered(owner)!r}", "check its name, and what the token may read")

    def _places(self, owner: str) -> list[str]:
        if self.kind == "gitlab":
            query = "include_subgroups=true&per_page=100&order_by=id&sort=asc&simple=false"
            return [f"{self.api}/groups/{quote(owner, safe='')}/projects?{query}"]
        size = "per_page=100" if self.kind == "github" else "limit=50"
        name = quote(owner, safe="")
        return [f"{self.api}/orgs/{name}/repos?{size}&page=1", f"{self.api}/users/{name}/repos?{size}&page=1"]

    def _all(self, client: httpx.Client, page: httpx.Response | None) -> Iterator[Wanted]:
        while page is not None:
            try:
                listed = msgspec.json.decode(page.content, type=list[_Listed])
            except msgspec.MsgspecError:
                raise SourceError(f"{self._name} answered with no list of repositories", "check --api") from None
            yield from map(self._wanted, listed)
            following = page.links.get("next", {}).get("url", "")
            if following and urlsplit(following)[:2] != urlsplit(self.api)[:2]:
                raise SourceError(f"{self._name} points to another host for its next page", "check --api")
            page = self._page(client, following) if following else None

    @property
    def _name(self) -> str:
        return urlsplit(self.api).netloc

    def _page(self, client: httpx.Client, url: str) -> httpx.Response | None:
        """Return a page, or None where the host has no such owner; waits as long as the host asks to."""
        pause = self.pause
        for attempt in range(TRIES):
            answer = self._ask(client, url)
            if answer is not None and answer.status_code == httpx.codes.OK:
                return answer
            if answer is not None and answer.status_code == httpx.codes.NOT_FOUND:
                return None
            if answer is not None and not _is_passing(answer):
                raise SourceError(
                    f"{self._name} refused to list it: {answer.status_code}", "check the token and what it may read"
                )
            if attempt < TRIES - 1:
                time.sleep(min(_asked_pause(answer, pause), LONGEST_PAUSE))
            pause *= 2
        raise SourceError(f"{self._name} did not answer in {TRIES} tries", "try again later")

    @staticmethod
    def _ask(client: httpx.Client, url: str) -> httpx.Response | None:
        try:
            with client.stream("GET", url) as answer:
                content = b""
                for piece in answer.iter_bytes():
                    content += piece
                    if len(content) > _LARGEST:
                        return None
                return httpx.Response(answer.status_code, headers=_plain(answer.headers), content=content)
        except httpx.TransportError:
            return None

    def _wanted(self, one: _Listed) -> Wanted:
        parent = one.parent or one.forked_from_project
        name = one.full_name or one.path_with_namespace
        return Wanted(
            id=f"{self.kind}:{self._name}:{one.id}",
            name=name,
            address=one.clone_url or one.http_url_to_repo,
            fork_of=f"{self.kind}:{self._name}:{parent.id}" if parent else "",
            forked_name=(parent.full_name or parent.path_with_namespace) if parent else "",
            is_fork=one.fork or parent is not None,
            is_archived=one.archived,
            updated=one.pushed_at or one.last_activity_at or one.updated_at or "",
        )


def _plain(headers: httpx.Headers) -> list[tuple[str, str]]:
    """Return the headers of a body that has been unpacked."""
    return [(name, value) for name, value in headers.items() if name not in {"content-encoding", "content-length"}]


def _is_passing(answer: httpx.Response) -> bool:
    """Say whether the host may answer later; 403 does so only where it is a limit of rate."""
    if answer.status_code == httpx.codes.FORBIDDEN:
        return "retry-after" in answer.headers or answer.headers.get("x-ratelimit-remaining") == "0"
    return answer.status_code in _LATER


def _asked_pause(answer: httpx.Response | None, pause: float) -> float:
    if answer is None:
        return pause
    for name, since in (("retry-after", 0.0), ("x-ratelimit-reset", time.time()), ("ratelimit-reset", time.time())):
        text = answer.headers.get(name, "")
        if text.isdigit():
            return max(float(text) - since, 0.0)
    return pause
