"""Where a file says that it gets keyguard from, in whatever layout: the places that a pin stands in.

    uses: NAME@REF                        an action or a workflow; on Gitea and Forgejo also by its address
    repo: ADDRESS, rev: REF               hooks of pre-commit's; `repo: local` ones run what is installed
    component: HOST/PATH/keyguard@REF     GitLab's includes, also `project`, `ref` and `remote`
    git+ADDRESS@REF, ADDRESS#sha256=HASH  what pip installs, anywhere in a text
    keyguard==VERSION                     the same, of an index

A file is read as YAML, of which nothing is built; what it says is a stranger's word, and is checked before it is shown.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from keyguard import home
from keyguard.cli.setup import CannotAddError
from keyguard.cli.setup.layout import field, items
from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.home import Source

LOCAL = "local"
"""What pre-commit calls hooks that it fetches from nowhere."""

INSTANCE = "$CI_SERVER_FQDN"
"""What a component's address begins with on whatever instance of GitLab's it is."""

_NAME = "keyguard"
_IDS = (_NAME, "keyguard-push")
_MOST = 1000  # of one file that are looked at
_LONGEST = 1000  # characters of an address
_CALLED = re.compile(r"(?i)(?:^|[/:])keyguard(?:\.git)?(?:[:@]|$)")  # as the last part of an address; not keyguard-app
_USES = re.compile(r"(?P<host>https?://[^\s@/]+/)?(?P<name>[\w.-]+/[\w.-]+)(?:/[^\s@]*)?@(?P<ref>\S+)")
_COMPONENT = re.compile(r"(?P<host>[^/\s]+)(?P<path>/\S+)/[^/@\s]+@(?P<ref>\S+)")
_VARIABLE = re.compile(r"\$\{?CI_SERVER_(?:FQDN|HOST)\}?")
_EXTRAS = r"keyguard(?:\[[\w,-]{0,50}\])?"
_WORD = r"[^\s\"'\\]{0,500}"
_DIRECT = re.compile(
    rf"(?<![\w./-]){_EXTRAS} ?@ ?(?P<named>(?:git\+|https?:|file:|\$){_WORD})"
    rf"|(?P<git>git\+{_WORD})|(?P<file>https?://{_WORD}\.(?:whl|zip|tar\.gz)(?:#sha256=\w*)?)"
)
_OF_IT = re.compile(r"(?i)/keyguard(?:(?:\.git)?(?![\w.-])|-\d)")  # a repository, an archive of it, a wheel
_VERSION = re.compile(rf"(?<![\w./-]){_EXTRAS}==(?P<version>[^\s\"';\\]+)(?: --hash=sha256:(?P<sha256>\w+))?")
_INDEX = re.compile(r"(?:--index-url[ =]|(?<=\s)-i |PIP_INDEX_URL: *)[\"']?(?P<url>[^\s\"']+)")
_INSTALLS = r"(?:uvx|uv tool run|pipx run|uv add|(?:pip3?|pipx|uv(?: tool| pip)?)(?: -[^\s;&|]+){0,9} install)\b"
_BARE_NAME = rf"[\"']?(?P<name>(?<![\w./-]){_EXTRAS}(?:[<>~!]=?[^\s\"']*)?)(?=[\"']?(?:[\s;&|]|$))(?!\s@)"
_BARE = (  # a line may go on behind a backslash
    re.compile(rf"(?i)\b{_INSTALLS}(?:(?:(?!--from|--spec)(?:\\\r?\n|[^\n;&|])){{0,500}}?\s)?{_BARE_NAME}"),
    re.compile(rf"(?i)\s--(?:from|spec|with)[ =]{_BARE_NAME}"),
)
_NAMED = re.compile(rf"(?i){_EXTRAS}(?: ?[<>~!=;@].*)?")
_REMOTE = re.compile(r"https?://\S*/keyguard(?:\.git)?/\S*\.ya?ml(?:\?\S*)?|https?://\S*/keyguard\.ya?ml(?:\?\S*)?")
_COMMENT = re.compile(r"(?m)^[ \t]*#.*$")

_Mark = tuple[int, int, str]
_Url = tuple[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a text that says where keyguard comes from, and what it says, unchecked.

    `marks` are the parts of the text that a pin is made of, each with what stands in it. Without a source, it runs what
    is installed, or whatever has the bare name.
    """

    at: int
    form: str
    source: Source | None
    marks: tuple[_Mark, ...] = ()


