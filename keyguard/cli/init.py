"""`keyguard init`: look at a repository, show what would be written for it, ask, and write."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keyguard import SOURCE, __version__
from keyguard.cli import screen, setup
from keyguard.cli.examples import examples
from keyguard.errors import SettingsError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from keyguard.cli.scan import Scan
    from keyguard.settings import Settings

_MAX_BYTES = 1 << 20  # of a file to which something is added
_CREDENTIALS = re.compile(r"(?i)(?:^|/)(?:\.env(?:\.[^/]*)?$|\.okx/|[^/]*(?:credential|secret|api_?key)[^/]*$)")
_CONFIGURATION = re.compile(
    r"(?i)(?:^|/)\.?(?:env|envrc)(?:[._-][^/]*)?$|\.(?:env|ya?ml|json5?|toml|ini|cfg|conf|config|properties)$"
)
_SOURCE = re.compile(r"https://[\w.-]+(?::\d+)?(?:/[\w.~-]+)+/?")
_REF = re.compile(r"[\w][\w./-]*")


@click.command(
    "init",
    epilog=examples(
        "keyguard init  # show the changes, then ask",
        "keyguard init --dry-run",
        "keyguard init --baseline --yes  # park old findings, too",
        "keyguard init --ci gitlab --pre-commit",
    ),
)
@click.argument("folder", metavar="[DIR]", default=".")
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab", "none"]),
    multiple=True,
    help="Write the pipeline for it (default: what the repository uses).",
)
@click.option(
    "--pre-commit/--no-pre-commit",
    default=None,
    help="Add the hooks for pre-commit (default: if the repository uses it).",
)
@click.option("--baseline", is_flag=True, help="Park what is found now in .keyguard-baseline.")
@click.option("--source", metavar="URL", default=SOURCE, show_default=True, help="Where keyguard is fetched from.")
@click.option(
    "--ref", metavar="REF", default=f"v{__version__}", show_default=True, help="Which version: tag or commit."
)
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show the changes, and write nothing.")
def command(folder: str, ci: tuple[str, ...], source: str, ref: str, *, pre_commit: bool | None, **flags: bool) -> int:
    """Set keyguard up in a repository: configuration, hooks, pipeline, .gitignore.

    It scans the repository at DIR (default: the current folder), shows every change as a difference, and asks. A file
    that is there is added to or left alone, never replaced; a second run changes nothing.
    """
    origin = _origin(source, ref)
    root = _root(folder)
    plan = Plan(root)
    facts = _facts(root)
    done = _scan(root)
    _plan_config(plan, done, baseline=flags["baseline"])
    if facts.pre_commit if pre_commit is None else pre_commit:
        plan.change(setup.PRE_COMMIT, lambda text: setup.with_hooks(text, origin))
    _plan_pipelines(plan, ci or facts.services, origin)
    _plan_ignores(plan, done)
    click.echo(screen.visible(f"{root}: {facts.words}; {_found(done)}."))
    for change in plan.changes:
        click.echo()
        _show(change, done)
    for remark in plan.remarks:
        click.echo(f"\n{remark}")
    if not plan.changes:
        click.echo("\nNothing to write: everything is there.")
    elif flags["dry_run"]:
        click.echo("\nNothing is written, as this is a dry run.")
    elif flags["yes"] or _agreed(len(plan.changes)):
        for change in plan.changes:
            change.write()
        click.echo(f"\nWritten: {', '.join(change.name for change in plan.changes)}.")
        _say_next(plan, done)
    else:
        click.echo("Nothing is written.")
    return 0


# --- what the repository uses


@dataclass(frozen=True, slots=True)
class Facts:
    """What a repository uses."""

    pre_commit: bool
    services: tuple[str, ...]

    @property
    def words(self) -> str:
        """The facts as people read them."""
        names = {"github": "GitHub", "gitlab": "GitLab"}
        used = [names[service] for service in self.services] + (["pre-commit"] if self.pre_commit else [])
        return f"uses {', '.join(used)}" if used else "uses neither GitHub nor GitLab nor pre-commit"


def _facts(root: Path) -> Facts:
    from keyguard import plumbing

    # The address may hold a token: only its host is looked at, and it is shown nowhere.
    remote = plumbing.run(["config", "--default", "", "--get", "remote.origin.url"], cwd=root).decode(
        "utf-8", "replace"
    )
    found = re.search(r"^(?:[a-z+]+://)?(?:[^/@\s]*@)?([\w.-]+)", remote)
    host = found[1].lower() if found else ""
    services = [
        service
        for service, sign in (("github", ".github"), ("gitlab", setup.GITLAB))
        if service in host or (root / sign).exists()
    ]
    return Facts((root / setup.PRE_COMMIT).exists(), tuple(services))


def _root(folder: str) -> Path:
    from keyguard import plumbing

    if not Path(folder).is_dir():
        raise SourceError(f"'{folder}' is no folder.", "Name the repository's.")
    root = plumbing.work_tree(folder)
    if root is None:
        raise SourceError(f"'{folder}' is in no git repository.", "`git init` makes one.")
    return root


def _scan(root: Path) -> Scan:
    from keyguard.cli import scan
    from keyguard.cli.targets import Target

    def without(settings: Settings) -> Settings:
        return replace(settings, baseline=None)

    done = scan.perform(Target((str(root),)), scan.Wishes(), {}, without)
    if not done.outcome.complete:
        raise KeyboardInterrupt
    return done


def _found(done: Scan) -> str:
    count = sum(not finding.suppressed for finding in done.outcome.findings)
    return f"{count} finding{'' if count == 1 else 's'} in {done.outcome.scanned.files} files"


def _origin(source: str, ref: str) -> setup.Origin:
    if not _SOURCE.fullmatch(source):
        raise SettingsError("--source must be an https address.", f"Such as {SOURCE}")
    if not _REF.fullmatch(ref):
        raise SettingsError("--ref must be a tag, a branch or a commit.")
    return setup.Origin(source.rstrip("/"), ref)


# --- what would be written


@dataclass(frozen=True, slots=True)
class Change:
    """A file as it is and as it is to be."""

    path: Path
    name: str
    before: str | None  # None: it is not there
    after: str

    def write(self) -> None:
        """Write the file at once or not at all, unless it changed since it was shown."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self.before is None:
                with self.path.open("x", encoding="utf-8", newline="") as stream:
                    stream.write(self.after)
            elif _text(self.path) != self.before:
                raise SettingsError(f"{self.name} has changed since it was shown; it is left alone.", "Run it again.")
            else:
                self._replace()
        except FileExistsError:
            raise SettingsError(f"{self.name} has come into being since; it is left alone.", "Run it again.") from None
        except OSError as error:
            raise SettingsError(f"{self.name} cannot be written: {error.strerror}.") from None

    def _replace(self) -> None:
        new = self.path.with_name(f".{self.path.name}.{os.urandom(4).hex()}.new")
        try:
            with new.open("x", encoding="utf-8", newline="") as stream:
                stream.write(self.after)
            shutil.copymode(self.path, new)
            new.replace(self.path)
        finally:
            new.unlink(missing_ok=True)


