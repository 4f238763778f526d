"""What is found in published packages, notebooks, databases, documents and images: files that have to be opened.

LIST names them, one a line: `pypi NAME==VERSION`, `npm NAME@VERSION`, `maven GROUP:ARTIFACT:VERSION`,
`deb NAME=VERSION` and `github OWNER/NAME@COMMIT:PATH`; benchmarks/artefacts.txt is one. --fetch brings them into
FOLDER with pip, npm, mvn, apt-get and curl.
Every file in FOLDER is scanned by itself, at the default settings, so that what lies beside it says nothing of it.
Whether a finding is a leak is for a reader to judge: each is named, without a value.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.claims import claim
from benchmarks.common import KEYGUARD, MEGABYTE, parser, table

_KINDS = {
    ".whl": "wheel", ".tar.gz": "sdist", ".tgz": "npm tarball", ".jar": "jar", ".deb": "Debian package",
    ".bundle": "bundle of git", ".tar": "image", ".ipynb": "notebook", ".sqlite": "database", ".db": "database",
    ".docx": "document", ".pptx": "document", ".xlsx": "document", ".odt": "document", ".pdf": "document",
    ".zip": "zip",
}  # fmt: skip


def main() -> None:
    """Scan and print."""
    ask = parser(__doc__)
    ask.add_argument("folder", type=Path, metavar="FOLDER", help="where the artefacts are")
    ask.add_argument("--fetch", type=Path, metavar="LIST", help="bring what a list names into FOLDER, and end")
    options = ask.parse_args()
    if options.fetch:
        _fetch(options.fetch.read_text("utf-8").splitlines(), options.folder)
        return
    counts: dict[str, Counter[str]] = {}
    with claim(options, "artefacts") as said:
        for path in sorted(one for one in options.folder.rglob("*") if one.is_file()):
            counts.setdefault(_kind(path), Counter()).update(_looked_at(path))
        every = sum(counts.values(), Counter[str]())
        rows = [_row(kind, of) for kind, of in [*sorted(counts.items()), ("all", every)]]
        table([["kind", "artefacts", "MB", "findings", "not read", "time"], *rows])
        said.sentence = f"{every['artefacts']} published artefacts: {every['findings']} findings."


def _looked_at(path: Path) -> dict[str, int]:
    began = time.perf_counter()
    report = _scan(path)
    for finding in report["findings"]:
        for part in finding["parts"]:
            print(f"{path.name}: {finding['rule']}: {part['path']}:{part['line']} ({part['part']})", file=sys.stderr)
    return {
        "artefacts": 1,
        "bytes": path.stat().st_size,
        "findings": len(report["findings"]),
        "skipped": len(report["skipped"]),
        "seconds": round(time.perf_counter() - began),
    }


def _row(kind: str, of: Counter[str]) -> list[str]:
    size = f"{of['bytes'] / MEGABYTE:,.0f}"
    return [kind, str(of["artefacts"]), size, str(of["findings"]), str(of["skipped"]), f"{of['seconds']} s"]


def _kind(path: Path) -> str:
    return next((kind for ending, kind in _KINDS.items() if path.name.endswith(ending)), path.suffix or "other")


def _scan(path: Path) -> Any:
    command = [*KEYGUARD, "scan", "--no-history", "--format", "json", str(path)]
    return json.loads(subprocess.run(command, check=False, stdout=subprocess.PIPE, cwd=path.parent).stdout)


def _fetch(lines: list[str], folder: Path) -> None:
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    commands = {
        "pypi": [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)],
        "npm": ["npm", "pack", "--silent", "--pack-destination", str(folder)],
        "deb": ["apt-get", "download", "-qq"],
        "github": ["curl", "--fail", "--silent", "--location", "--output"],
        "maven": ["mvn", "-q", "-B", "dependency:copy", f"-DoutputDirectory={folder}"],
    }
    for line in lines:
        registry, _, name = line.partition(" ")
        if registry in commands:
            subprocess.run([*commands[registry], *_wanted(registry, name)], check=False, cwd=folder)


def _wanted(registry: str, name: str) -> list[str]:
    if registry == "maven":
        return [f"-Dartifact={name}"]
    if registry == "github":
        repository, _, path = name.partition(":")
        owner, _, commit = repository.rpartition("@")
        return [f"{owner}/{path}".replace("/", "+"), f"https://raw.githubusercontent.com/{owner}/{commit}/{path}"]
    return [name]


if __name__ == "__main__":
    main()
