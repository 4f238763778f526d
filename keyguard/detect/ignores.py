"""What users waive, in three ways, and which waivers did nothing.

`keyguard: ignore[rule-id] reason` in a comment  --find_waivers--> Waiver --+
.keyguardignore                                  --settings--> patterns   --+--> Ignores --> Suppression, UnusedIgnore
allow entries of the config                      --settings--> Allow      --+

A waived finding is kept and marked, never dropped. In doubt nothing is waived: what is no well-formed waiver waives
nothing, and a finding in several files needs all of them ignored.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from keyguard.expressions import expression
from keyguard.model import INSIDE, Notice, Suppression, UnusedIgnore, Waiver
from keyguard.settings import IGNORE_FILE, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date

    from pathspec import GitIgnoreSpec
    from pathspec.util import CheckResult

    from keyguard.model import Blob, Region
    from keyguard.settings import Allow, Settings

WAIVER_GATE = r"keyguard[ \t]{0,3}:[ \t]{0,3}ignore"
"""What a blob must hold, in any case, for `find_waivers` to be worth a call; plain enough for Hyperscan."""

_MAX_WAIVERS = 10_000  # of one blob; what stands behind them waives nothing, so that memory stays bounded
_LOOK_BACK = 120  # bytes in front of a waiver in which its comment must open

_WAIVER = expression(
    rb"(?i)" + WAIVER_GATE.encode() + rb"(?!\w|-\w)"
    rb"(?:[ \t]{0,3}\[(?P<rules>[^\[\]\r\n]{0,400})\]|(?![ \t]{0,3}\[))"  # an unclosed list must not waive all rules
    rb"(?P<rest>[^\r\n]{0,400})"
)
_RULE_ID = expression(r"[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?", re.IGNORECASE | re.ASCII)

# What may stand between the start of a line, or code, and a waiver. A quote or backtick in front of the sign makes it
# a string or inline code, a letter makes it a part of a word or an address: neither is a comment.
_LEAD = expression(
    rb"""(?imx)
    (?: ^ [ \t]* (?: \*+ | ::+ | !+ | @?rem[ \t] )?  # a line of its own, a block comment's, batch
      | (?: ^ | [\s;,(){}\[\]>] | \A\xef\xbb\xbf )
        (?: \#[\#!|]* | /{2,}[/!]* | /\*+!? | --+(?:\[=*\[)? | ;+ | %+ | \(\*+    # script, C, SQL, Lua, INI, TeX, ML
          | <!--+ | <%(?:--+|\#) | <\# | \{\# | \{\{!(?:--)? | \{- | @\*  # HTML, ASP, PowerShell, Jinja, Haskell, Razor
          | '{3} | "{3} )                                                         # documentation strings
      | [&|] [ \t]* (?: ::+ | rem[ \t] )                                          # batch, behind a command
      | "(?: [_$@]?comments? | // | \# )[\w-]{0,20}" [ \t]* : [ \t]* "            # a member of JSON
    ) [ \t]* \Z"""
)
# A lone ' opens a comment of Basic and a string of most others: a string follows an operator, or it is closed.
_BASIC_LEAD = expression(rb"(?m)(?:^|[^\s=(,\[{:+<>&|?'])[ \t]*'[ \t]*\Z")
_CLOSING_QUOTE = expression(rb"'(?!\w)")
_NOTEBOOK_LEAD = expression(rb'(?m)^[ \t]*"[ \t]*\#+[ \t]*\Z')

# Where the comment ends, or the string that it stands in: what follows is text of the file and may hold a secret.
_COMMENT_END = expression(
    r"""\*/ | --+%?> | --\}\} | \#\} | \}\} | \*\) | \*@ | -\} | \#> | %> | \]=*\] | \|\# | ''' | \"\"\" | \\n["']"""
    r"""| ["'`]\s*(?:[,;:)\]}+.]|$)""",
    re.VERBOSE,
)
_LIKE_A_VALUE = expression(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-z]{20,}", re.IGNORECASE)


def find_waivers(text: bytes, path: str) -> list[Waiver]:
    """Return the inline ignores of a text, each with the line that it stands on (lines end with a line feed).

    A waiver must open its comment: behind other words it is prose.
    """
    return list(islice(_each_waiver(text, path), _MAX_WAIVERS))


def _each_waiver(text: bytes, path: str) -> Iterator[Waiver]:
    line, counted = 1, 0
    for found in _WAIVER.finditer(text):
        line += text.count(b"\n", counted, found.start())
        counted = found.start()
        rules = _rule_ids(found["rules"])
        if rules is not None and _in_comment(text, found, path):
            yield Waiver(path, line, rules, _reason(found["rest"]))