@dataclass
class Plan:
    """All changes, and what is to be said of files that are left alone."""

    root: Path
    changes: list[Change] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    tracked: list[str] = field(default_factory=list)  # files of credentials that git carries

    def change(self, name: str, edit: Callable[[str], str], *, new_only: bool = False) -> None:
        """Plan an edit of a file; one that cannot be edited safely is named, with what to add to it by hand."""
        path = self.root / name
        if any(part.is_symlink() for part in (path, *path.parents[: len(Path(name).parts) - 1])):
            self.remarks.append(f"{name} is left alone: a symbolic link is on the way to it.")
            return
        there = os.path.lexists(path)
        if there and new_only:
            self.remarks.append(f"{name} is there already, and left alone.")
            return
        try:
            before = _text(path) if there else None
            after = edit(before or "")
        except setup.CannotAddError as error:
            self.remarks.append(f"{name} is left alone: it has an unusual form. Add to it:\n{error}")
            return
        except (OSError, ValueError):
            self.remarks.append(f"{name} is left alone: it cannot be read as text.")
            return
        if after != (before or ""):
            self.changes.append(Change(path, name, before, after))


def _text(path: Path) -> str:
    """Read a text with its line ends as they are."""
    if not path.is_file() or path.stat().st_size > _MAX_BYTES:
        raise ValueError
    return path.read_bytes().decode("utf-8")


