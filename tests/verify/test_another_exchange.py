"""A second exchange is one module and one word."""

from __future__ import annotations

import sys
from collections import Counter
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING

from keyguard import rules, verify
from keyguard.model import Blob, Severity, Verdict
from keyguard.scan import scan
from keyguard.settings import Settings
from keyguard.sources import Source
from tests.test_rules import TICKET, _acme, _write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pytest

    from keyguard.errors import SourceError
    from keyguard.model import Skipped


class Acme:
    """What such a module opens."""

    def __init__(self, asked: list[verify.Question]) -> None:
        self.asked = asked

    def caution(self, _question: verify.Question) -> str:
        return "Nothing else happens."

    def hosts(self, _question: verify.Question) -> tuple[str, ...]:
        return ("api.acme.example",)

    def check(self, question: verify.Question) -> Verdict:
        self.asked.append(question)
        return Verdict("live", ("withdraw",), hosts=self.hosts(question))

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


def test_a_second_exchange_is_one_module_and_one_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[verify.Question] = []
    module = ModuleType("acme_verifier")
    module.verifier = lambda _terms: Acme(asked)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "acme_verifier", module)
    monkeypatch.setattr(verify, "VERIFIERS", MappingProxyType({**verify.VERIFIERS, "acme": "acme_verifier"}))
    pack = rules.load([_write(_acme(), tmp_path)])
    outcome = scan(
        [Text(rules.expand(f"ACME_TICKET={TICKET}\nACME_CODEWORD=<passphrase>\n").encode())],
        pack,
        Settings(tmp_path),
        jobs=1,
    )
    verifiers = verify.Verifiers(verify.Terms())
    cases = verify.plan(outcome.findings, pack.packs)
    assert "1 credential will be sent to api.acme.example." in verify.notice(cases, verifiers)
    [finding] = verify.check(outcome, cases, verifiers).findings
    assert [set(question.parts) for question in asked] == [{"ticket", "word"}]
    assert finding.severity is Severity.CRITICAL
