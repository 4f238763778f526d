"""Files that are there for their credentials: they are not edited, they are kept out of git and to their owner."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.report.fixes.diff import Changed
from keyguard.report.fixes.edits import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOLDS = re.compile(r"(?i)(?:.*/)?(?:\.env(?:rc|\..+)?|[\w.-]+\.env|\.?(?:secrets?|credentials?)(?:\.\w+)?)")
_EXAMPLE = re.compile(r"(?i)example|sample|template|dist\b")
_IS_PATTERN = re.compile(r"[\\*?\[\]!# ]")  # what gitignore reads as more than itself
_LARGEST = 1 << 20


def holds_credentials(path: str) -> bool:
    """Say by its name whether a file is there for credentials, and is no example of one."""
    return _HOLDS.fullmatch(path) is not None and not _EXAMPLE.search(path.rpartition("/")[2])


def ignore_line(path: str) -> str:
    """Return the line that has git ignore a file."""
    return "/" + _IS_PATTERN.sub(r"\\\g<0>", path)


def is_open_to_others(root: str, path: str) -> bool:
    """Say whether group or others may read a file; never on Windows, where modes say nothing of that."""
    try:
        mode = os.lstat(Path(root) / path).st_mode
    except OSError:
        return False
    return os.name == "posix" and stat.S_ISREG(mode) and bool(mode & 0o077)


def left_out_by(dockerfile: str, copied: str) -> tuple[str, str]:
    """Return the file by which an image leaves out what its Dockerfile copies with a folder, and the line for that."""
    folder = dockerfile.rpartition("/")[0]
    context = folder if not folder or copied.startswith(f"{folder}/") else folder.rpartition("/")[0]
    inside = copied.removeprefix(f"{context}/") if context else copied
    return f"{context}/.dockerignore".lstrip("/"), _IS_PATTERN.sub(r"\\\g<0>", inside)


def ignored(root: str, name: str, lines: Iterable[str]) -> Changed | None:
    """Return an ignore file with further lines in it; None where it is more than a file, or has all."""
    content = _content(Path(root) / name)
    if content is None:
        return None
    known = {line.strip() for line in content.split("\n")}
    missing = "".join(f"{line}\n" for line in lines if line not in known and line.isprintable())
    text = Text(name, content)
    if not missing or not text.lines:
        return Changed([], {0: missing}) if missing else None
    last = text.lines[-1]
    end = "" if last.endswith("\n") else "\n"
    return Changed(text.lines, {len(text.lines) - 1: f"{last}{end}{missing}"})


def _content(file: Path) -> str | None:
    """Return what a file holds, '' for none; None for an empty one, of which no diff can be made, and for a link."""
    try:
        found = file.lstat()
        is_fit = stat.S_ISREG(found.st_mode) and 0 < found.st_size <= _LARGEST
        return file.read_bytes().decode("utf-8", "surrogateescape") if is_fit else None
    except FileNotFoundError:
        return ""
    except OSError:
        return None
