"""The way of a credential through the commits as points on a line: introduced, copied, removed from HEAD, today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from keyguard.report import phrases

if TYPE_CHECKING:
    from keyguard.model import Finding, History, Origin

_COPIES = 6  # are drawn, the others counted
_EDGE = 2.0  # per cent of the width left free at both ends, for the points
_GAP = 4.0  # per cent between two points at least, so that neither hides the other


@dataclass(frozen=True, slots=True)
class Event:
    """A point of the line; `kind` is introduced, copied, removed or today."""

    kind: str
    x: float  # per cent of the width
    day: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The points from left to right, and where the time ends in which HEAD held the credential."""

    events: tuple[Event, ...]
    exposed_until: float
    in_history: bool  # past that the commits hold it still
    unseen: int = 0  # copies that are not drawn


def timeline(finding: Finding, now: str | None) -> Timeline | None:
    """Return the line of a finding; None where no history was read, or it is in no commit."""
    history = finding.history
    if history is None or history.introduced is None:
        return None
    copies = _copies(finding, history.introduced)
    told = [_told("introduced", "Introduced, at the latest" if history.at_latest else "Introduced", history.introduced)]
    told += [_told("copied", "Copied", origin) for origin in copies[:_COPIES]]
    if history.removed:
        told.append(_told("removed", "Removed from HEAD", history.removed))
    told.sort(key=lambda event: (event[1] is None, event[1] or 0.0, event[0] != "introduced"))
    told.append(_today(history, now))
    places = _places([moment for _, moment, *_ in told])
    events = tuple(
        Event(kind, x, day, title, detail) for (kind, _, day, title, detail), x in zip(told, places, strict=True)
    )
    gone = next((event.x for event in events if event.kind == "removed"), None)
    until = gone if gone is not None else events[-1].x if history.in_head else events[0].x
    return Timeline(events, until, until < events[-1].x, max(0, len(copies) - _COPIES))


_Told = tuple[str, "float | None", str, str, str]  # kind, moment, day, title, detail


def _copies(finding: Finding, first: Origin) -> list[Origin]:
    """Return the later commits that brought it to a further path, the oldest first, one for each commit."""
    known = {first.commit, None}
    later: dict[str | None, Origin] = {}
    for origin in sorted(finding.origins, key=lambda origin: origin.date or ""):
        if origin.commit not in known:
            later.setdefault(origin.commit, origin)
    return list(later.values())


def _told(kind: str, title: str, origin: Origin) -> _Told:
    who = " ".join(filter(None, ((origin.commit or "")[:10], origin.author)))
    detail = f"{who} · {origin.path}" if origin.path else who
    return kind, _moment(origin.date), (origin.date or "date unknown")[:10], title, detail


def _today(history: History, now: str | None) -> _Told:
    state = "still in HEAD" if history.in_head else "out of HEAD, still in the history"
    held = phrases.holding(history)
    return "today", _moment(now), (now or "")[:10], f"Today: {state}", f"held by {held}" if held else ""


def _moment(date: str | None) -> float | None:
    """Return an ISO 8601 date as seconds; commits carry any zone, and what is stored may be no date at all."""
    try:
        read = datetime.fromisoformat((date or "").replace("Z", "+00:00"))
        return (read if read.tzinfo else read.replace(tzinfo=timezone.utc)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def _places(moments: list[float | None]) -> list[float]:
    """Lay the moments on the line to scale, at least a gap apart; evenly where one is not known."""
    last = len(moments) - 1
    known = [moment for moment in moments if moment is not None]
    span = known[-1] - known[0] if len(known) == len(moments) else 0.0
    if span > 0:
        shares = [(moment - known[0]) / span for moment in known]
    else:
        shares = [number / last for number in range(last + 1)]
    room = 100 - 2 * _EDGE
    xs: list[float] = []
    for share in shares:  # from the left, each a gap behind the one before
        xs.append(max(_EDGE + share * room, xs[-1] + _GAP if xs else 0.0))
    limit = 100 - _EDGE
    for number in reversed(range(last + 1)):  # and back from the right end, where they were pushed beyond it
        xs[number] = min(xs[number], limit)
        limit = xs[number] - _GAP
    return [round(x, 2) for x in xs]
