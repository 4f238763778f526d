"""What is passed over by its name alone, in the work tree and in the history alike."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pathspec import GitIgnoreSpec

# Only names that are never anything else: what is left out by a name wrongly is a leak that nobody sees. `.vercel`,
# `.serverless`, `.bundle`, `.idea` and `.ipynb_checkpoints` are read: real values have a habit of lying there.
DEPENDENCIES = frozenset(
    (
        ".git .hg .svn .bzr .jj "
        "node_modules bower_components jspm_packages .pnpm-store .parcel-cache .turbo .angular .next .nuxt .svelte-kit "
        ".venv site-packages __pycache__ .eggs .tox .nox .mypy_cache .pytest_cache .ruff_cache .hypothesis htmlcov "
        ".terraform .terragrunt-cache .stack-work .dart_tool Pods DerivedData "
        ".cargo/registry .cargo/git .gradle/caches .gradle/wrapper .m2/repository .yarn/cache .yarn/unplugged pkg/mod"
    ).split()
)

LOCK_FILES = frozenset(
    (
        "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock poetry.lock "
        "uv.lock pdm.lock pixi.lock Pipfile.lock conda-lock.yml Cargo.lock go.sum go.work.sum composer.lock "
        "Gemfile.lock packages.lock.json project.assets.json flake.lock pubspec.lock Podfile.lock Package.resolved "
        "mix.lock gradle.lockfile buildscript-gradle.lockfile .terraform.lock.hcl Chart.lock"
    ).split()
)


def left_out(path: str, exclude: GitIgnoreSpec | None, *, everything: bool) -> str:
    """Say why a tracked file is not read, as it is counted in reports; nothing when it is."""
    if exclude is not None and exclude.match_file(path):
        return "excluded paths"
    if everything:
        return ""
    folders = path.split("/")
    if folders.pop() in LOCK_FILES:
        return "lock files"
    pairs = map("/".join, itertools.pairwise(folders))
    if any(name in DEPENDENCIES for name in folders) or any(pair in DEPENDENCIES for pair in pairs):
        return "dependency and build folders"
    return ""


def patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """Make one test of gitignore patterns."""
    from pathspec import GitIgnoreSpec  # 30 ms, and most scans exclude nothing

    return GitIgnoreSpec.from_lines(lines, backend="simple")  # the others refuse names that are not UTF-8


def amount(size: int) -> str:
    """Write a number of bytes for people."""
    if size < 1024:
        return f"{size} bytes"
    rest, units = size / 1024, iter(("KB", "MB", "GB", "TB"))
    unit = next(units)
    while rest >= 1024 and unit != "TB":
        rest, unit = rest / 1024, next(units)
    return f"{rest:.1f} {unit}" if rest < 10 else f"{rest:.0f} {unit}"
