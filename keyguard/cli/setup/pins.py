"""The pins in files of an earlier `keyguard init`: what each says, whether that is this keyguard, and how they move.

A file that is as it was written is written anew for another source. In one that somebody changed only the pin itself is
replaced, where it stands in a form that the other source has too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard import home
from keyguard.cli import setup
from keyguard.cli.setup import CannotAddError, hooks, pipelines
from keyguard.cli.setup.layout import newline

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.cli.setup import Pinned
    from keyguard.home import Home, Source

FILES: dict[str, Callable[[str], Pinned | None]] = {
    setup.PRE_COMMIT: hooks.pinned_hooks,
    setup.GITHUB: pipelines.pinned_workflow,
    setup.GITLAB: pipelines.pinned_job,
}

_COMMENT = re.compile(r" +# (?:frozen: )?v[\w.+]+$", re.MULTILINE)


def told(text: str, pinned: Pinned, source: Source | None) -> tuple[bool, str]:
    """Return whether a file gets this keyguard, written as this version writes it, and what is to be said of it."""
    if pinned.source is None:
        return _of_no_pin(text, pinned, source)
    try:
        written = home.parse(str(pinned.source))
    except ValueError as error:
        return False, f"not pinned: {error}"
    changed = _written(text, pinned) is None
    if _is_same(pinned.source, source):
        said = f"pinned to this keyguard, {written}"
        return not changed, f"changed: {said}, and differs from what `keyguard init` writes" if changed else said
    kind = "version" if source and _place(pinned.source) == _place(source) else "source"
    return False, f"another {kind}: pinned to {written}{', and changed' if changed else ''}"


def _of_no_pin(text: str, pinned: Pinned, source: Source | None) -> tuple[bool, str]:
    said = "runs the keyguard that is installed"
    if pinned.form != hooks.LOCAL:
        return False, "changed: it has no pin that `keyguard init` writes"
    if _written(text, pinned) is None:
        return False, f"changed: it {said}, and differs from what `keyguard init` writes"
    pinnable = _bare(pinned.render(source, None)[0]) != _bare(_part(text, pinned))
    return not pinnable, f"not pinned: it {said}" if pinnable else said


def moved(text: str, pinned: Pinned, found: Home) -> str:
    """Return a file whose pin is this keyguard; CannotAddError says what it would be where somebody has to do it."""
    form = _written(text, pinned)
    if pinned.source and _is_same(pinned.source, found.source) and (form is None or not found.version):
        return text
    if form is not None:
        after = pinned.render(found.source, found.version)[form]
    elif pinned.source is None:
        return text
    else:
        after = _replaced(_part(text, pinned), pinned, found)
    return text[: pinned.start] + after.replace("\n", newline(text)) + text[pinned.end :]


def _part(text: str, pinned: Pinned) -> str:
    return text[pinned.start : pinned.end].replace("\r\n", "\n")


def _written(text: str, pinned: Pinned) -> int | None:
    """Return in which of the forms that `keyguard init` writes a part stands; None where somebody changed it."""
    part, forms = _bare(_part(text, pinned)), pinned.render(pinned.source, None)
    return next((number for number, form in enumerate(forms) if _bare(form) == part), None)


def _bare(part: str) -> str:
    return _COMMENT.sub("", part).strip("\n")


def _replaced(part: str, pinned: Pinned, found: Home) -> str:
    """Replace the pin alone, where the other source can be said in the form in which it stands."""
    old, new = pieces(pinned.form, pinned.source), pieces(pinned.form, found.source)
    if not old or not new or any(part.count(piece) != 1 for piece in old):
        raise CannotAddError(pinned.render(found.source, found.version)[0])
    for before, after in zip(old, new, strict=True):
        part = part.replace(before, after)
    return "\n".join(_said_again(line, found) if new[-1] in line else line for line in part.split("\n"))


def _said_again(line: str, found: Home) -> str:
    """Return a line with the version that its pin is now, if it said one."""
    comment = hooks.comment(found.version) if "# frozen: " in line else f" # v{found.version}" if found.version else ""
    return re.sub(_COMMENT, comment, line)


def pieces(form: str, source: Source | None) -> tuple[str, ...]:
    """Return the texts by which a form says a source; none where it cannot."""
    if isinstance(source, home.Repository):
        uses = (f"{source.on_github}@{source.commit}",) if source.on_github else ()
        repository = f"repo: {source.address}", f"rev: {source.commit}"
        return {"uses": uses, "pip": (source.requirement,), "repo": repository}.get(form, ())
    if isinstance(source, home.Archive):
        return (source.requirement,) if form in {"pip", "additional"} else ()
    if isinstance(source, home.Index) and form == "index":
        return f"PIP_INDEX_URL: {source.address}", source.requirement
    return ()


def _is_same(one: Source, other: Source | None) -> bool:
    return other is not None and (_place(one), _what(one)) == (_place(other), _what(other))


def _place(source: Source) -> str:
    """Return where a source is, without what changes from one version to the next."""
    if isinstance(source, home.Repository):
        return source.on_github or source.address.removesuffix(".git")
    return source.address.rpartition("/")[0] if isinstance(source, home.Archive) else source.address


def _what(source: Source) -> tuple[str | None, ...]:
    return (source.version, source.sha256) if isinstance(source, home.Index) else (source.pin,)
