"""`keyguard rules`: which rules there are, what a pack says of one, and whether the examples hold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keyguard.cli import caching, screen
from keyguard.cli.examples import examples
from keyguard.cli.layout import Group
from keyguard.sources import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from keyguard.errors import SourceError
    from keyguard.model import Blob, Finding, Rule, Skipped
    from keyguard.packs import Example, RuleSet

_Command = Any
"""A command function that click has not wrapped yet."""


def with_packs(function: _Command) -> _Command:
    """Give a command the option `--rules`."""
    return click.option("--rules", "packs", multiple=True, metavar="PATH", help="A pack beside ours.")(function)


def load(added: Sequence[str]) -> RuleSet:
    """Load the shipped rules and those of further packs."""
    from keyguard import packs

    return packs.load([Path(pack) for pack in added], caching.opened().remember)


def find(loaded: RuleSet, rule_id: str) -> Rule:
    """Return one rule; an unknown id is an error that names the nearest."""
    from keyguard.errors import RuleError

    if rule_id not in loaded.rules:
        message, hint = screen.unknown("rule", rule_id, loaded.rules)
        raise RuleError(message, hint or "keyguard rules list shows the rules.")
    return loaded.rules[rule_id]


@click.group(
    "rules",
    cls=Group,
    epilog=examples("keyguard rules list", "keyguard rules show okx-passphrase", "keyguard rules test own.yml"),
)
def command() -> None:
    """List the rules, show one, or test their examples."""


@command.command("list", epilog=examples("keyguard rules list --format json"))
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_packs
def list_rules(format_: str, packs: tuple[str, ...]) -> int:
    """List id, severity and title of every rule."""
    rules = list(load(packs).rules.values())
    if format_ == "json":
        import json

        click.echo(json.dumps([_record(rule) for rule in rules], indent=2))
        return 0
    wide = max(len(rule.id) for rule in rules)
    for rule in rules:
        click.echo(f"{rule.id:<{wide}}  {rule.severity.word:<8}  {rule.title}")
    return 0


def _record(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "severity": rule.severity.word,
        "title": rule.title,
        "provider": rule.provider,
        "part": rule.part,
    }


@command.command("show", epilog=examples("keyguard rules show okx-credential"))
@click.argument("rule_id", metavar="ID")
@with_packs
def show(rule_id: str, packs: tuple[str, ...]) -> int:
    """Show everything that the pack says of a rule; marks such as <api_key> stand for made-up values."""
    loaded = load(packs)
    rule = find(loaded, rule_id)
    facts = {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity.word,
        "provider": rule.provider,
        "part": rule.part or "",
        "pattern": rule.pattern or "",
        "tags": ", ".join(rule.tags),
        "pack": Path(rule.pack).name,
        "why": rule.why,
        "fix": rule.fix,
        "references": "\n".join(rule.references),
    }
    for name, text in facts.items():
        if text:
            click.echo(_labelled(name, text))
    for matches, title in ((True, "must match"), (False, "must stay silent")):
        for example in loaded.examples:
            if example.rule == rule.id and example.matches is matches:
                click.echo(f"\n{title}:\n{_indented(example.text)}")
    return 0


def _labelled(name: str, text: str) -> str:
    first, *more = text.splitlines()
    return "\n".join([f"{name:<11} {first}", *(" " * 12 + line for line in more)])


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())


@command.command(
    "test", epilog=examples("keyguard rules test  # those of keyguard", "keyguard rules test rules/own.yml")
)
@click.argument("path", metavar="[PATH]", required=False)
def test(path: str | None) -> int:
    """Run every example through the real scan: those of keyguard's packs, or of the packs at PATH."""
    wanted, loaded = _wanted(path)
    examples = [example for example in loaded.examples if Path(example.pack).resolve() in wanted]
    failures = [(example, problem) for example in examples if (problem := _problem(example, loaded))]
    for example, problem in failures:
        click.echo(f"{example.rule}: {problem}: {_first_line(example.text)}")
    rules = len({example.rule for example in examples})
    many = f"{len(examples)} example{'' if len(examples) == 1 else 's'} of {rules} rule{'' if rules == 1 else 's'}"
    click.echo(f"{len(failures)} of {many} failed." if failures else f"{many}: all as they should be.")
    return 1 if failures else 0


def _wanted(path: str | None) -> tuple[set[Path], RuleSet]:
    """Return the packs to test, and all rules; PATH may name packs that are loaded anyway."""
    from keyguard.packs import pack_files

    ours = {pack.resolve() for pack in pack_files()}
    if path is None:
        return ours, load(())
    named = pack_files([Path(path)])[len(ours) :]
    return {pack.resolve() for pack in named}, load([str(pack) for pack in named if pack.resolve() not in ours])


def _first_line(text: str) -> str:
    line, _, more = text.strip().partition("\n")
    return f"{line} ..." if more else line


def _problem(example: Example, loaded: RuleSet) -> str:
    """Say what is wrong with an example, or nothing."""
    findings = _scan(example.text, loaded)
    if example.matches:
        found = any(example.rule in {finding.rule, *(m.rule for m in finding.matches)} for finding in findings)
        return "" if found else "must match and does not"
    own = sorted({finding.rule for finding in findings if loaded.rules[finding.rule].pack == example.pack})
    return f"must stay silent and gives {', '.join(own)}" if own else ""


def _scan(text: str, loaded: RuleSet) -> Sequence[Finding]:
    from keyguard import cache
    from keyguard.engine.order import scan
    from keyguard.packs import expand
    from keyguard.settings import Settings

    source = _Text(expand(text, "example").encode())
    return scan([source], loaded, Settings(Path()), remember=cache.opened().remember).findings


class _Text(Source):
    """One text as a source, in a file named `example`."""

    def __init__(self, text: bytes) -> None:
        self.skipped: list[Skipped] = []
        self.left_out: Counter[str] = Counter()
        self.failures: list[SourceError] = []
        self._text = text

    def blobs(self) -> Iterator[Blob]:
        from keyguard.model import Blob

        yield Blob("example", "example", len(self._text))

    def read(self, blobs: Sequence[Blob]) -> Iterator[tuple[Blob, Iterable[bytes]]]:
        return ((blob, [self._text]) for blob in blobs)
