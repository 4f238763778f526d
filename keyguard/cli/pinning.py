"""`keyguard init --check` and `--upgrade`: the pins in a repository's files."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.cli import screen, setup
from keyguard.cli.hook import called
from keyguard.cli.setup import hooks, pins
from keyguard.errors import SettingsError
from keyguard.home import OPTION, Home, Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.cli.setup.pins import CheckedPin
    from keyguard.cli.setup.plan import Plan

_NONE = "There is no file that gets keyguard from somewhere."
_MOVES = "`keyguard init --upgrade` moves the pins, and shows the difference first."
_MOVES_THERE = "`keyguard init --upgrade --source URL@COMMIT` moves the pins, and shows the difference first."
_STAY = "Nothing can be moved: `keyguard init --upgrade` says what belongs in its place."
_ANY = Home(Repository("https://github.com/OWNER/keyguard", "0" * 40), OPTION)
"""Whatever `--source` may say."""
_HINT = "--source URL@COMMIT says it: the address of a repository of keyguard, and the full id of a commit"
_FOLDERS = (*pins.WORKFLOWS, ".gitlab", ".circleci", ".woodpecker", ".buildkite")
_FILES = tuple(
    f"{name}{end}"
    for name in ("action", "azure-pipelines", "bitbucket-pipelines", ".travis", ".drone", ".woodpecker", ".cirrus")
    for end in (".yml", ".yaml")
)
_OURS = (*pins.PARTS, setup.CONFIG)
_CREDENTIALS = re.compile(r"(?<=https://)[^\s/@\"']*@|(?<=://)[^\s/@:\"']*:[^\s/@\"']*@")
_YAML = re.compile(r"[\w./*-]+\.ya?ml\b")


def check(plan: Plan, found: Home) -> int:
    """Report of each place whether it gets this keyguard, whatever it is where nobody knows; return 1 unless all do."""
    checked = _checked(plan, found)
    _show(checked)
    for remark in plan.remarks:
        screen.tell(remark)
    if not checked and not plan.remarks:
        screen.tell(_NONE)
    is_as_said = _is_one(checked, found) if found.source is None else _is_installed(checked, found)
    is_well = all(one.is_well for one in checked)
    if found.source and not is_well:
        screen.tell(_moves(plan, found))
    return 0 if is_as_said and is_well and not plan.remarks else 1


def _is_installed(checked: list[CheckedPin], found: Home) -> bool:
    """Say what pins are compared with, and tell whether that is what is installed, as far as anything is pinned."""
    if any(one.line for one in checked):
        screen.tell(f"\nCompared with {found.source}, according to {found.basis}.")
    is_another = found.is_contradicted and any(one.pinned for one in checked)
    if is_another:
        screen.tell(contradiction(found))
    return not is_another


def contradiction(found: Home) -> str:
    """Say what is installed where that is not what somebody said."""
    return f"That is not what is installed: {found.recorded or f'commit {found.commit}'}."


def _moves(plan: Plan, found: Home) -> str:
    """Return what `--upgrade` would do, which moves nothing of what somebody changed."""
    source = found if found.source else _ANY
    can_move = any(pins.moved(name, text, source) != text for name, text in _files(plan))
    return (_MOVES if found.source else _MOVES_THERE) if can_move else _STAY


def _is_one(checked: list[CheckedPin], found: Home) -> bool:
    """Tell whether all is pinned to one and the same, which is as much as can be said where nobody knows which."""
    pinned = {one.pinned for one in checked if one.pinned}
    if pinned or not all(one.is_well for one in checked):
        screen.tell(f"\nNothing says where this keyguard comes from: {found.basis}.\n{_HINT}.")
    if len(pinned) > 1:
        screen.tell("It is not one and the same everywhere.")
    return len(pinned) <= 1


def upgrade(plan: Plan, found: Home) -> None:
    """Plan to move each pin to this keyguard, and say of those that cannot be moved what to do."""
    if found.source is None:
        _show_local(_checked(plan, found))
        raise SettingsError(f"nothing says where this keyguard comes from: {found.basis}", _HINT)
    for name, _ in list(_files(plan)):
        plan.change(name, lambda text, name=name: pins.moved(name, text, found))  # type: ignore[misc]
    left = [one for one in _checked(plan, found) if not one.is_well]
    for name in dict.fromkeys(one.name for one in left):
        said = "\n".join(f"{one.where} is not moved: {one.said}." for one in left if one.name == name)
        plan.remarks.append(f"{said} In its place belongs:\n{pins.by_hand(name, found.source, found.version)}")


def _show_local(checked: list[CheckedPin]) -> None:
    """Say what there is, and what belongs there of which no source need be known."""
    _show(checked)
    if any(one.name == setup.PRE_COMMIT and not (one.is_well or one.pinned) for one in checked):
        screen.tell(f"In {setup.PRE_COMMIT} belongs:\n{hooks.with_hooks('', None, None, called())}")


def without_credentials(line: str) -> str:
    """Return a line of a file without the credentials in its addresses."""
    return _CREDENTIALS.sub("********@", line)


def remark(plan: Plan, found: Home) -> None:
    """Say in a plan which pins that are there are none of this keyguard, or of nobody knows which."""
    is_unknown = found.source is None and found.commit is None
    checked = [one for one in _checked(plan, found) if one.line and (not one.is_well or (one.pinned and is_unknown))]
    if checked:
        moves = _moves(plan, found)
        if found.source is None and any(one.pinned for one in checked):
            moves = f"Nothing says where this keyguard comes from ({found.basis}). {moves}"
        plan.remarks.append("\n".join([*(f"{one.where}: {one.said}." for one in checked), moves]))


def _show(checked: list[CheckedPin]) -> None:
    width = max((len(one.where) for one in checked), default=0)
    for one in checked:
        screen.tell(f"{one.where:{width}}  {one.said}")


def _checked(plan: Plan, found: Home) -> list[CheckedPin]:
    """Return what is to be said of each place, as the files are to be."""
    texts = dict(_files(plan))
    texts |= {one.name: one.after for one in plan.changes if one.name in texts or one.name in _OURS}
    return [one for name, text in texts.items() for one in pins.checked(name, text, found)]


def _files(plan: Plan) -> Iterator[tuple[str, str]]:
    """Return the files that may say where keyguard comes from; of those that `init` does not write, if they name it."""
    names, pipelines = [*_OURS, *_others(plan.root)], {setup.GITLAB}
    for name in names:  # which grows
        text = plan.read(name)
        if text is None:
            continue
        if name in pipelines or name.startswith(".gitlab/"):
            more = [one for one in _parts_of_it(plan.root, text) if one not in names]
            names += more
            pipelines.update(more)
        if name in _OURS or "keyguard" in text.lower():
            yield name, text


def _parts_of_it(root: Path, text: str) -> Iterator[str]:
    """Return the YAML files of the repository that a pipeline names: one that it includes is a part of it."""
    for pattern in dict.fromkeys(name.lstrip("/") for name in _YAML.findall(text)):
        if ".." not in Path(pattern).parts and pattern.count("**") <= 1:
            yield from (path.relative_to(root).as_posix() for path in sorted(root.glob(pattern)) if path.is_file())


def _others(root: Path) -> Iterator[str]:
    """Return the workflows, actions and pipelines of any service that there are; a linked folder is named itself."""
    yield from (name for name in _FILES if (root / name).exists())
    for top in _FOLDERS:
        if (root / top).is_symlink():
            yield top
            continue
        for folder, below, files in os.walk(root / top):
            names = [(Path(folder) / name).relative_to(root).as_posix() for name in (*below, *files)]
            yield from sorted(name for name in names if name not in _OURS and _is_one_to_read(root / name))


def _is_one_to_read(path: Path) -> bool:
    return path.suffix in {".yml", ".yaml"} if not path.is_dir() else path.is_symlink()
