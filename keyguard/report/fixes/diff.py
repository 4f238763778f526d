r"""Unified diffs as `git apply` and `patch -p1` take them; a line's end may be \r\n, or be missing in the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NO_END = "\\ No newline at end of file"


@dataclass(frozen=True, slots=True)
class Changed:
    """The lines of a file with their ends, and the text that replaces some of them; no lines for a new file."""

    old: Sequence[str]
    new: Mapping[int, str]


def can_name(path: str) -> bool:
    """Say whether a path can stand in a diff as it is; git quotes others, and tools differ in how they read that."""
    return path.isprintable() and not any(sign in path for sign in '"\\')


def is_plain(changed: Changed) -> bool:
    """Say whether a terminal shows the lines around as they are: one that does not could hide what it does."""
    near = {line for number in changed.new for line in range(number - 3, number + 4)}
    texts = [changed.old[number] for number in near if 0 <= number < len(changed.old)]
    return all(text.rstrip("\r\n").replace("\t", "").isprintable() for text in texts)


def unified(path: str, changed: Changed, context: int) -> Iterator[str]:
    """Yield the lines of a file's diff."""
    tab = "\t" if " " in path else ""
    yield f"--- a/{path}{tab}" if changed.old else "--- /dev/null"
    yield f"+++ b/{path}{tab}"
    offset = 0
    for numbers in _hunks(sorted(changed.new), context):
        begin = max(0, numbers[0] - context)
        end = min(len(changed.old), numbers[-1] + context + 1)
        lines = [line for number in range(begin, max(end, 1)) for line in _line(changed, number)]
        old, new = _count(lines, " -"), _count(lines, " +")
        yield f"@@ -{_range(begin, old)} +{_range(begin + offset, new)} @@"
        yield from lines
        offset += new - old


def _range(begin: int, count: int) -> str:
    return f"{begin + 1 if count else begin},{count}"


def _hunks(numbers: Sequence[int], context: int) -> Iterator[list[int]]:
    """Put together the changed lines whose contexts touch."""
    hunk: list[int] = []
    for number in numbers:
        if hunk and number - hunk[-1] > 2 * context + 1:
            yield hunk
            hunk = []
        hunk.append(number)
    yield hunk


def _line(changed: Changed, number: int) -> Iterator[str]:
    old = changed.old[number] if number < len(changed.old) else ""
    if number not in changed.new:
        yield from _signed(" ", old)
        return
    kept = changed.new[number]
    if old and kept.endswith(old):  # lines are put before it
        yield from _signed("+", kept[: -len(old)])
        yield from _signed(" ", old)
    elif old and old.endswith("\n") and kept.startswith(old):
        yield from _signed(" ", old)
        yield from _signed("+", kept[len(old) :])
    else:
        yield from _signed("-", old)
        yield from _signed("+", kept)


def _signed(sign: str, text: str) -> Iterator[str]:
    *lines, last = text.split("\n")
    yield from (sign + line for line in lines)
    if last:
        yield from (sign + last, _NO_END)


def _count(lines: Sequence[str], signs: str) -> int:
    return sum(line[0] in signs for line in lines)
