"""Whether this is a job of a CI, whose log is read by more people than the one who started it."""

from __future__ import annotations

import os

NAMES = (
    "CI",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "TF_BUILD",  # Azure Pipelines
    "JENKINS_URL",
    "HUDSON_URL",
    "BUILDKITE",
    "TEAMCITY_VERSION",
    "CIRCLECI",
    "TRAVIS",
    "DRONE",
    "CIRRUS_CI",
    "APPVEYOR",
    "SEMAPHORE",
    "BITBUCKET_BUILD_NUMBER",
    "CODEBUILD_BUILD_ID",  # AWS
    "BUILD_ID",  # Google Cloud Build, and Jenkins
    "bamboo_buildKey",
    "GO_PIPELINE_NAME",
    "HARNESS_BUILD_ID",
    "PROW_JOB_ID",
    "TASKCLUSTER_ROOT_URL",
)
"""Variables that a CI sets for its jobs."""

_NO = {"", "0", "false", "no"}


def sign() -> str:
    """Return the variable by which this is known for a job; '' where it is none."""
    return next((name for name in NAMES if os.environ.get(name, "").lower() not in _NO), "")
