"""The dialogue of `keyguard baseline audit`: one finding, its surroundings without values, one decision."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import click

from keyguard.cli import beside, screen
from keyguard.cli.excerpt import excerpt, without_values
from keyguard.detect.baseline import ACCEPTED, FALSE_ALARM, REAL
from keyguard.display import visible
from keyguard.model import Blob
from keyguard.report import phrases
from keyguard.veil import Veil

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keyguard.cli.beside import Seen
    from keyguard.detect.baseline import Entry
    from keyguard.model import Finding, Match

_FILES = 4  # of a finding are shown with their lines
_PLACES = 12  # are listed
_CHOICES = "r/f/a/s/q"
_LEGEND = """\
  r  real: it counts in every scan until it is gone, from the history too; revoke it
  f  false alarm, or revoked and harmless now: it never counts again
  a  accepted: it does not count until a day that you name
  s  skip it for now         q  quit; what was decided is kept
"""


class Audit:
    """Walks the open findings of a scan; every decision is handed to `write` at once."""

    def __init__(self, seen: Seen, write: Callable[[Sequence[Entry]], None], today: date, *, again: bool) -> None:
        self._seen, self._write, self._today, self._again = seen, write, today, again
        self._known = seen.known
        self._veil = Veil((match.value.reveal() for match in seen.matches), literal=True)
        self._decided: Counter[str] = Counter()

    def walk(self) -> int:
        """Ask about each finding until there is none left or the user has enough; return the exit code."""
        code = 0
        open_ones = [pair for pair in self._pairs() if self._is_open(*pair)]
        if open_ones:
            screen.tell(f"{len(open_ones)} to decide on.\n\n{_LEGEND}")
        try:
            for number, (finding, entries) in enumerate(open_ones, 1):
                screen.tell(f"[{number}/{len(open_ones)}] ", nl=False)
                self._show(finding, entries)
                if not self._ask(finding, entries):
                    break
        except click.Abort as end:  # Ctrl-C; or Ctrl-D, which is no more than `q`
            code = 130 if isinstance(end.__context__, KeyboardInterrupt) else 0
            screen.tell()
        decided = sum(self._decided.values())
        by = ", ".join(f"{count} {word}" for word, count in sorted(self._decided.items()))
        screen.tell(f"{decided} decided{f' ({by})' if by else ''}, {len(open_ones) - decided} open.")
        return code

    def _pairs(self) -> list[tuple[Finding, tuple[Entry, ...]]]:
        session = self._seen.session
        known = self._known.of(self._seen.findings, session.rules, session.root)
        return [pair for pair in zip(self._seen.findings, known, strict=True) if not pair[0].suppressed]

    def _is_open(self, _finding: Finding, entries: Sequence[Entry]) -> bool:
        if self._again or not entries:
            return True
        return any(not entry.decision or entry.has_expired(self._today) for entry in entries)

    # --- showing

    def _show(self, finding: Finding, entries: Sequence[Entry]) -> None:
        title = self._seen.session.rules.rules[finding.rule].title
        realm = f"  ({finding.realm})" if finding.realm else ""
        self._say(f"{finding.severity.word}  {finding.rule}  {title}{realm}")
        for match in finding.matches[:_PLACES]:
            part = (match.part or "value").replace("_", " ")
            remarks = ", ".join(phrases.remarks(match))
            self._say(f"  {self._place(match)}  {part}  {match.value.mask}{f'  ({remarks})' if remarks else ''}")
        if len(finding.matches) > _PLACES:
            self._say(f"  and {len(finding.matches) - _PLACES} more places")
        if finding.history:
            for label, text in phrases.way(finding.history):
                self._say(f"  {label:<10}{text}")
        for match in self._one_a_spot(finding):
            self._say(f"\n  {match.blob.path}")
            for number, line in excerpt(self._seen.session.read(match.blob), match, self._seen.matches):
                self._say(f"  {number:>6} | {line}")
        self._say(f"\n  {visible(self._state(entries))}")

    def _place(self, match: Match) -> str:
        return f"{match.blob.path}:{match.region.line}:{match.region.column}"

    def _one_a_spot(self, finding: Finding) -> list[Match]:
        """Return matches whose surroundings show all parts once: those near each other share one."""
        chosen: list[Match] = []
        for match in sorted(finding.matches, key=lambda match: (match.blob.path, match.start)):
            last = chosen[-1] if chosen else None
            if last is None or last.blob != match.blob or match.region.line > last.region.end_line + 2:
                chosen.append(match)
        return chosen[:_FILES]

    def _state(self, entries: Sequence[Entry]) -> str:
        if not entries:
            return "New: no entry knows it."
        entry = min(entries, key=lambda entry: not entry.has_expired(self._today))
        if entry.has_expired(self._today):
            return f"Accepted until {entry.expires}, which is over: {entry.reason}"
        if entry.decision == REAL:
            return "Decided: real."
        return f"Decided: {entry.why}" if entry.decision else "In the baseline, not decided on."

    def _say(self, text: str) -> None:
        """Write lines of which none can move the cursor and none holds a value: a file may be named after its key."""
        for line in text.split("\n"):
            screen.tell(without_values(line, self._seen.matches) if line.strip() else line)

    # --- asking

    def _ask(self, finding: Finding, entries: Sequence[Entry]) -> bool:
        """Take a decision; False when the user has enough."""
        while True:
            answer = click.prompt(f"Decision [{_CHOICES}]", default="s", show_default=False).strip().lower()[:1]
            if answer == "r":
                self._decide(finding, entries, REAL)
            elif answer == "f":
                self._decide(finding, entries, FALSE_ALARM, reason=self._reason(needed=False))
            elif answer == "a":
                self._decide(finding, entries, ACCEPTED, expires=self._day(), reason=self._reason(needed=True))
            elif answer not in {"s", "q"}:
                screen.tell(_LEGEND)
                continue
            screen.tell()
            return answer != "q"

    def _reason(self, *, needed: bool) -> str:
        while True:
            said = click.prompt("Reason" if needed else "Reason (may be empty)", default="", show_default=False)
            if reason := self._without_any_value(said).strip()[:200]:
                return reason
            if not needed:
                return ""
            screen.tell("Say why it is acceptable: whoever reads the file must be able to tell.")

    def _without_any_value(self, said: str) -> str:
        """Mask what the scan found, what the rules find in the words themselves, and what else looks like a secret."""
        from keyguard.detect.matcher import Matcher

        typed = Matcher(self._seen.session.rules).find(said, Blob("<reason>", "<reason>"))
        return without_values(said, [*self._seen.matches, *typed], others=True)

    def _day(self) -> date:
        while True:
            said = click.prompt("Until which day (YYYY-MM-DD; from that day on it counts again)").strip()
            try:
                day = date.fromisoformat(said)
            except ValueError:
                screen.tell("That is no date such as 2030-01-31.")
                continue
            if day > self._today:
                return day
            screen.tell("That day is over, or is today: it would count at once.")

    def _decide(
        self,
        finding: Finding,
        entries: Sequence[Entry],
        decision: str,
        *,
        reason: str = "",
        expires: date | None = None,
    ) -> None:
        """Write a decision into all entries that know the finding, or into a new one."""
        rules, veil = self._seen.session.rules, self._veil
        self._known = beside.deciding(
            self._known, finding, entries, rules, veil, decision=decision, reason=reason, expires=expires
        )
        self._write(self._known.entries)
        self._decided[decision] += 1
