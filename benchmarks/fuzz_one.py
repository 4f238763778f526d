"""One reader under atheris, in a process of its own: libFuzzer ends the process that it runs in."""

from __future__ import annotations

import hashlib
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.readers import Reader


def run(atheris: Any, reader: Reader, words: Sequence[str]) -> None:
    """Hand inputs to a reader until the time is over, and say once for each place what it raised."""
    name, corpus, faults, *options = words
    for seed in reader.seeds():
        (Path(corpus) / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    told: set[tuple[str, ...]] = set()

    def one(data: bytes) -> None:
        try:
            reader.read(data)
        except Exception as error:  # noqa: BLE001 - all of them are what is looked for
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = (type(error).__name__, place.filename, str(place.lineno))
            if where not in told:
                told.add(where)
                _keep(Path(faults), name, data, " ".join(where))

    atheris.Setup([sys.argv[0], *options, "-max_len=8192", "-timeout=120", "-rss_limit_mb=4096", corpus], one)
    atheris.Fuzz()


def _keep(faults: Path, name: str, data: bytes, where: str) -> None:
    faults.mkdir(parents=True, exist_ok=True)
    file = faults / f"{name.replace(' ', '-')}-{hashlib.sha256(data).hexdigest()[:12]}"
    file.write_bytes(data)
    print(f"FAULT {where} {file}", file=sys.stderr, flush=True)
