"""What tools put there: installed packages, caches and lock files, told by what stands in their folder or beside it.

A name alone leaves nothing out: in a `node_modules` without a manifest lie somebody's own files.

    node_modules/ccxt/      package.json in it               a package
    node_modules/keys.js    nothing                          read
    node_modules/bot/       .git in it                       somebody's clone, in which they work
    .venv/lib/              pyvenv.cfg above it              packages; `.venv/bin/activate` is read
    package-lock.json       package.json beside it           a lock file
    __pycache__/bot.pyc     bot.py above it                  compiled from what is read anyway
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Protocol

from keyguard.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STORES = frozenset(".git .hg .svn .bzr .jj".split())
COMPILED = "__pycache__"

PACKAGES = frozenset("node_modules bower_components jspm_packages".split())
_MANIFESTS = ("package.json", "bower.json", ".bower.json")
_INSTALLERS = (".package-lock.json", ".yarn-integrity", ".modules.yaml", "../package.json")
_SITE = "site-packages"
_DISTRIBUTIONS = (".dist-info", ".egg-info", ".egg")
_ENVIRONMENT = "pyvenv.cfg"
_OF_ENVIRONMENT = frozenset("lib lib64 Lib include Include share man".split())

# By a folder's name, or its last two: what a tool leaves in it, or beside it.
_TAG = ("CACHEDIR.TAG",)
_MADE = {
    ".mypy_cache": _TAG, ".pytest_cache": _TAG, ".ruff_cache": _TAG, ".tox": _TAG, ".nox": _TAG,
    ".cargo/registry": _TAG, ".cargo/git": _TAG, ".gradle/caches": (*_TAG, "journal-1"), ".gradle/wrapper": ("dists",),
    ".m2/repository": ("org/apache", "org/codehaus"), ".yarn/cache": ("../../yarn.lock",), ".eggs": ("README.txt",),
    ".yarn/unplugged": ("../../yarn.lock",), "pkg/mod": ("cache/lock", "cache/download"), ".pnpm-store": ("v3", "v10"),
    ".terraform/providers": ("../../.terraform.lock.hcl",), ".terraform/modules": ("modules.json",),
    ".terragrunt-cache": ("../terragrunt.hcl",), ".stack-work": ("../stack.yaml",), "Pods": ("Manifest.lock",),
    ".dart_tool": ("package_config.json",), "DerivedData": ("ModuleCache.noindex",), ".hypothesis": ("unicode_data",),
}  # fmt: skip

_NODE, _GRADLE = ("package.json",), ("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts")
_LOCKED = {
    "package-lock.json": _NODE, "npm-shrinkwrap.json": _NODE, "yarn.lock": _NODE, "pnpm-lock.yaml": _NODE,
    "bun.lock": _NODE, "bun.lockb": _NODE, "deno.lock": ("deno.json", "deno.jsonc", "package.json"),
    "poetry.lock": ("pyproject.toml",), "uv.lock": ("pyproject.toml",), "pdm.lock": ("pyproject.toml",),
    "pixi.lock": ("pixi.toml", "pyproject.toml"), "Pipfile.lock": ("Pipfile",),
    "conda-lock.yml": ("environment.yml", "environment.yaml", "pyproject.toml"), "Cargo.lock": ("Cargo.toml",),
    "go.sum": ("go.mod",), "go.work.sum": ("go.work",), "composer.lock": ("composer.json",),
    "Gemfile.lock": ("Gemfile",), "flake.lock": ("flake.nix",), "pubspec.lock": ("pubspec.yaml",),
    "Podfile.lock": ("Podfile",), "Package.resolved": ("Package.swift",), "mix.lock": ("mix.exs",),
    "gradle.lockfile": _GRADLE, "buildscript-gradle.lockfile": _GRADLE, "Chart.lock": ("Chart.yaml",),
}  # fmt: skip

_FOLDERS = "|".join(re.escape(name) for name in sorted((*PACKAGES, *_MADE, _SITE, COMPILED)))
_CANDIDATE = expression(rf"(?:^|/)(?:(?:{_FOLDERS})/|(?:{'|'.join(map(re.escape, sorted(_LOCKED)))})$)")


class Tree(Protocol):
    """What there is to be evidence."""

    def has(self, path: str) -> bool:
        """Say whether a file or folder of this path is there."""

    def names(self, folder: str) -> Iterable[str]:
        """Name what lies in a folder."""


class Listing:
    """The tree that a list of files makes up; what was decided of a folder is kept."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = sorted(set(paths))
        self._made: dict[str, bool] = {"": False}

    def has(self, path: str) -> bool:
        """Say whether a file or folder of this path is there."""
        path = posixpath.normpath(path)
        return self._at(path) == path or self._at(f"{path}/").startswith(f"{path}/")

    def names(self, folder: str) -> Iterator[str]:
        """Name what lies in a folder, some of it more than once."""
        start = f"{folder}/"
        for at in range(bisect_left(self._paths, start), len(self._paths)):
            if not self._paths[at].startswith(start):
                return
            yield self._paths[at][len(start) :].partition("/")[0]

    def _at(self, path: str) -> str:
        at = bisect_left(self._paths, path)
        return self._paths[at] if at < len(self._paths) else ""

    def is_made(self, folder: str) -> bool:
        """Say whether a folder, or one above it, is a tool's work."""
        if folder not in self._made:
            above = folder.rpartition("/")[0]
            self._made[folder] = self.is_made(above) or is_made(folder, self)
        return self._made[folder]


