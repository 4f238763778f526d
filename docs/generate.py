"""Write what is made of something else.

docs/rules/*.md of the rule packs, of what is known of OKX and of what docs/benchmarks.md records; docs/keyguard.1 of
the help, the configuration's schema of its checks, and what docs/reference.py makes; in README and docs/*.md every
recipe that says where to get keyguard from: the blocks below a `<!-- made: NAME -->` of what `keyguard init` writes,
all others of SOURCE.

python docs/generate.py           write them
python docs/generate.py --check   say which are not current, and exit with 1
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["COLUMNS"] = "80"

from keyguard import __version__, home, packs
from keyguard.cli import commands, manual
from keyguard.cli.setup import hooks, pipelines
from keyguard.doctor import places
from keyguard.providers.okx import facts

sys.path.insert(0, str(Path(__file__).parents[1]))
from docs import config_schema, measured, reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.model import Rule
    from keyguard.packs import Example, RuleSet

# Where the recipes of README and docs get keyguard from; who publishes it puts the real address and commit here.
SOURCE = "https://github.com/OWNER/keyguard@0123456789abcdef0123456789abcdef01234567"

DOCS = Path(__file__).parent
README = DOCS.parent / "README.md"
_MADE = re.compile(r"^<!-- made: ([\w-]+) -->\n```yaml\n.*?^```$", re.DOTALL | re.MULTILINE)
_VERSION = re.compile(r"\b(keyguard-|keyguard==|simple@)\d+(?:\.\d+)+(?:(?:a|b|rc)\d+)?")
_FIRST = re.compile(r'pipx install "git\+(\S+)"')
_MADE_OF = ("rules", "answers", "clients")  # folders of pages that are all made
_MORE_WAYS = "More ways: [false alarms](../false-alarms.md)."
_DO_NOT_EDIT = "<!-- Written by docs/generate.py from the rule packs; edit those. -->"


def pages() -> dict[Path, str]:
    """Return every generated page with its text."""
    loaded = packs.load()
    made = {DOCS / "rules" / f"{rule.id}.md": _rule(rule, loaded) for rule in loaded.rules.values()}
    made |= {
        DOCS / "rules" / "README.md": _index(loaded),
        DOCS / "rules" / "okx-answers.md": _answers(),
        DOCS / "doctor-places.md": _places(),
        DOCS / "keyguard.1": manual.page(commands),
        DOCS / "keyguard-config.schema.json": config_schema.text(),
    }
    made |= reference.pages()
    # README is the last, as it says what the recipes were made of before.
    written = [path for path in (*sorted(DOCS.glob("*.md")), README) if path not in made]
    made |= {path: _recipes(path.read_text("utf-8")) for path in written}
    made[DOCS / "llms.txt"] = reference.llms({path: text for path, text in made.items() if path != README})
    return made


def _places() -> str:
    """Return the page of the places that `keyguard doctor` looks into."""
    lines = [
        "<!-- Written by docs/generate.py from keyguard/doctor/places.yml; edit that. -->",
        "# The places of the doctor",
        "",
        "[`keyguard doctor`](doctor.md) looks into these. `~/` is the home folder, `./` a project; `{config}` is",
        "`~/.config`, on macOS `~/Library/Application Support`, on Windows `%APPDATA%`; `{local}` is `~/.local/share`,",
        "`~/Library/Application Support` or `%LOCALAPPDATA%`. `*` stands for any name, `**` for any folders.",
        "",
    ]
    for kind in dict.fromkeys(row.kind for row in places.table()):
        rows = [row for row in places.table() if row.kind is kind]
        lines += [f"## {_KINDS[kind.id]}", "", f"Severity {kind.severity.word}. {kind.move.strip()}", ""]
        lines += ["| tool | files | known from |", "| --- | --- | --- |"]
        lines += [f"| {row.tool} | {_paths_of(row)} | {row.source} |" for row in rows]
        lines.append("")
    return "\n".join(lines)


_KINDS = {
    "store": "Credentials of tools and bots",
    "agent": "Settings of MCP clients and agents",
    "transcript": "Conversations and logs of agents",
    "history": "Histories",
    "profile": "Start-up files",
    "note": "What was left behind",
}


def _paths_of(row: places.Row) -> str:
    told = [f"`{path}`" for path in row.files]
    told += [f"`{path}` ({system})" for system, paths in row.of_system.items() for path in paths]
    return ", ".join(told).replace("|", "\\|")


def stale() -> list[Path]:
    """Return the pages that are not as they would be written, and those of rules that are no more."""
    made = pages()
    old = [path for path, text in made.items() if not path.is_file() or path.read_text("utf-8") != text]
    return old + [path for folder in _MADE_OF for path in (DOCS / folder).glob("*.md") if path not in made]


def _recipes(text: str) -> str:
    """Return a page with its recipes made of SOURCE."""
    old, new = _source(_FIRST.findall(README.read_text("utf-8"))[0]), _source(SOURCE)
    text = text.replace(old.address, new.address).replace(old.commit, new.commit)
    if old.on_github and new.on_github:
        text = text.replace(old.on_github, new.on_github)
    text = _VERSION.sub(lambda found: f"{found[1]}{__version__}", text)
    return _MADE.sub(lambda found: f"<!-- made: {found[1]} -->\n```yaml\n{_BLOCKS[found[1]](new)}```", text)


def _source(text: str) -> home.Repository:
    source = home.parse(text)
    assert isinstance(source, home.Repository)
    return source


_ELSEWHERE = home.Repository("https://git.example.com/sec/keyguard.git", _source(SOURCE).commit)
_BLOCKS: dict[str, Callable[[home.Repository], str]] = {
    "workflow": lambda source: pipelines.workflow(source, __version__),
    "workflow-elsewhere": lambda _: pipelines.workflow(_ELSEWHERE, __version__),
    "gitlab": lambda source: pipelines.job(source, __version__),
    "gitlab-requests": lambda source: pipelines.job(source, __version__, of_requests=True),
    "hooks": lambda source: hooks.with_hooks("", source, __version__),
    "hooks-elsewhere": lambda _: hooks.with_hooks("", _ELSEWHERE, __version__),
    "hooks-local": lambda _: hooks.with_hooks("", None),
}


def _index(loaded: RuleSet) -> str:
    rows, practices = (
        [
            f"| [{rule.id}]({rule.id}.md) | {rule.severity.word} | {rule.title} |"
            for rule in loaded.rules.values()
            if rule.is_practice is kind
        ]
        for kind in (False, True)
    )
    habits = [
        "",
        "## Practices",
        "",
        "What to change, where a leak is revoked: see [practices](../practices.md).",
        "",
        "| rule | severity | finds |",
        "| --- | --- | --- |",
        *practices,
    ]
    checked = "OKX's answers when a key is [checked](../live-check.md), and where they are known from"
    head = [_DO_NOT_EDIT, "", "# Rules", "", "| rule | severity | finds |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows, *habits, "", f"{checked}: [answers](okx-answers.md).", ""])


def _answers() -> str:
    """Return the page that says of every host and every answer of OKX's where it is known from."""
    hosts = [f"| {site.host} | {site.title} | <{site.documented}> |" for site in facts.SITES.values()]
    codes = sorted(facts.ANSWERS, key=lambda code: (len(code), code))
    answers = [
        f"| {code} | {facts.ANSWERS[code].status} | {facts.ANSWERS[code].reading} | {_cited(code)} |" for code in codes
    ]
    return f"""\
<!-- Written by docs/generate.py from keyguard/providers/okx/facts.py; edit that. -->

# What OKX answers

What the [live check](../live-check.md) takes each answer for, and where that is known from: the
address where it is documented, read in {facts.MANUALS_OF}; `observed` in reports of users, or `inferred` from the
others, in {facts.REPORTS_OF}. A code that is not here is `undecided`.

## Hosts

| host | of | documented at |
| --- | --- | --- |
{chr(10).join(hosts)}

## Answers

| code | status | reading | known from |
| --- | --- | --- | --- |
{chr(10).join(answers)}
"""


