"""The pipelines: GitHub's workflow, and the job for GitLab, each with the keyguard that a source pins."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from keyguard import home
from keyguard.cli.setup import CannotAddError, Part, earlier
from keyguard.cli.setup.layout import joined, mapping, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.home import Source

# By their commits: a tag may be moved to other code.
_CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"
_UPLOAD = "github/codeql-action/upload-sarif@8aad20d150bbac5944a9f9d289da16a4b0d87c1e # v4.36.2"
_UPLOADS = (
    "${{ !cancelled() && steps.keyguard.outputs.sarif-file != '' && github.event.pull_request.head.repo.fork != true }}"
)


# --- what installs


def _installs(python: str, source: Source, version: str | None) -> Iterator[tuple[str, ...]]:
    """Return the commands, each in its lines, that install a source, and the packages that its own lock pins.

    An index is an option of pip's, as variables of a project come before those of a job; and whatever other index pip
    is told to ask, the hash holds. A hash can only stand in a file: that is standard input, as a file in a checkout
    would be scanned.
    """
    pip, index = f"{python} -I -m pip install --quiet --no-deps", ""
    if isinstance(source, home.Index):
        index = f" --index-url {source.address}"
        yield f"echo '{source.requirement}' |", f"{pip}{index} --require-hashes --requirement=/dev/stdin"
    else:
        yield (f'{pip} "{source.requirement}"{comment(source, version)}',)
    lock = f'--requirement="$({python} -I -m keyguard.action lock)"'
    yield f"{pip}{index} --only-binary=:all: --require-hashes", lock


def commands(source: Source, version: str | None) -> str:
    """Return the commands for a pipeline of any other service."""
    return "".join(" \\\n  ".join(lines) + "\n" for lines in _installs("python3", source, version))


def comment(source: Source, version: str | None) -> str:
    """Return what is said of a commit beside it: the version that it is, where that is known."""
    return f" # v{version}" if version and isinstance(source, home.Repository) else ""


# --- GitHub


def workflow(source: Source, version: str | None = None, branch: str | None = "main") -> str:
    """Return a GitHub workflow for a repository whose pull requests go into `branch`; None for any."""
    return _workflow(source, version, _filter(branch))


def _workflow(source: Source, version: str | None, branches: str) -> str:
    return f"""\
name: keyguard

on:
  push:
    branches: [{branches}]
  pull_request:
  schedule:
    - cron: "17 4 * * 1"

permissions: {{}}

jobs:
  keyguard:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      security-events: write  # for code scanning
    steps:
      - uses: {_CHECKOUT}
        with:
          fetch-depth: 0
          persist-credentials: false
{steps(source, version)}\
      # The token of a pull request from a fork may not write.
      - if: {_UPLOADS}
        uses: {_UPLOAD}
        with:
          sarif_file: ${{{{ steps.keyguard.outputs.sarif-file }}}}
"""


def steps(source: Source, version: str | None) -> str:
    """Return the steps of a workflow that scan: GitHub's action, or what runs the same where that cannot be."""
    action = source.action if isinstance(source, home.Repository) else None
    if action is None:
        return _runs(source, version)
    return f"""\
      - id: keyguard
        uses: {action}@{source.pin}{comment(source, version)}
"""


_PYTHON = "keyguard-venv/bin/python"  # below the folder where steps work in which nothing of the checkout lies


def _runs(source: Source, version: str | None) -> str:
    """Return the steps that install keyguard and run what the action runs."""
    commands = "\n          ".join(" \\\n            ".join(lines) for lines in _installs(_PYTHON, source, version))
    return f"""\
      - name: Install keyguard
        working-directory: ${{{{ runner.temp }}}}
        run: |
          python3 -I -m venv keyguard-venv
          {commands}
      - id: keyguard
        run: '"$RUNNER_TEMP/{_PYTHON}" -I -m keyguard.action'
"""


def _filter(branch: str | None) -> str:
    """Return GitHub's pattern for a branch, as a string of YAML, which a string of JSON is.

    A name is a stranger's text: what would be an expression, or is no text, is given up for all branches.
    """
    if branch is None or "${{" in branch or not branch.isprintable():
        return '"**"'
    return json.dumps(re.sub(r"([*?+\[\]!\\])", r"\\\1", branch), ensure_ascii=False)


