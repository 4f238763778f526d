"""The ways of all credentials through the commits, on one axis of time.

    2023 ------------ 2024 ------------ 2025 ---
    36ea  ●━━━━━━○━━━━━━━━━━━━━━━━━━━━━━━━━━━●     exposed 458 days, still in HEAD
    4fc7      ●╌╌╌○━━━━━━━━◆╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌●     exposed 206 days, 151 more in the history

A solid stretch is time in which HEAD is known to have held it; a broken one, in which commits alone did.
"""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, NamedTuple

from keyguard.frozen import dataclass
from keyguard.report import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keyguard.model import Finding, History, Origin

_COPIES = 6  # of one credential are shown, the others counted
_EDGE = 2.0  # per cent of the width left free at both ends, for the points
_TICKS = 4  # at most: more would not be read on a phone
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a credential; `kind` is introduced, copied, completed, removed or today."""

    kind: str
    moment: float | None  # seconds; None where the date cannot be read
    day: str
    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one credential, in the order of time."""

    events: tuple[Event, ...]
    exposed: tuple[float, float] | None  # the time in which HEAD is known to have held it
    words: str  # how long it was exposed, and how long the history holds it
    unseen: int = 0  # copies that are not shown

    @property
    def moments(self) -> list[float]:
        """The moments that are known."""
        return [event.moment for event in self.events if event.moment is not None]


def way(finding: Finding, now: str | None) -> Way | None:
    """Return the way of a finding; None where no history was read, or it is in no commit."""
    history = finding.history
    if history is None or history.introduced is None:
        return None
    later = _later(finding, history.introduced)
    events = [
        _event("introduced", "Introduced, at the latest" if history.at_latest else "Introduced", history.introduced)
    ]
    events += [_event(*_kind(history), origin) for origin in later[:_COPIES]]
    if history.removed:
        events.append(_event("removed", "Removed from HEAD", history.removed))
    events.sort(key=lambda event: (event.moment is None, event.moment or 0.0, event.kind != "introduced"))
    events.append(_today(history, now))
    exposed = _exposed(finding, history, later, events)
    return Way(tuple(events), exposed, _words(history, exposed, events), max(0, len(later) - _COPIES))


def _kind(history: History) -> tuple[str, str]:
    """Return what a later commit did that brought it to a further path.

    Where the parts never stood together, it brought a part that was not there, and copied nothing.
    """
    return ("completed", "A further part") if history.apart else ("copied", "Copied")


def _later(finding: Finding, first: Origin) -> list[Origin]:
    """Return the later commits that brought it to a further path, the oldest first, one for each commit."""
    known = {first.commit, None}
    later: dict[str | None, Origin] = {}
    for origin in sorted(finding.origins, key=lambda origin: origin.date or ""):
        if origin.commit not in known:
            later.setdefault(origin.commit, origin)
    return list(later.values())


def _event(kind: str, title: str, origin: Origin) -> Event:
    who = " ".join(filter(None, ((origin.commit or "")[:10], origin.author)))
    detail = f"{who} · {origin.path}" if origin.path else who
    return Event(kind, _moment(origin.date), (origin.date or "date unknown")[:10], title, detail)


def _today(history: History, now: str | None) -> Event:
    state = "still in HEAD" if history.in_head else "out of HEAD, still in the history"
    held = phrases.holding(history)
    return Event("today", _moment(now), (now or "")[:10], f"Today: {state}", f"held by {held}" if held else "")


def _exposed(
    finding: Finding, history: History, later: Sequence[Origin], events: Sequence[Event]
) -> tuple[float, float] | None:
    """Return the time in which HEAD held it, as far as that is known.

    Of parts that never stood together only the last to leave, or what is there now, is known to have been in HEAD
    since it was brought: between it and those before, HEAD may have held nothing.
    """
    if not (history.in_head or history.removed):
        return None
    since = _brought(finding, history, later) if history.apart else events[0].moment
    until = _moment(history.removed.date) if history.removed else events[-1].moment
    return (since, until) if since is not None and until is not None and since <= until else None


