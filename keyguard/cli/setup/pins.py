"""The pins in a repository's files: what each says, whether that is this keyguard, and how they move.

What stands as `keyguard init` wrote it, this version or an earlier one, is written anew for another source. Of all else
only the pin itself is replaced, where it stands in a form that the other source has too.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from keyguard import home
from keyguard.cli import setup
from keyguard.cli.setup import CannotAddError, configuration, hooks, pipelines
from keyguard.cli.setup.layout import newline
from keyguard.cli.setup.references import INSTANCE, LOCAL, Reference, references
from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.cli.setup import Part
    from keyguard.home import Home, Source

PARTS: dict[str, Callable[[str], list[Part]]] = {
    setup.PRE_COMMIT: hooks.parts,
    setup.GITHUB: pipelines.workflow_parts,
    setup.GITLAB: pipelines.job_parts,
}
"""The files that `init` writes pins into, and where they are ours."""

WORKFLOWS = (".github", ".gitea", ".forgejo")
"""Where workflows and actions lie, of GitHub's and those that have the same."""

_COMMENT = re.compile(r" +# (?:frozen: )?v[\w.+]+(?=\r?$)", re.MULTILINE)
_PLAIN = re.compile(r"[\w.~+/:$@-]{1,200}", re.ASCII)
_HOST = re.compile(r"^\w+://(?:[^/@]*@)?|/.*")
_EDITED = "not as `keyguard init` writes it"
_ANYBODYS = "the bare name, which may be anybody's on the index that is asked"
_ANY_INSTANCE = "gitlab.invalid"


@dataclass(frozen=True, slots=True)
class CheckedPin:
    """What is to be said of a place in a file: whether it gets this keyguard, and in words.

    `pinned` is what it is pinned to; None where it is not, or to what is installed.
    """

    name: str
    line: int | None
    is_well: bool
    said: str
    pinned: tuple[object, ...] | None = None

    @property
    def where(self) -> str:
        """The file and the line."""
        return f"{self.name}:{self.line}" if self.line else self.name


@dataclass(frozen=True, slots=True)
class _Place:
    """A reference, and the part that it stands in where that is as some `init` wrote it."""

    reference: Reference
    part: Part | None = None
    form: int = 0
    is_earlier: bool = False


def checked(name: str, text: str, found: Home) -> list[CheckedPin]:
    """Return what a file says of where keyguard comes from, place by place."""
    if name == setup.CONFIG:
        said = "its comment, as an earlier `keyguard init` wrote it, names an address: "
        return [CheckedPin(name, line, is_well=False, said=said + _plain(at)) for line, at in configuration.stale(text)]
    try:
        places = _places(name, text)
    except CannotAddError:
        return [CheckedPin(name, None, is_well=False, said="not checked: it has an unusual form")]
    if not places and name in PARTS:
        said = "does not say where keyguard comes from"
        if _parts(name, text):
            return [CheckedPin(name, None, is_well=False, said=f"changed: it {said}, and is {_EDITED}")]
        return [CheckedPin(name, None, is_well=True, said=said)]
    return [_pin(name, text, place, found) for place in places]


def moved(name: str, text: str, found: Home) -> str:
    """Return a file with those of its pins that can be moved at this keyguard."""
    if name == setup.CONFIG:
        return configuration.renewed(text)
    try:
        places = _places(name, text)
    except CannotAddError:
        return text
    source = found.source
    # An anchor says for several places what is replaced once.
    changes = {change for place in places for change in _changes(text, place, found, source)} if source else set()
    for start, end, after in sorted(changes, reverse=True):
        text = text[:start] + after + text[end:]
    return text


def by_hand(name: str, source: Source, version: str | None) -> str:
    """Return what to put in the place of a pin that cannot be moved."""
    if name == setup.PRE_COMMIT:
        return hooks.with_hooks("", source, version)
    if name == setup.GITLAB:
        return pipelines.job(source, version)
    return pipelines.steps(source, version) if name.startswith(WORKFLOWS) else pipelines.commands(source, version)


# --- what stands there


def _places(name: str, text: str) -> list[_Place]:
    """Return the references of a file; of those in a part that is as it was written the first stands for all."""
    found, places = references(text), list[_Place]()
    for part in _parts(name, text) if found else ():
        within = [one for one in found if part.start <= one.at < part.end]
        known = _known(text, part, within[0].source) if within else None
        if known:
            found = [one for one in found if one not in within]
            places.append(_Place(within[0], part, *known))
    return sorted([*places, *map(_Place, found)], key=lambda place: place.reference.at)


def _parts(name: str, text: str) -> list[Part]:
    try:
        return PARTS[name](text) if name in PARTS else []
    except CannotAddError:  # a form to which `init` adds nothing
        return []


def _known(text: str, part: Part, source: Source | None) -> tuple[int, bool] | None:
    """Return in which form a part stands, and whether an earlier version wrote it; None if somebody changed it."""
    bare = _bare(text[part.start : part.end].replace("\r\n", "\n"))
    now = ((number, form, False) for number, form in enumerate(part.render(source, None)))
    before = ((number, form, True) for form, number in part.earlier(source))
    return next(((number, is_old) for number, form, is_old in (*now, *before) if _bare(form) == bare), None)


def _bare(part: str) -> str:
    return _COMMENT.sub("", part).strip("\n")


# --- what is said of it


def _pin(name: str, text: str, place: _Place, found: Home) -> CheckedPin:
    reference = place.reference
    line = text.count("\n", 0, reference.at) + 1
    if reference.source is None:
        return CheckedPin(name, line, *_of_no_source(place, found))
    if isinstance(reference.source, home.Index) and not reference.source.address:
        said = f"not pinned: version {reference.source.version} of {_ANYBODYS}"
        return CheckedPin(name, line, is_well=False, said=said)
    try:
        source = _checked(reference.source, found.source)
    except ValueError as error:
        return CheckedPin(name, line, is_well=False, said=f"not pinned: {_named(reference.source)}: {error}")
    shown = _named(reference.source) if INSTANCE in reference.source.address else str(source)
    return CheckedPin(name, line, *_compared(source, shown, place, found), (source.place, *_what(source)))


