"""`keyguard explain`: one rule in words, for whoever has to act on a finding."""

from __future__ import annotations

import textwrap

import click

from keyguard import api
from keyguard.cli import caching, screen
from keyguard.cli.examples import examples

_WIDTH = 80


@click.command("explain", epilog=examples("keyguard explain okx-credential"))
@click.argument("rule_id", metavar="ID")
@click.option("--rules", "packs", multiple=True, metavar="PATH", help="A pack beside ours.")
def command(rule_id: str, packs: tuple[str, ...]) -> int:
    """Explain a rule: what it finds, why it matters, how to fix it."""
    rule = api.load_rules(packs, cache=caching.opened()).find(rule_id)
    kind = "practice, " if rule.is_practice else ""
    screen.tell(f"{rule.title} ({rule.id}, {kind}{rule.severity.word})")
    for title, text in (("Why it matters", rule.why), (f"How to {'change' if kind else 'fix'} it", rule.fix)):
        if text:
            screen.tell(f"\n{title}\n{_wrapped(text)}")
    if rule.references:
        screen.tell("\n".join(["\nSee also", *(f"  {reference}" for reference in rule.references)]))
    return 0


def _wrapped(text: str) -> str:
    return textwrap.fill(
        " ".join(text.split()),
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