def workflow_parts(text: str) -> list[Part]:
    """Return where a workflow is ours: as a whole."""
    found = re.search(r"(?m)^ +branches: \[(.*)\]$", text)
    branches = found[1] if found else ""

    def render(source: Source | None, version: str | None) -> list[str]:
        return [_workflow(source, version, branches)] if source else []

    def before(source: Source | None) -> list[tuple[str, int]]:
        return [(one, 0) for one in earlier.workflows(source, render(source, None)[0])] if source else []

    return [Part(0, len(text), render, before)]


# --- GitLab


def with_job(text: str, source: Source, version: str | None = None) -> str:
    """Return a GitLab pipeline with a job for keyguard behind all others, or as it is when it has one.

    Where there are pipelines of merge requests, a job without rules of its own stays out of them.
    """
    by_hand = job(source, version)
    keys = _keys(text, by_hand)
    if any("keyguard" in key for key in keys):
        return text
    stages = [stage.value for stage in getattr(keys.get("stages"), "value", ()) if isinstance(stage.value, str)]
    # A job's stage is `test` unless it says another one; `.pre` is in every pipeline.
    stage = _PRE if stages and "test" not in stages else ""
    return joined(text, job(source, version, stage, of_requests=bool(_MERGE_REQUESTS.search(text))))


def lacks_job(text: str) -> bool:
    """Tell whether a pipeline has no job for keyguard, and can be given one."""
    try:
        return not any("keyguard" in key for key in _keys(text, ""))
    except CannotAddError:
        return False


def _keys(text: str, by_hand: str) -> dict[str, Any]:
    return {key.value: value for key, value in mapping(text, by_hand).value} if text.strip() else {}


# Variables, sources, `only: [merge_requests]` and GitLab's own templates, but not comments.
_MERGE_REQUESTS = re.compile(r"(?im)^(?:(?!(?:^|\s)\#).)*merge[_-]?request")
_PRE = "  stage: .pre\n"
_SCAN_OF_REQUESTS = """\
    - >-
      keyguard scan ${CI_MERGE_REQUEST_DIFF_BASE_SHA:+--range "$CI_MERGE_REQUEST_DIFF_BASE_SHA..$CI_COMMIT_SHA"
      --config-from "$CI_MERGE_REQUEST_DIFF_BASE_SHA"} --report gitlab=gl-secret-detection-report.json
"""
_SCAN_OF_BRANCHES = """\
    - >-
      if [ "${CI_COMMIT_BRANCH:-$CI_DEFAULT_BRANCH}" != "$CI_DEFAULT_BRANCH" ];
      then base="origin/$CI_DEFAULT_BRANCH"; fi
    - >-
      keyguard scan ${base:+--range "$base..$CI_COMMIT_SHA" --config-from "$base"}
      --report gitlab=gl-secret-detection-report.json
"""


def job(source: Source, version: str | None, stage: str = "", *, of_requests: bool = False) -> str:
    """Return a job of GitLab's, for a project with pipelines of merge requests or without.

    What is to be merged is scanned by the word of the branch that it goes into, so that it cannot waive its own leak.
    """
    rules, scan = "", _SCAN_OF_BRANCHES
    if of_requests:
        scan = _SCAN_OF_REQUESTS
        rules = """\
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
"""
    installs = "".join(f"    - {_item(lines)}\n" for lines in _installs("python", source, version))
    return f"""\
keyguard:
{stage}\
  image: python:3.12
  variables:
    GIT_DEPTH: "0"
  script:
{installs}\
{scan}{rules}\
  artifacts:
    when: always
    reports:
      secret_detection: gl-secret-detection-report.json
"""


def _item(lines: tuple[str, ...]) -> str:
    return lines[0] if len(lines) == 1 else "\n      ".join([">-", *lines])


def job_parts(text: str) -> list[Part]:
    """Return where the job for keyguard stands in a pipeline of GitLab's."""
    place = span(text, "keyguard")
    if place is None:
        return []
    forms = [(stage, of_requests) for stage in ("", _PRE) for of_requests in (False, True)]

    def render(source: Source | None, version: str | None) -> list[str]:
        return [job(source, version, stage, of_requests=one) for stage, one in forms] if source else []

    def before(source: Source | None) -> list[tuple[str, int]]:
        forms = enumerate(render(source, None))
        return [(old, number) for number, form in forms for old in earlier.jobs(source, form)] if source else []

    return [Part(*place, render, before)]
