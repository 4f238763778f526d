"""What a rule's page says of how it was measured: of the blocks of docs/benchmarks.md that a command wrote."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from keyguard.model import Rule
    from keyguard.packs import RuleSet

_PAGE = Path(__file__).parent / "benchmarks.md"
_BLOCK = r"<!-- measured: {} -->\n(.*?)<!-- end -->"
_WHEN = re.compile(r", (\d{4}-\d\d-\d\d), commit ([0-9a-f]{10}),")
_PAIRED = (
    "Known to be weak: several accounts under the same names whose parts come in changing order may be paired wrongly; "
    "a passphrase with quotes or backslashes in a notation with its own escaping may be cut."
)
_LINK = "../benchmarks.md#what-is-found"


class _Recorded(NamedTuple):
    """A block: when it was written, and the rows of its tables."""

    text: str
    when: str
    rows: tuple[tuple[str, ...], ...]

    def of(self, rule: str, head: str) -> tuple[str, ...] | None:
        """Return the row of a rule in the table whose third column has this head; None where there is no such table."""
        for number, row in enumerate(self.rows):
            if row[0] == "findings of" and row[-1] == head:
                named = {one[0]: one for one in self.rows[number + 1 :]}
                return named.get(rule, (rule, "0", "0"))
        return None


@cache
def _recorded(name: str) -> _Recorded:
    found = re.search(_BLOCK.format(name), _PAGE.read_text("utf-8"), re.DOTALL)
    text = found[1] if found else ""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rows = tuple(tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines)
    when = _WHEN.search(text)
    return _Recorded(text, f"{when[1]}, commit {when[2]}" if when else "", rows)


def of(rule: Rule, loaded: RuleSet) -> str:
    """Return the facts of a rule: the corpus, public repositories, what can be checked, what is known to be weak."""
    facts = [_examples(rule, loaded)] if rule.is_practice else [_corpus(rule), _public(rule)]
    return "\n".join(f"- {fact}" for fact in (*facts, _check(rule, loaded), *_limits(rule, loaded)))


def _examples(rule: Rule, loaded: RuleSet) -> str:
    of_rule = [example.matches for example in loaded.examples if example.rule == rule.id]
    return (
        f"Examples: it is found in the {sum(of_rule)} of its pack that hold it, and in none of the "
        f"{len(of_rule) - sum(of_rule)} that do not. Practices are not counted in the corpus."
    )


def _corpus(rule: Rule) -> str:
    recorded = _recorded("accuracy")
    cases = re.search(r"(\d+) cases with credentials, (\d+) without", recorded.text)
    row = recorded.of(rule.id, "wrong")
    if row is None or cases is None:
        return f"Corpus: not counted by rule; [all rules together]({_LINK})."
    told = f"{row[1]} findings, {row[2]} of them wrong" if row[1] != "0" else "no case has one, and none was told"
    whole = f"[{cases[1]} cases with credentials and {cases[2]} without]({_LINK})"
    return f"Corpus: {told}, in {whole}, most of which the rules were shaped on ({recorded.when})."


def _public(rule: Rule) -> str:
    recorded = _recorded("public")
    repositories = [row for row in recorded.rows if len(row) > 4 and row[2] in {"okx", "none"}]
    commits = sum(int(row[3].replace(",", "")) for row in repositories)
    whole = f"[{len(repositories)} public repositories]({_LINK}) with {commits:,} commits ({recorded.when})"
    if row := recorded.of(rule.id, "a million commits"):
        return f"Public repositories: {row[1]} findings, {row[2]} in a million commits, in {whole}."
    counts = [
        int(count) for row in repositories for count in re.findall(r"(\d+) (?:critical|high|medium|low|note)", row[5])
    ]
    share = f"{1e6 * sum(counts) / commits:.1f} in a million commits"
    return (
        f"Public repositories: {sum(counts)} findings of all rules of leaks, {share}, in {whole}; not counted by rule."
    )


def _check(rule: Rule, loaded: RuleSet) -> str:
    pack = next(pack for pack in loaded.packs if pack.id == rule.provider)
    if rule.is_practice:
        return "Check: none; a practice is read in the files alone."
    if rule.id == pack.credential_rule:
        return "Check: the [live check](../live-check.md) asks OKX whether it works, and what it permits."
    if rule.part:
        return "Check: none; OKX answers for a whole credential alone."
    return "Check: none; the [live check](../live-check.md) is for API credentials."


def _limits(rule: Rule, loaded: RuleSet) -> list[str]:
    pack = next(pack for pack in loaded.packs if pack.id == rule.provider)
    if rule.is_practice:
        return []
    if rule.id == pack.credential_rule:
        return [_PAIRED]
    if rule.part:
        return ["Limit: a value alone is told where a name, a call or something beside it says whose it is."]
    return ["Limit: it is told by the expression of its pack; under another name, or cut into pieces, it is not."]
