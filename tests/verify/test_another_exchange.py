"""A second exchange is one module and one word."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, replace
from io import BytesIO
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING

import pytest

from keyguard import packs, report, verify
from keyguard.engine.order import scan
from keyguard.model import Blob, Severity, Verdict
from keyguard.settings import Settings
from keyguard.sources import Source
from tests.packs.test_packs import TICKET, _acme, _write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from keyguard.errors import SourceError
    from keyguard.model import Outcome, Skipped
    from keyguard.packs import RuleSet


class Acme:
    """What such a module opens."""

    def __init__(self, asked: list[verify.Question], told: Verdict) -> None:
        self.asked = asked
        self.told = told

    def caution(self, _question: verify.Question) -> str:
        return "Nothing else happens."

    def hosts(self, _question: verify.Question) -> tuple[str, ...]:
        return ("api.acme.example",)

    def check(self, question: verify.Question) -> Verdict:
        self.asked.append(question)
        return replace(self.told, hosts=self.hosts(question))

    def close(self) -> None:
        pass


class Text(Source):
    """One text as a source."""

    def __init__(self, text: bytes) -> None:
        self.skipped: list[Skipped] = []
        self.left_out: Counter[str] = Counter()
        self.failures: list[SourceError] = []
        self.text = text

    def blobs(self) -> Iterator[Blob]:
        yield Blob("acme.env", "acme.env", len(self.text))

    def read(self, blobs: Sequence[Blob]) -> Iterator[tuple[Blob, Iterable[bytes]]]:
        for blob in blobs:
            yield blob, [self.text]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, RuleSet]:
    """Find a credential of Acme's."""
    folder = tmp_path_factory.mktemp("acme")
    pack = packs.load([_write(_acme(), folder)])
    text = packs.expand(f"ACME_TICKET={TICKET}\nACME_CODEWORD=<passphrase>\n").encode()
    return scan([Text(text)], pack, Settings(folder), jobs=1), pack


@pytest.fixture
def checked(scanned: tuple[Outcome, RuleSet], monkeypatch: pytest.MonkeyPatch) -> Callable[[Verdict], Checked]:
    """Have Acme's module say what is known of the credential that was found."""
    outcome, pack = scanned

    def run(told: Verdict) -> Checked:
        asked: list[verify.Question] = []
        module = ModuleType("acme_verifier")
        module.verifier = lambda _terms: Acme(asked, told)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "acme_verifier", module)
        monkeypatch.setattr(verify, "VERIFIERS", MappingProxyType({**verify.VERIFIERS, "acme": "acme_verifier"}))
        verifiers = verify.Verifiers(verify.Terms())
        cases = verify.plan(outcome.findings, pack.packs)
        assert "1 credential will be sent to api.acme.example." in verify.notice(cases, verifiers)
        return Checked(verify.check(outcome, cases, verifiers), pack, asked)

    return run


@dataclass
class Checked:
    """An outcome with what Acme said, and what it was asked."""

    outcome: Outcome
    pack: RuleSet
    asked: list[verify.Question]

    def report(self, format_: str) -> str:
        """Return the report in a format, without its line ends."""
        stream = BytesIO()
        report.writer(format_).write(self.outcome, self.pack.rules, report.ReportOptions(root="."), stream)
        return " ".join(stream.getvalue().decode().split())


def test_a_second_exchange_is_one_module_and_one_word(checked: Callable[[Verdict], Checked]) -> None:
    done = checked(Verdict("live", ("withdraw",)))
    [finding] = done.outcome.findings
    assert [set(question.parts) for question in done.asked] == [{"ticket", "word"}]
    assert finding.severity is Severity.CRITICAL


VERDICTS = [
    Verdict("live", ("trade", "withdraw"), ip_bound=False, account="main", realm="live"),
    Verdict("live", ("trade",), account="sub-account", site="us"),  # as OKX calls one of its own, too
    Verdict("live", ("read_only",)),
    Verdict("live", realm="demo"),
    Verdict("live-limited"),
    Verdict("ip-bound", ip_bound=True),
    Verdict("wrong-parts", wrong=("word",)),
    Verdict("wrong-parts"),
    Verdict("blocked"),
    Verdict("not-known"),
    Verdict("undecided"),
]


@pytest.mark.parametrize("told", VERDICTS, ids=str)
@pytest.mark.parametrize("format_", ["text", "json", "csv", "markdown"])
def test_no_rule_and_no_page_of_okx_is_told_of_a_key_of_another_exchange(
    format_: str, told: Verdict, checked: Callable[[Verdict], Checked]
) -> None:
    text = checked(replace(told, code="7", reading="As Acme says.", certainty="documented")).report(format_)
    for word in ("okx", "14 days", "expire", "usage record", "Australia", "go-demo-trading"):
        assert word not in text.replace("okx-credential", "").casefold(), word
    assert ("Create a new key" in text) is (format_ in {"text", "markdown"})
    assert ":  (" not in text
    if format_ == "json":
        assert json.loads(text)["findings"][0]["verdict"]["hosts"] == ["api.acme.example"]