def _compared(source: Source, shown: str, place: _Place, found: Home) -> tuple[bool, str]:
    edited = "" if place.part else f"; the rest of it is {_EDITED}, and stays"
    if place.is_earlier:
        return False, f"as an earlier `keyguard init` wrote it: pinned to {shown}"
    if found.source is None:
        is_another = isinstance(source, home.Repository) and found.commit not in {None, source.commit}
        return not is_another, f"{'another version: ' if is_another else ''}pinned to {shown}{edited}"
    is_there = source.place == found.source.place
    if not _is_same(source, found):
        return False, f"another {'version' if is_there else 'source'}: pinned to {shown}{edited}"
    if found.is_said:
        but = ", which is not what is installed" if found.is_contradicted else ""
        return True, f"pinned to {shown}, as {found.basis} says{but}{edited}"
    return True, f"pinned to this keyguard, {'' if is_there else 'at another address, '}{shown}{edited}"


def _of_no_source(place: _Place, found: Home) -> tuple[bool, str]:
    if place.reference.form != LOCAL:
        return False, f"not pinned: {_ANYBODYS}"
    if not place.part:
        return False, f"changed: it is {_EDITED}"
    said = "runs the keyguard that is installed"
    can_be_pinned = found.source is not None and not isinstance(found.source, home.Index)
    return not can_be_pinned, f"not pinned: it {said}" if can_be_pinned else said


def _checked(source: Source, ours: Source | None) -> Source:
    """Return a source as it may be shown and written; ValueError if it is not pinned.

    A component of GitLab's own instance is on the host that this keyguard is from, for want of another.
    """
    host = _HOST.sub("", ours.address) if ours else _ANY_INSTANCE
    checked = home.parse(str(replace(source, address=source.address.replace(INSTANCE, host))))
    if isinstance(checked, str):
        raise ValueError("it names no commit")  # noqa: TRY004 - the type says what the text lacks
    if why := home.stands_for(checked):
        raise ValueError(why)
    return checked


def _named(source: Source) -> str:
    """Return what a file says, pinned or not, as it may be shown: without credentials, if it is of plain characters."""
    return _plain(str(source).removesuffix("@").removesuffix("#sha256=").removeprefix("git+"))


def _plain(said: str) -> str:
    said = re.sub(r"(?<=//)[^/\s]*@", "", said)
    return said if all(map(_PLAIN.fullmatch, re.split("[ #=]", said))) else "an address that is not shown as it stands"


# --- how it moves


def _changes(text: str, place: _Place, found: Home, source: Source) -> list[tuple[int, int, str]]:
    """Return what to put where in a text, so that a place gets this keyguard, which is from `source`."""
    reference, part = place.reference, place.part
    own = _own(reference.source, found)
    if part:
        # Its version is said anew, too, where it is known.
        stays = own is not None and not place.is_earlier and not found.version
        after = part.render(own or source, found.version)[place.form].replace("\n", newline(text))
        return [] if stays else [(part.start, part.end, after)]
    return _replaced(text, reference, source, found.version) if reference.source and not own else []


def _own(source: Source | None, found: Home) -> Source | None:
    """Return a source as it stands if it is this keyguard."""
    try:
        return source if source and _is_same(_checked(source, found.source), found) else None
    except ValueError:
        return None


def _replaced(text: str, reference: Reference, source: Source, version: str | None) -> list[tuple[int, int, str]]:
    """Replace the pin alone, if the other source can be said in the form in which it stands."""
    pieces = [(start, end, _piece(what, source)) for start, end, what in reference.marks]
    changes = [(start, end, piece) for start, end, piece in pieces if piece is not None]
    if not changes or len(changes) < len(pieces) or not _can_stay(reference, source):
        return []
    end = max(end for _, end, _ in changes)
    line = text[end:].split("\n", 1)[0]
    if comment := _COMMENT.search(line):
        changes.append((end + comment.start(), end + comment.end(), _said_again(comment[0], version)))
    return changes


def _piece(what: str, source: Source) -> str | None:
    """Return the text by which a mark says a source; None where it cannot."""
    said: dict[str, str | None] = {}
    if isinstance(source, home.Repository):
        said = {"name": source.action, "address": source.address, "commit": source.commit, "direct": f"git+{source}"}
    elif isinstance(source, home.Archive):
        said = {"direct": str(source)}
    else:
        said = {"address": source.address, "requirement": source.requirement}
    return said.get(what)


def _can_stay(reference: Reference, source: Source) -> bool:
    """Tell whether all that differs is in a reference's marks: an include has none for its address."""
    if reference.form != "include" or not isinstance(reference.source, home.Repository):
        return True
    try:
        return _checked(replace(reference.source, commit=source.pin), source).place == source.place
    except ValueError:
        return False


def _said_again(comment: str, version: str | None) -> str:
    """Return a comment that says the version of a pin with the version that it is now."""
    if "# frozen: " in comment:
        return hooks.comment(version)
    return f" # v{version}" if version else ""


def _is_same(source: Source, found: Home) -> bool:
    """Tell whether a source is this keyguard; the address counts if somebody said which, as a commit or hash is one."""
    if found.source is None or _what(source) != _what(found.source):
        return False
    return source.place == found.source.place or not found.is_said


def _what(source: Source) -> tuple[str, ...]:
    return (source.version, source.sha256) if isinstance(source, home.Index) else (source.pin,)
