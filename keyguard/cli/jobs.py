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
    "GITEA_ACTIONS",
    "FORGEJO_ACTIONS",
    "CI_PIPELINE_NUMBER",  # Woodpecker
    "WOODPECKER",
    "CONTINUOUS_INTEGRATION",
    "BUILD_NUMBER",
    "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI",  # Azure Pipelines
    "BITBUCKET_COMMIT",
    "CODEBUILD_BUILD_ARN",
    "bamboo_planKey",
    "GO_PIPELINE_LABEL",
    "AC_APPCIRCLE",
    "AGOLA_GIT_REF",
    "APPCENTER_BUILD_ID",
    "BITRISE_IO",
    "BUDDY_WORKSPACE_ID",
    "CF_BUILD_ID",  # Codefresh
    "CI_XCODE_PROJECT",  # Xcode Cloud
    "CM_BUILD_ID",  # Codemagic
    "DSARI",
    "EARTHLY_CI",
    "EAS_BUILD",
    "HEROKU_TEST_RUN_ID",
    "LAYERCI",
    "MAGNUM",
    "NETLIFY",
    "NEVERCODE",
    "RENDER",
    "SAILCI",
    "SCREWDRIVER",
    "SHIPPABLE",
    "STRIDER",
    "TDDIUM",  # Solano
    "VELA",
    "VERCEL",
)
"""Variables that a CI sets for its jobs."""

_FILES = ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE")
"""Variables that name a file by which a job tells its CI something: it is shown, or goes to further steps."""

_NO = {"", "0", "false", "no"}


def sign() -> str:
    """Return the variable by which this is known for a job; '' where it is none."""
    return next((name for name in NAMES if os.environ.get(name, "").lower() not in _NO), "")


def reads(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file is one that the CI reads, such as the summary of the job: it is as public as the log."""
    named = filter(None, map(os.environ.get, _FILES))
    return os.path.realpath(path) in map(os.path.realpath, named)
