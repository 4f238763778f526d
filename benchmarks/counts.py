"""What runs of a benchmark counted: a line for each piece of a run, in a folder that the next run adds to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse


class Counts:
    """The pieces that were counted so far; those of no folder are forgotten with the run."""

    def __init__(self, folder: Path | None, name: str) -> None:
        self._file = folder / f"{name}.jsonl" if folder else None
        self.pieces: list[dict[str, Any]] = []
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        if self._file and self._file.exists():
            self.pieces = [json.loads(line) for line in self._file.read_text("utf-8").splitlines()]

    def add(self, piece: dict[str, Any]) -> None:
        """Count a piece; it is written at once, so that a run may be ended at any time."""
        self.pieces.append(piece)
        if self._file:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(piece)}\n")

    def next_of(self, seed: int) -> int:
        """Return the first number of a seed that no piece has tried."""
        return max((piece["next"] for piece in self.pieces if piece["seed"] == seed), default=0)

    def total(self, key: str) -> dict[str, int]:
        """Add up the numbers that stand under a key of each piece."""
        found: dict[str, int] = {}
        for piece in self.pieces:
            for name, number in piece[key].items():
                found[name] = found.get(name, 0) + number
        return found


def option(command: argparse.ArgumentParser) -> None:
    """Give a command line the option for such a folder."""
    command.add_argument("--state", type=Path, help="a folder of what runs counted, which this one adds to")