def _cited(code: str) -> str:
    known = facts.cited(code)
    return f"<{known}>" if known.startswith("https:") else known


def _rule(rule: Rule, loaded: RuleSet) -> str:
    pack = next(pack for pack in loaded.packs if pack.id == rule.provider)
    sections = [
        _DO_NOT_EDIT,
        f"# {rule.title} (`{rule.id}`)",
        "\n".join(f"- {fact}" for fact in _facts(rule, loaded)),
        f"## Why it matters\n\n{_flowing(rule.why)}",
        f"## How to {'change' if rule.is_practice else 'fix'} it\n\n{_flowing(rule.fix)}",
    ]
    if rule.part:
        names = ", ".join(f"`{name}`" for name in sorted(pack.parts[rule.part].names))
        sections.append(
            "## Names it goes by\n\nCompared without case, `_`, `-` and `.`; words for the provider or an account may "
            f"stand beside them.\n\n{names}"
        )
    sections += [
        *_examples(rule, loaded, "## What it finds", matches=True),
        *_examples(rule, loaded, "## What it leaves alone", matches=False),
        f"## Measured\n\n{measured.of(rule, loaded)}",
        f"## A false alarm?\n\nOn the line, or the line above: `keyguard: ignore[{rule.id}] reason`. {_MORE_WAYS}",
    ]
    if rule.references:
        sections.append("## See also\n\n" + "\n".join(f"- <{link}>" for link in rule.references))
    return "\n\n".join(sections) + "\n"


