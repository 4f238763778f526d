"""The pipelines: GitHub's workflow, and the job for GitLab."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from keyguard.cli.setup.layout import joined, mapping

if TYPE_CHECKING:
    from keyguard.cli.setup import Origin

# By their commits: a tag may be moved to other code.
_CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"
_UPLOAD = "github/codeql-action/upload-sarif@8aad20d150bbac5944a9f9d289da16a4b0d87c1e # v4.36.2"


def workflow(origin: Origin, branch: str | None = "main") -> str:
    """Return a GitHub workflow for a repository whose pull requests go into `branch`; None for any."""
    if origin.action:
        run = f"      - id: keyguard\n        uses: {origin.action}\n"
        there = "steps.keyguard.outputs.sarif-file != '' && "
        sarif = "${{ steps.keyguard.outputs.sarif-file }}"
    else:
        run = (
            f"      - run: python3 -m venv .keyguard-venv && .keyguard-venv/bin/pip install '{origin.requirement}'\n"
            "      - run: .keyguard-venv/bin/keyguard scan --exclude .keyguard-venv --report sarif=keyguard.sarif\n"
        )
        there = ""
        sarif = "keyguard.sarif"
    return f"""\
name: keyguard

on:
  push:
    branches: [{_filter(branch)}]
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
{run}\
      # The token of a pull request from a fork may not write.
      - if: ${{{{ !cancelled() && {there}github.event.pull_request.head.repo.fork != true }}}}
        uses: {_UPLOAD}
        with:
          sarif_file: {sarif}
"""


def _filter(branch: str | None) -> str:
    """Return GitHub's pattern for a branch, as a string of YAML, which a string of JSON is.

    A name is a stranger's text: what would be an expression, or is no text, is given up for all branches.
    """
    if branch is None or "${{" in branch or not branch.isprintable():
        return '"**"'
    return json.dumps(re.sub(r"([*?+\[\]!\\])", r"\\\1", branch), ensure_ascii=False)


def with_job(text: str, origin: Origin) -> str:
    """Return a GitLab pipeline with a job for keyguard behind all others, or as it is when it has one.

    Where there are pipelines of merge requests, a job without rules of its own stays out of them.
    """
    by_hand = _job(origin)
    keys = {key.value: value for key, value in mapping(text, by_hand).value} if text.strip() else {}
    if any("keyguard" in key for key in keys):
        return text
    stages = [stage.value for stage in getattr(keys.get("stages"), "value", ()) if isinstance(stage.value, str)]
    # A job's stage is `test` unless it says another one; `.pre` is in every pipeline.
    stage = "  stage: .pre\n" if stages and "test" not in stages else ""
    return joined(text, _job(origin, stage, of_requests=bool(_MERGE_REQUESTS.search(text))))


# Variables, sources, `only: [merge_requests]` and GitLab's own templates, but not comments.
_MERGE_REQUESTS = re.compile(r"(?im)^(?:(?!(?:^|\s)\#).)*merge[_-]?request")


def _job(origin: Origin, stage: str = "", *, of_requests: bool = False) -> str:
    rules, scan = "", "    - keyguard scan --report gitlab=gl-secret-detection-report.json\n"
    if of_requests:
        scan = """\
    - >-
      keyguard scan ${CI_MERGE_REQUEST_DIFF_BASE_SHA:+--range "$CI_MERGE_REQUEST_DIFF_BASE_SHA..$CI_COMMIT_SHA"}
      --report gitlab=gl-secret-detection-report.json
"""
        rules = """\
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
"""
    return f"""\
keyguard:
{stage}\
  image: python:3.12
  variables:
    GIT_DEPTH: "0"
  script:
    - pip install --quiet "{origin.requirement}"
{scan}{rules}\
  artifacts:
    when: always
    reports:
      secret_detection: gl-secret-detection-report.json
"""