def _brought(finding: Finding, history: History, later: Sequence[Origin]) -> float | None:
    """Return when a commit last brought something to the path that HEAD held last, or holds."""
    held = {history.removed.path} if history.removed else {match.blob.path for match in finding.matches}
    first = [history.introduced] if history.introduced else []
    moments = [_moment(origin.date) for origin in (*first, *later) if origin.path in held]
    return moments[-1] if moments else None


def _words(history: History, exposed: tuple[float, float] | None, events: Sequence[Event]) -> str:
    """Say how long HEAD held it, and how long the commits do: 'exposed 78 days, 371 more in the history'."""
    first, last = events[0].moment, events[-1].moment
    whole = round((last - first) / _DAY) if first is not None and last is not None and first <= last else None
    if exposed is None:
        held = "in the history" if history.in_head or history.removed else "never in HEAD, in the history"
        return held if whole is None else f"{held} for {phrases.count(whole, 'day')}"
    days = round((exposed[1] - exposed[0]) / _DAY)
    said = f"exposed {phrases.count(days, 'day')}"
    if history.in_head:
        return f"{said}, still in HEAD"
    return said if whole is None else f"{said}, {whole - days:,} more in the history"


class Tick(NamedTuple):
    """A mark of the axis."""

    x: float  # per cent of the width
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """One measure of time for all credentials."""

    start: float
    end: float

    @classmethod
    def of(cls, ways: Sequence[Way]) -> Axis | None:
        """Return the axis on which all that is known has its place; None where nothing is."""
        moments = [moment for one in ways for moment in one.moments]
        return cls(min(moments), max(moments)) if moments else None

    def x(self, moment: float) -> float:
        """Return the place of a moment; where all are one, it is the last."""
        share = (moment - self.start) / (self.end - self.start) if self.end > self.start else 1.0
        return round(_EDGE + min(max(share, 0.0), 1.0) * (100 - 2 * _EDGE), 2)

    @property
    def ticks(self) -> list[Tick]:
        """The beginnings of years, months or days, of which a handful fits."""
        start, end = (_date(moment) for moment in (self.start, self.end))
        for step, form in _STEPS:
            ticks = [Tick(self.x(day.timestamp()), day.strftime(form)) for day in _days(start, end, *step)]
            if len(ticks) <= _TICKS:
                # A label near the edge would stick out of the page.
                return [tick for tick in ticks if 8 <= tick.x <= 92]
        return []


_Step = tuple[int, int]  # months, days
_STEPS: tuple[tuple[_Step, str], ...] = (
    ((0, 1), "%d %b"), ((0, 7), "%d %b"), ((1, 0), "%b %Y"), ((3, 0), "%b %Y"), ((6, 0), "%b %Y"),
    ((12, 0), "%Y"), ((24, 0), "%Y"), ((60, 0), "%Y"), ((120, 0), "%Y"), ((600, 0), "%Y"), ((6000, 0), "%Y"),
)  # fmt: skip


def _days(start: datetime, end: datetime, months: int, days: int) -> Iterator[datetime]:
    """Go through the beginnings of a step between two days, one more than fits at most."""
    if days:
        first = start.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        count = int((end - first).total_seconds() // (_DAY * days)) + 1
        return (first + timedelta(days=number * days) for number in range(min(max(count, 0), _TICKS + 1)))
    return itertools.islice(_months(start, end, months), _TICKS + 1)


def _months(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    number = -(-(start.year * 12 + start.month) // step) * step  # the first month of a step behind the start
    while number < 9_999 * 12:
        day = datetime(number // 12, number % 12 + 1, 1, tzinfo=timezone.utc)
        if day > end:
            return
        if day >= start:
            yield day
        number += step


def _date(moment: float) -> datetime:
    """Return seconds as a day within the years that a calendar here has."""
    least, most = (datetime(year, 1, 2, tzinfo=timezone.utc).timestamp() for year in (1, 9_999))
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=min(max(moment, least), most))


def _moment(date: str | None) -> float | None:
    """Return an ISO 8601 date as seconds; commits carry any zone, and what is stored may be no date at all."""
    try:
        read = datetime.fromisoformat((date or "").replace("Z", "+00:00"))
        return (read if read.tzinfo else read.replace(tzinfo=timezone.utc)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