def _plan_config(plan: Plan, done: Scan, *, baseline: bool) -> None:
    """Plan the configuration, and with `baseline` the baseline and the key that names it."""
    from keyguard.baseline import FILE, Baseline, written

    parked = FILE if baseline or os.path.lexists(plan.root / FILE) else None
    there = done.settings.config
    if there is None:
        plan.change(setup.CONFIG, lambda _: setup.config(parked))
    elif parked and there.endswith((".yml", ".yaml")):
        plan.change(there, lambda text: setup.with_baseline(text, parked))
    elif parked and baseline:
        plan.remarks.append(f'Add to [tool.keyguard] in {there}:\n  baseline = "{parked}"')
    if parked and baseline:
        entries = Baseline(parked).and_new(done.outcome.findings, done.rules, plan.root)
        plan.change(parked, lambda _: written(entries), new_only=True)
        plan.change(setup.ATTRIBUTES, lambda text: setup.with_union(text, parked))


def _plan_pipelines(plan: Plan, services: Sequence[str], origin: setup.Origin) -> None:
    if "github" in services:
        plan.change(setup.GITHUB, lambda _: setup.workflow(origin), new_only=True)
    if "gitlab" in services:
        plan.change(setup.GITLAB, lambda text: setup.with_job(text, origin))


def _plan_ignores(plan: Plan, done: Scan) -> None:
    files = dict(_credential_files(done))
    plan.tracked = [file for file, tracked in files.items() if tracked]
    plan.change(setup.IGNORE, lambda text: setup.with_ignored(text, files))


def _credential_files(done: Scan) -> Iterator[tuple[str, bool]]:
    """Return files made for credentials that git does not ignore, and whether it tracks them.

    To ignore a configuration that git tracks would take it away from everybody else; it needs its values moved.
    """
    from keyguard.model import Tracking

    blobs = {match.blob for finding in done.outcome.findings if not finding.suppressed for match in finding.matches}
    for blob in sorted(blobs):
        plain = blob.path.isprintable() and not blob.path.startswith(("#", "!"))
        tracked = blob.tracking is Tracking.TRACKED
        named = _CREDENTIALS if tracked else _CONFIGURATION
        if plain and blob.tracking is not Tracking.IGNORED and named.search(blob.path):
            yield blob.path, tracked


# --- what is said


def _show(change: Change, done: Scan) -> None:
    """Show a difference; the lines around it may hold a value that was found, which is masked."""
    from keyguard.cli.excerpt import without_values

    matches = [match for finding in done.outcome.findings for match in finding.matches]
    before, after = (change.before or "").splitlines(), change.after.splitlines()
    names = "/dev/null" if change.before is None else f"a/{change.name}", f"b/{change.name}"
    color = screen.should_color(sys.stdout)
    for line in difflib.unified_diff(before, after, *names, lineterm=""):
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1]) if color else None
        click.secho(screen.visible(without_values(line, matches)), fg=style, color=color)


def _agreed(count: int) -> bool:
    if sys.stdin is None or not sys.stdin.isatty():
        raise SettingsError("there is no terminal to ask on, so nothing is written.", "--yes writes without asking.")
    return click.confirm(f"\nWrite {'this file' if count == 1 else f'these {count} files'}?")


def _say_next(plan: Plan, done: Scan) -> None:
    from keyguard.baseline import FILE

    parked = os.path.lexists(plan.root / FILE)
    names = {change.name for change in plan.changes}
    steps = [f"git add {shlex.join(sorted(names))} && git commit"]
    if setup.PRE_COMMIT in names:
        steps.append("pre-commit install --hook-type pre-commit --hook-type pre-push")
    elif not (plan.root / setup.PRE_COMMIT).exists():
        steps.append("keyguard hook install  # stops a leak before it is committed")
    if plan.tracked:  # to ignore them is no use before that
        steps.append(f"git rm --cached {shlex.join(plan.tracked)}")
    if any(not finding.suppressed for finding in done.outcome.findings):
        steps.append("keyguard scan  # what was found; revoke it first")
        steps.append("keyguard baseline audit" if parked else "keyguard baseline create  # park what is not new")
    click.echo("\nNext:\n" + "\n".join(f"  {screen.visible(step)}" for step in steps))