def _facts(rule: Rule, loaded: RuleSet) -> list[str]:
    pack = next(pack for pack in loaded.packs if pack.id == rule.provider)
    facts = [f"Severity: {rule.severity.word}", f"Provider: {pack.title}"]
    if rule.is_practice:
        unsure = sorted({clause.confidence.word for clause in rule.practice}) or ["high"]
        facts[:0] = ["Kind: a [practice](../practices.md): it is changed, not revoked"]
        facts.append(f"Confidence: {' or '.join(unsure)}, by what is seen")
    if rule.id == pack.credential_rule:
        parts = ", ".join(part.title for part in pack.parts.values())
        facts.append(f"Parts: {parts}; incomplete, it is {pack.incomplete.word}")
    if rule.tags:
        facts.append("Tags: " + ", ".join(f"`{tag}`" for tag in rule.tags))
    return facts


def _examples(rule: Rule, loaded: RuleSet, title: str, *, matches: bool) -> list[str]:
    """Return the examples of a rule as they stand in its pack, with marks in place of values."""
    shown = [example for example in loaded.examples if example.rule == rule.id and example.matches is matches]
    if not shown:
        return []
    if rule.is_practice:
        return [f"{title}\n\n" + "\n\n".join(map(_laid_out, shown))]
    blocks = "\n\n".join(f"```text\n{example.text.rstrip()}\n```" for example in shown)
    return [f"{title}\n\nMarks such as `<api_key>` stand for values.\n\n{blocks}"]


def _laid_out(example: Example) -> str:
    """Return an example of a practice: its files, and what git and the system know of them."""
    files = example.files or ((example.path, example.text),)
    facts = [f"mode {mode}: `{file}`" for file, mode in example.modes]
    facts += [f"changed {days} days ago: `{file}`" for file, days in example.ages]
    if example.committed is not None:
        facts.append(f"tracked by git: {', '.join(f'`{file}`' for file in example.committed) or 'nothing'}")
    texts = [f"In `{file}`:\n\n```text\n{text.rstrip()}\n```" for file, text in files]
    return "\n\n".join([*texts, *(["; ".join(facts).capitalize() + "."] if facts else [])])


def _flowing(text: str) -> str:
    return " ".join(text.split())


def main(arguments: list[str]) -> int:
    """Write the pages, or check them."""
    if arguments == ["--check"]:
        found = stale()
        for path in found:
            print(f"{path.relative_to(DOCS.parent)} is not current: run python docs/generate.py")
        return bool(found)
    made = pages()
    for path in stale():
        if path in made:
            path.parent.mkdir(exist_ok=True)
            path.write_text(made[path], "utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