def _rule_ids(listed: bytes | None) -> tuple[str, ...] | None:
    """Split a list of rule ids, sorted; None when it is no such list ('ignore[...]' in a manual)."""
    if listed is None:
        return ()
    ids = [word.strip() for word in listed.decode("utf-8", "replace").split(",")]
    return tuple(sorted(set(ids))) if all(map(_RULE_ID.fullmatch, ids)) else None


def _in_comment(text: bytes, found: re.Match[bytes], path: str) -> bool:
    start, end = max(0, found.start() - _LOOK_BACK), found.start()
    if _LEAD.search(text, start, end):
        return True
    if _BASIC_LEAD.search(text, start, end):
        return not _CLOSING_QUOTE.search(found["rest"])
    return path.endswith(".ipynb") and _NOTEBOOK_LEAD.search(text, start, end) is not None


def _reason(rest: bytes) -> str:
    said = _COMMENT_END.split(rest.decode("utf-8", "replace"), maxsplit=1)[0]
    return _without_values(said.rstrip(" \t\"'`*#-").lstrip(" \t:,-\N{EN DASH}\N{EM DASH}"))[:200]


def _without_values(words: str) -> str:
    """Mask what looks like a key: reports show what users wrote, and never a value."""
    return _LIKE_A_VALUE.sub("********", words)


class Placed(Protocol):
    """What can be waived: a match or a practice."""

    @property
    def rule(self) -> str: ...  # noqa: D102
    @property
    def blob(self) -> Blob: ...  # noqa: D102
    @property
    def region(self) -> Region: ...  # noqa: D102


class Ignores:
    """All ignores of a run; asked about each finding once, it knows at the end which did nothing.

    It must be asked about every finding, those below the wanted confidence too, or their ignores look unused.
    `rules` are the ids of all loaded rules, `off` those that did not run for another reason than `only` and `skip`,
    `later` those that are asked when the scan is done.
    `whole` says that every file under the root was read: only then can a pattern or an allow entry be called unused.
    The order of waivers and of questions changes nothing.
    """

    def __init__(
        self,
        settings: Settings,
        waivers: Iterable[Waiver],
        *,
        today: date,
        rules: Collection[str],
        whole: bool,
        off: Collection[str] = (),
        later: Collection[str] = (),
    ) -> None:
        self._config = settings.config or "the settings"
        self._patterns = settings.ignore_patterns
        self._allow = tuple(enumerate(settings.allow, start=1))
        self._waivers = sorted(waivers)
        self._today = today
        self._rules = frozenset(rules)
        self._active = self._rules.intersection(settings.only or rules).difference(settings.skip, off)
        self._whole, self._later = whole, frozenset(later)
        self._used: set[UnusedIgnore] = set()
        self._at: dict[tuple[str, int], list[Waiver]] = {}
        for waiver in self._waivers:
            self._at.setdefault((_text_of(waiver.blob) if waiver.blob else waiver.path, waiver.line), []).append(waiver)

    def suppression(self, rule: str, matches: Sequence[Placed], fingerprint: str) -> Suppression | None:
        """Return what waives a finding: a comment first, then the ignore file, then the config; None when nothing.

        Every ignore of the deciding kind that fits counts as used.
        """
        return self._inline(rule, matches) or self._ignore_file(matches) or self._allowed(rule, matches, fingerprint)

    def unused(self) -> tuple[UnusedIgnore, ...]:
        """Return the ignores that waived nothing, as far as this run can tell."""
        # A comment of the past cannot be removed.
        present = (waiver for waiver in self._waivers if not (waiver.blob and waiver.blob.is_past))
        told = [_of_waiver(waiver) for waiver in present if self._ran(waiver.rules)]
        if self._whole:
            told += [_of_pattern(*pattern) for pattern in self._patterns if self._ran(())]
            told += [self._of_allow(*numbered) for numbered in self._allow if self._could_waive(numbered[1])]
        return tuple(sorted(set(told) - self._used))

    def _could_waive(self, entry: Allow) -> bool:
        return self._ran((entry.rule,) if entry.rule else ()) and not self._expired(entry)

    def notices(self) -> tuple[str, ...]:
        """Return a sentence for each allow entry that expired and each id that names no rule."""
        expired = [
            Notice(f"allow[{number}] in {self._config} expired on {entry.expires}.", [self._config])
            for number, entry in self._allow
            if self._expired(entry)
        ]
        told = [(waiver.path, f"{waiver.path}:{waiver.line}", waiver.rules) for waiver in self._waivers]
        named = [(path, where, rule) for path, where, rules in told for rule in rules]
        named += [(self._config, self._where(number), entry.rule) for number, entry in self._allow if entry.rule]
        unknown = sorted({one for one in named if one[-1] not in self._rules})
        return (
            *expired,
            *(
                Notice(f"{where}: no rule is named '{_without_values(rule)}'.{nearest(rule, self._rules)}", [path])
                for path, where, rule in unknown
            ),
        )

    def _inline(self, rule: str, matches: Sequence[Placed]) -> Suppression | None:
        fitting = [
            waiver
            for match in matches
            for line in (match.region.line, match.region.line - 1)
            for waiver in self._at.get((_text_of(match.blob), line), ())
            if not waiver.rules or rule in waiver.rules or match.rule in waiver.rules
        ]
        if not fitting:
            return None
        self._used.update(map(_of_waiver, fitting))
        first = min(fitting)
        return Suppression("inline", f"{first.path}:{first.line}", first.reason)

    def _ignore_file(self, matches: Sequence[Placed]) -> Suppression | None:
        if not self._patterns or not matches:
            return None
        checks = [self._check(match.blob) for match in matches]
        ignored = all(check.include for check in checks)
        # A '!' pattern does its work where it keeps a finding, any other where it waives one.
        decided = {check.index for check in checks if check.index is not None and check.include == ignored}
        self._used.update(_of_pattern(*self._patterns[index]) for index in decided)
        if not ignored:
            return None
        return Suppression("ignore-file", f"{IGNORE_FILE}:{self._patterns[min(decided)][0]}")

    def _allowed(self, rule: str, matches: Sequence[Placed], fingerprint: str) -> Suppression | None:
        fitting = [
            (number, entry)
            for number, entry in self._allow
            if not self._expired(entry)
            and entry.rule in ("", rule)
            and entry.fingerprint in ("", fingerprint)
            and (not entry.path or (matches and all(self._fits(number, match.blob) for match in matches)))
        ]
        if not fitting:
            return None
        self._used.update(self._of_allow(*numbered) for numbered in fitting)
        number, entry = fitting[0]
        return Suppression("allow", self._where(number), _without_values(entry.reason))

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        return _spec([pattern for _, pattern in self._patterns])

    @cached_property
    def _allow_specs(self) -> dict[int, GitIgnoreSpec]:
        return {number: _spec([entry.path]) for number, entry in self._allow if entry.path}

    def _fits(self, number: int, blob: Blob) -> bool:
        spec = self._allow_specs[number]
        return any(map(spec.match_file, _names(blob)))

    def _check(self, blob: Blob) -> CheckResult[str]:
        """Ask about a member's path first, then about its containers', then about what they have inside."""
        checks = [self._spec.check_file(name) for name in _names(blob)]
        return next((check for check in checks if check.index is not None), checks[0])

    def _expired(self, entry: Allow) -> bool:
        return entry.expires is not None and self._today >= entry.expires

    def _ran(self, rules: Sequence[str]) -> bool:
        """Tell whether all the rules that an ignore is for were on in this run; none named means every rule."""
        return self._active >= (frozenset(rules) or self._rules) and self._later.isdisjoint(rules)

    def _where(self, number: int) -> str:
        return f"{self._config}: allow[{number}]"

    def _of_allow(self, number: int, entry: Allow) -> UnusedIgnore:
        fields = (("rule", entry.rule), ("path", entry.path), ("fingerprint", entry.fingerprint))
        what = ", ".join(f"{name} {value}" for name, value in fields if value)
        return UnusedIgnore(self._where(number), what)


