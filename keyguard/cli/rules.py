"""`keyguard rules`: which rules there are, what a pack says of one, and whether the examples hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keyguard import api
from keyguard.cli import caching, screen
from keyguard.cli.examples import examples
from keyguard.cli.layout import Group

if TYPE_CHECKING:
    from keyguard.model import Rule
    from keyguard.packs import Example, RuleSet

_Command = Any
"""A command function that click has not wrapped yet."""


def with_packs(function: _Command) -> _Command:
    """Give a command the option `--rules`."""
    return click.option("--rules", "packs", multiple=True, metavar="PATH", help="A pack beside ours.")(function)


@click.group(
    "rules",
    cls=Group,
    epilog=examples(
        "keyguard rules list",
        "keyguard rules show okx-passphrase",
        "keyguard rules test own.yml",
        "keyguard rules export --to gitleaks",
    ),
)
def command() -> None:
    """List the rules, show one, test their examples, or export them to another scanner."""


@command.command("list", epilog=examples("keyguard rules list --format json"))
@click.option("-f", "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_packs
def list_rules(format_: str, packs: tuple[str, ...]) -> int:
    """List id, severity, kind (leak or practice) and title of every rule."""
    rules = list(api.load_rules(packs, cache=caching.opened()).rules.values())
    if format_ == "json":
        import json

        click.echo(json.dumps([_record(rule) for rule in rules], indent=2))
        return 0
    wide = max(len(rule.id) for rule in rules)
    for rule in rules:
        kind = "practice" if rule.is_practice else "leak"
        screen.tell(f"{rule.id:<{wide}}  {rule.severity.word:<8}  {kind:<8}  {rule.title}")
    return 0


def _record(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "severity": rule.severity.word,
        "title": rule.title,
        "provider": rule.provider,
        "part": rule.part,
        "kind": "practice" if rule.is_practice else "leak",
    }


@command.command("show", epilog=examples("keyguard rules show okx-credential"))
@click.argument("rule_id", metavar="ID")
@with_packs
def show(rule_id: str, packs: tuple[str, ...]) -> int:
    """Show everything that the pack says of a rule; marks such as <api_key> stand for made-up values."""
    loaded = api.load_rules(packs, cache=caching.opened())
    rule = loaded.find(rule_id)
    facts = {
        "id": rule.id,
        "title": rule.title,
        "severity": rule.severity.word,
        "kind": "practice" if rule.is_practice else "leak",
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
            screen.tell(_labelled(name, text))
    for matches, title in ((True, "must match"), (False, "must stay silent")):
        for example in loaded.examples:
            if example.rule == rule.id and example.matches is matches:
                where = f" in {example.path}" if rule.is_practice else ""
                screen.tell(f"\n{title}{where}:\n{_indented(example.text)}")
    return 0


def _labelled(name: str, text: str) -> str:
    first, *more = text.splitlines()
    return "\n".join([f"{name:<11} {first}", *(" " * 12 + line for line in more)])


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.expandtabs(4).splitlines())


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
        screen.tell(f"{example.rule}: {problem}: {_first_line(example.text)}")
    rules = len({example.rule for example in examples})
    many = f"{len(examples)} example{'' if len(examples) == 1 else 's'} of {rules} rule{'' if rules == 1 else 's'}"
    screen.tell(f"{len(failures)} of {many} failed." if failures else f"{many}: all as they should be.")
    return 1 if failures else 0


def _wanted(path: str | None) -> tuple[set[Path], RuleSet]:
    """Return the packs to test, and all rules; PATH may name packs that are loaded anyway."""
    from keyguard.packs import files_at, pack_files

    ours = {pack.resolve() for pack in pack_files()}
    if path is None:
        return ours, api.load_rules(cache=caching.opened())
    named = files_at(Path(path))
    return {pack.resolve() for pack in named}, api.load_rules(
        [pack for pack in named if pack.resolve() not in ours], cache=caching.opened()
    )


def _first_line(text: str) -> str:
    line, _, more = text.strip().partition("\n")
    return f"{line} ..." if more else line


def _problem(example: Example, loaded: RuleSet) -> str:
    """Say what is wrong with an example, or nothing."""
    outcome = _outcome(example, loaded)
    findings, practised = outcome.findings, {practice.rule for practice in outcome.practices}
    if example.matches:
        found = any(example.rule in {finding.rule, *(m.rule for m in finding.matches)} for finding in findings)
        return "" if found or example.rule in practised else "must match and does not"
    practised |= {finding.rule for finding in findings}
    own = sorted(rule for rule in practised if loaded.rules[rule].pack == example.pack)
    return f"must stay silent and gives {', '.join(own)}" if own else ""


def _outcome(example: Example, loaded: RuleSet) -> api.Outcome:
    """Scan an example: as a text, or as the files that it has."""
    from keyguard.packs import expand, pack_files

    if not example.files:
        return api.scan_text(example.path, expand(example.text, "example"), rules=loaded)
    from keyguard.cli.laid_out import laid_out

    is_ours = Path(example.pack).resolve() in {pack.resolve() for pack in pack_files()}
    given = {} if is_ours else {"rules": [example.pack]}
    with laid_out(example) as folder:
        return api.scan(api.Request(paths=(folder,), history=False, cache=False, jobs=1, settings=given))


@command.command("export", epilog=examples("keyguard rules export --to gitleaks > keyguard.toml"))
@click.option(
    "--to", "scanner", type=click.Choice(["gitleaks", "betterleaks", "kingfisher"]), required=True, help="Who reads it."
)
@with_packs
def export(scanner: str, packs: tuple[str, ...]) -> int:
    """Write what another scanner can say of the rules, as its configuration, to standard output."""
    from keyguard.packs.export import exported

    loaded = api.load_rules(packs, cache=caching.opened())
    providers = frozenset(rule.provider for rule in loaded.rules.values())
    screen.output().write(exported(loaded, scanner, providers).encode())  # TOML is UTF-8, whatever the terminal is
    return 0
