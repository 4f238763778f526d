"""`keyguard init --check` and `--upgrade`: the pins in the files of an earlier `init`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.cli import screen
from keyguard.cli.setup import CannotAddError, pins
from keyguard.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.cli.setup.plan import Plan
    from keyguard.home import Home

NONE = "There is no file of an earlier `keyguard init` that gets keyguard from somewhere."


def check(plan: Plan, found: Home) -> int:
    """Report of each file whether it gets this keyguard, as `init` writes it; return 1 unless all do."""
    told = {name: _told(name, text, found) for name, text in _files(plan)}
    width = max(map(len, told), default=0)
    for name, (_, said) in told.items():
        screen.tell(f"{name:{width}}  {said}")
    for remark in plan.remarks:
        screen.tell(remark)
    if not told and not plan.remarks:
        screen.tell(NONE)
    if not all(same for same, _ in told.values()):
        screen.tell("\n`keyguard init --upgrade` moves the pins, and shows the difference first.")
    return 0 if all(same for same, _ in told.values()) and not plan.remarks else 1


def upgrade(plan: Plan, found: Home) -> None:
    """Plan to move each pin to this keyguard."""
    if found.source is None:
        raise _unknown(found)
    for name, _ in list(_files(plan)):
        plan.change(name, lambda text, name=name: _moved(text, name, found))  # type: ignore[misc]


def _told(name: str, text: str, found: Home) -> tuple[bool, str]:
    try:
        pinned = pins.FILES[name](text)
    except CannotAddError:
        return False, "not checked: it has an unusual form"
    if pinned is None:
        return True, "has nothing of keyguard's"
    if found.source is None and pinned.source is not None:
        raise _unknown(found)
    return pins.told(text, pinned, found.source)


def _unknown(found: Home) -> SettingsError:
    return SettingsError(
        f"nothing says where this keyguard comes from: {found.basis}",
        "--source URL@COMMIT says it: the address of a repository of keyguard, and the full id of a commit",
    )


def _files(plan: Plan) -> Iterator[tuple[str, str]]:
    for name in pins.FILES:
        if (text := plan.read(name)) is not None:
            yield name, text


def _moved(text: str, name: str, found: Home) -> str:
    pinned = pins.FILES[name](text)
    return pins.moved(text, pinned, found) if pinned else text