def references(text: str) -> list[Reference]:
    """Return the places of a YAML file that say where keyguard comes from; CannotAddError if it is none."""
    found = list(islice(_found(text), _MOST + 1))
    if len(found) > _MOST:
        raise CannotAddError("")
    return sorted(found, key=lambda one: one.at)


def _found(text: str) -> Iterator[Reference]:
    urls = [(found["url"], found.span("url")) for found in _INDEX.finditer(text)]
    for node in _nodes(text):
        if isinstance(node.value, str):
            yield from _of_text(text, node, urls)
        elif node.id == "mapping":
            fields = {key.value: value for key, value in node.value if isinstance(key.value, str)}
            for name, read in _FIELDS.items():
                if name in fields and isinstance(fields[name].value, str) and (one := read(text, node, fields)):
                    yield one


def _nodes(text: str) -> Iterator[Any]:
    """Return each node of a file once, whatever refers to it."""
    import yaml

    try:
        left: list[Any] = [node for node in yaml.compose_all(text, Loader=yaml.SafeLoader) if node is not None]
    except (yaml.YAMLError, RecursionError):
        raise CannotAddError("") from None
    seen = set[int]()
    while left:
        node = left.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if not isinstance(node.value, str):
            left += (one for entry in node.value for one in (entry if isinstance(entry, tuple) else (entry,)))


# --- what a field says


def _uses(text: str, node: Any, fields: dict[str, Any]) -> Reference | None:
    value = fields["uses"]
    found = _USES.fullmatch(value.value)
    if value.value.startswith("./") or not (_CALLED.search(found["name"] if found else value.value) or _is_ours(node)):
        return None
    if found is None:
        return Reference(value.start_mark.index, "uses", home.Repository(value.value, ""))
    address = (found["host"] or "https://github.com/") + found["name"]
    start = found.start("host") if found["host"] else found.start("name")
    marks = ((start, found.end("name"), "address" if found["host"] else "name"), (*found.span("ref"), "commit"))
    return _marked(text, value, "uses", home.Repository(address, found["ref"]), marks)


def _repo(text: str, node: Any, fields: dict[str, Any]) -> Reference | None:
    repo, ours = fields["repo"], any(field(hook, "id") in _IDS for hook in items(node, "hooks"))
    if repo.value == LOCAL:
        form = _form_of_local(node, ours=ours)
        return Reference(repo.start_mark.index, form, None) if form else None
    if not ours and not _CALLED.search(repo.value):
        return None
    return _pair(text, "repo", repo, fields.get("rev"), repo.value)


def _form_of_local(node: Any, *, ours: bool) -> str | None:
    """Return what local hooks are: of a bare name, of what is installed, or of what is told where it stands."""
    needed = [one.value for hook in items(node, "hooks") for one in items(hook, "additional_dependencies")]
    named = [one for one in needed if _NAMED.fullmatch(one)]
    if not all(_DIRECT.match(one) or _VERSION.match(one) for one in named):
        return "name"
    return LOCAL if ours and not named else None


def _component(text: str, node: Any, fields: dict[str, Any]) -> Reference | None:  # noqa: ARG001
    value = fields["component"]
    found = _COMPONENT.fullmatch(value.value)
    if found is None or not _CALLED.search(found["path"]):
        return None
    address = "https://" + _VARIABLE.sub(INSTANCE, found["host"]) + found["path"]
    marks = ((*found.span("ref"), "commit"),)
    return _marked(text, value, "include", home.Repository(address, found["ref"]), marks)