def waivers_of_paths(settings: Settings) -> list[Callable[[str], bool]]:
    """Return what waives by a path alone, or among other things: the ignore file, and each allow entry with a path."""
    lists = [[pattern for _, pattern in settings.ignore_patterns], *([entry.path] for entry in settings.allow)]
    return [_spec(patterns).match_file for patterns in lists if any(patterns)]


def _names(blob: Blob) -> Iterator[str]:
    """Yield the paths of a text that a pattern may fit: its own, its containers', and those within each container."""
    parts = [blob.file, *blob.inner.split(INSIDE)] if blob.inner else [blob.file]
    for first in range(len(parts)):
        for last in range(len(parts), first, -1):
            yield INSIDE.join(parts[first:last])


def _spec(patterns: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    # The 'best' backend would be Hyperscan, which compiles for longer than a few findings take to check.
    return GitIgnoreSpec.from_lines(patterns, backend="simple")


def _text_of(blob: Blob) -> str:
    """Return the name of a text, in which lines are counted: the members of a container are read by one id."""
    return f"{blob.id}{INSIDE}{blob.inner}" if blob.inner else blob.id


def _of_waiver(waiver: Waiver) -> UnusedIgnore:
    rules = f"[{', '.join(waiver.rules)}]" if waiver.rules else ""
    return UnusedIgnore(
        f"{waiver.path}:{waiver.line}", _without_values(f"keyguard: ignore{rules} {waiver.reason}".rstrip())
    )


def _of_pattern(line: int, pattern: str) -> UnusedIgnore:
    return UnusedIgnore(f"{IGNORE_FILE}:{line}", pattern)