def may_be_made(path: str) -> bool:
    """Say whether evidence about a file is to be looked for at all: nearly always not."""
    return _CANDIDATE.search(path) is not None


def why_left_out(path: str, tree: Listing) -> str:
    """Say why a file that may be made by a tool is not read, as it is counted in reports; nothing when it is."""
    folder, _, name = path.rpartition("/")
    if is_lock_file(folder, name, tree):
        return "lock files beside their manifests"
    if tree.is_made(folder) or _is_compiled(folder, name, tree):
        return "installed packages, caches and build folders"
    return ""


def is_made(folder: str, tree: Tree) -> bool:
    """Say whether a folder is a package or a tool's own, whatever lies above it."""
    above, _, name = folder.rpartition("/")
    further, _, parent = above.rpartition("/")
    if parent in PACKAGES or (parent[:1] == "@" and further.rpartition("/")[2] in PACKAGES):
        return _is_package(folder, name, tree)
    if name == _SITE:
        return any(other.endswith(_DISTRIBUTIONS) for other in tree.names(folder))
    if name in _OF_ENVIRONMENT and tree.has(f"{above}/{_ENVIRONMENT}"):
        return True
    return any(tree.has(f"{folder}/{what}") for what in _MADE.get(name) or _MADE.get(f"{parent}/{name}", ()))


def _is_package(folder: str, name: str, tree: Tree) -> bool:
    if name[:1] == "." and name != ".pnpm":  # .cache, .vite: of the tools that work in node_modules
        return any(tree.has(f"{folder}/../{what}") for what in _INSTALLERS)
    return any(tree.has(f"{folder}/{what}") for what in _MANIFESTS) and not tree.has(f"{folder}/.git")


def is_lock_file(folder: str, name: str, tree: Tree) -> bool:
    """Say whether a file's name is that of a lock file, and what it locks is beside it."""
    start = f"{folder}/" if folder else ""
    return any(tree.has(start + manifest) for manifest in _LOCKED.get(name, ()))


def _is_compiled(folder: str, name: str, tree: Tree) -> bool:
    above, _, last = folder.rpartition("/")
    start = f"{above}/" if above else ""
    return last == COMPILED and name.endswith(".pyc") and tree.has(f"{start}{name.partition('.')[0]}.py")