def _project(text: str, node: Any, fields: dict[str, Any]) -> Reference | None:  # noqa: ARG001
    project = fields["project"]
    if "file" not in fields or not _CALLED.search(project.value):
        return None
    pair = _pair(text, "include", project, fields.get("ref"), f"https://{INSTANCE}/{project.value.strip('/')}")
    return Reference(pair.at, pair.form, pair.source, pair.marks[1:])


_FIELDS = {"uses": _uses, "repo": _repo, "component": _component, "project": _project}


def _is_ours(step: Any) -> bool:
    """Tell whether a step is the one that `init` writes, whatever the repository is called."""
    return field(step, "id") == _NAME


def _pair(text: str, form: str, address: Any, commit: Any, said: str) -> Reference:
    """Return a reference whose address and commit stand in two fields."""
    ref = commit.value if commit is not None and isinstance(commit.value, str) else ""
    first = _marked(text, address, form, home.Repository(said, ref), ((0, len(address.value), "address"),))
    if not ref or not first.marks:
        return Reference(first.at, form, first.source)
    second = _marked(text, commit, form, first.source, ((0, len(ref), "commit"),))
    return Reference(first.at, form, first.source, (*first.marks, *second.marks) if second.marks else ())


def _marked(text: str, node: Any, form: str, source: Source | None, marks: tuple[_Mark, ...]) -> Reference:
    """Return a reference with its marks where they stand in the text.

    There are none where that is not as YAML reads it, or has an anchor, by which others may say the same.
    """
    start, end = node.start_mark.index, node.end_mark.index
    at = -1 if text.startswith("&", start) else text.find(node.value, start, end)
    placed = tuple((at + first, at + last, what) for first, last, what in marks) if at >= 0 else ()
    return Reference(start, form, source, placed)


# --- what a text says


def _of_text(text: str, node: Any, urls: list[_Url]) -> Iterator[Reference]:
    """Return what the commands and requirements in a scalar say, but not its comments."""
    start = node.start_mark.index
    if len(node.value) <= _LONGEST and _REMOTE.fullmatch(node.value):
        yield Reference(start, "include", home.Repository(node.value, ""))
    raw = _COMMENT.sub(lambda line: " " * len(line[0]), text[start : node.end_mark.index])
    for found in _DIRECT.finditer(raw):
        if one := _direct(found, start):
            yield one
    for found in _VERSION.finditer(raw):
        yield _version(found, start, urls)
    for bare in _BARE:
        yield from (Reference(start + found.start("name"), "name", None) for found in bare.finditer(raw))


def _direct(found: re.Match[str], start: int) -> Reference | None:
    name = found.lastgroup or ""
    said = found[name]
    place = (start + found.start(name), start + found.end(name), "direct")
    address, mark, sha256 = said.partition("#sha256=")
    # An input of a component's is given by its user.
    if said.startswith("$[[") or (name != "named" and not _OF_IT.search(said)):
        return None
    if mark or not said.startswith("git+"):
        return Reference(place[0], "direct", home.Archive(address, sha256), (place,))
    address, _, rest = said.removeprefix("git+").partition("#")[0].rpartition("/")
    last, _, ref = rest.partition("@")
    return Reference(place[0], "direct", home.Repository(f"{address}/{last}", ref, is_action=False), (place,))


def _version(found: re.Match[str], start: int, urls: list[_Url]) -> Reference:
    """Return what a version says: the index is that of the whole file, which is asked for its packages, too."""
    address = urls[0][0] if len({url for url, _ in urls}) == 1 else ""
    marks = tuple((*place, "address") for _, place in urls if address)
    requirement = (start + found.start(), start + found.end(), "requirement")
    source = home.Index(address, found["version"], found["sha256"] or "")
    # A hash can stand where one stood: nowhere else does pip take one.
    return Reference(start + found.start(), "index", source, (*marks, requirement) if address and source.sha256 else ())
