"""Record every figure of README and docs: `python -m benchmarks CLONES`, from a commit and on an idle machine.

CLONES is a folder with the repositories of benchmarks/public.txt; `python -m benchmarks.public --clone CLONES` makes
it, and `python -m benchmarks.artefacts CLONES/artefacts --fetch benchmarks/artefacts.txt` brings published packages.
It takes about three hours, of which fuzzing takes two; what fails is said, and keeps its old figures.
"""

from __future__ import annotations

import subprocess
import sys

_HISTORY = "hummingbot/hummingbot"

if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
    sys.exit(__doc__)
clones = sys.argv[1]
failed = [
    name
    for name, *options in (
        ("accuracy",),
        ("startup",),
        ("agents",),
        ("tasks",),
        ("folder",),
        ("fleet", "--units", "10000"),
        ("push",),
        ("tree",),
        ("decode",),
        ("peers",),
        ("memory",),
        ("scale",),
        ("history", clones, "--repository", _HISTORY, "--rounds", "3"),
        ("public", clones),
        ("practices", clones),
        ("artefacts", f"{clones}/artefacts"),
        ("fuzz", "--seconds", "900"),
        ("damage", "--count", "10000"),
        ("traps", "--count", "100"),
    )
    if subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options, "--record"], check=False).returncode
]
if failed:
    sys.exit(f"not recorded: {', '.join(failed)}")
