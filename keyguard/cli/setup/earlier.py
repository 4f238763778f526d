"""What earlier versions of `keyguard init` wrote, told from what this one writes: so `--upgrade` knows it again.

A pin in it is read as any other; this is about the text around it, which is replaced as a whole if nobody touched it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyguard import home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.home import Source

_INSTALLS = re.compile(r"(?m)(^  script:\n)(?:    - (?:python|>-\n +(?:echo|python))[^\n]*\n(?:      [^\n]*\n)*)+")
_STEPS = re.compile(r"(?ms)^      - name: Install keyguard\n.*?(?=^      # )")
_OLD_STEPS = """\
      - run: python3 -m venv .keyguard-venv && .keyguard-venv/bin/pip install 'REQUIREMENT'
      - run: .keyguard-venv/bin/keyguard scan --exclude .keyguard-venv --report sarif=keyguard.sarif
"""
_CACHE = """\
    KEYGUARD_CACHE_DIR: $CI_PROJECT_DIR/.cache/keyguard
  cache:
    key: keyguard
    paths: [.cache/keyguard]
"""


_SCAN = re.compile(
    r"(?m)(?:^    - >-\n      if [^\n]*\n      then [^\n]*\n)?"
    r"^    - >-\n      keyguard scan [^\n]*\n      [^\n]*\n"
)
_SCAN_OF_ALL = "    - keyguard scan --report gitlab=gl-secret-detection-report.json\n"
_SCAN_OF_REQUESTS = """\
    - >-
      keyguard scan ${CI_MERGE_REQUEST_DIFF_BASE_SHA:+--range "$CI_MERGE_REQUEST_DIFF_BASE_SHA..$CI_COMMIT_SHA"}
      --report gitlab=gl-secret-detection-report.json
"""


def jobs(source: Source, job: str) -> Iterator[str]:
    """Return the jobs for GitLab that were written where now it is `job`."""
    before = _SCAN_OF_REQUESTS if "merge_request_event" in job else _SCAN_OF_ALL
    job = _SCAN.sub(lambda _: before, job)
    yield job
    if isinstance(source, home.Repository):
        plain = _INSTALLS.sub(lambda found: f'{found[1]}    - pip install --quiet "{source.requirement}"\n', job)
        yield plain
        yield plain.replace("  script:\n", f"{_CACHE}  script:\n")


def workflows(source: Source, workflow: str) -> Iterator[str]:
    """Return the workflows that were written where now it is `workflow`."""
    if isinstance(source, home.Repository) and not source.on_github:
        yield (
            _STEPS.sub(lambda _: _OLD_STEPS.replace("REQUIREMENT", source.requirement), workflow)
            .replace("steps.keyguard.outputs.sarif-file != '' && ", "")
            .replace("${{ steps.keyguard.outputs.sarif-file }}", "keyguard.sarif")
        )
