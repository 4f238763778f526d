from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from keyguard.model import Origin, Outcome, Skipped, Suppression, UnusedIgnore

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token

    from keyguard.model import Finding, Match

_READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _tokens(written: bytes) -> list[Token]:
    blocks = _READER.parse(written.decode())
    return [token for block in blocks for token in (block, *(block.children or ()))]


def _cells(written: bytes) -> list[str]:
    tokens = _tokens(written)
    return [tokens[number + 1].content for number, token in enumerate(tokens) if token.type == "td_open"]


def test_a_report_is_a_table_of_findings_and_what_to_do(outcome: Outcome, report: Callable[..., bytes]) -> None:
    written = report("markdown", outcome)
    assert written.decode().startswith("## keyguard: 2 findings (1 critical, 1 medium)\n\n| severity | finding |")
    cells = _cells(written)
    assert cells[0] == "**critical**"
    assert cells[1] == "OKX API credential<br>`okx-credential`<br>live<br>missing: passphrase"
    assert cells[2].endswith("`config/live.py:4:11`<br>also `old/live.py:7:11`")
    assert len(cells) == 8
    assert "- `okx-credential`: Delete the key on the exchange, then make a new one." in written.decode()
    assert "1 suppressed (1 inline)." in written.decode()


def test_a_history_is_told_in_its_column(history: Outcome, report: Callable[..., bytes]) -> None:
    cells = _cells(report("markdown", history))
    assert cells[3] == "came with `a1a1a1a1a1 2023-03-01 Ann <ann@example.com>`<br>in HEAD `still there`"
    assert cells[7].endswith("<br>its parts never stood in one commit together")


def test_a_clean_scan_says_what_was_scanned(report: Callable[..., bytes]) -> None:
    assert report("markdown", Outcome()).decode() == (
        "## keyguard: Nothing was scanned\n\n<sub>Nothing was scanned.</sub>\n"
    )


def test_the_table_is_cut_before_github_drops_the_summary(
    make_finding: Callable[..., Finding], make_match: Callable[..., Match], report: Callable[..., bytes]
) -> None:
    finding = make_finding(make_match(path="long/" * 40))
    written = report("markdown", Outcome((finding,) * 6_000))
    assert len(written) < 1 << 20
    assert b" more findings of the least severity not shown.\n" in written


_MARKUP = st.sampled_from(["`", "``", "|", "\n", "<b>", "](http://x.test)", "![", "@team", "\\", "*", "_", "~~", " "])


@given(pieces=st.lists(_MARKUP | st.text(max_size=4), min_size=1))
def test_no_text_from_outside_is_markup(
    make_match: Callable[..., Match],
    make_finding: Callable[..., Finding],
    report: Callable[..., bytes],
    pieces: list[str],
) -> None:
    def written(text: str) -> bytes:
        finding = make_finding(make_match(path=text, via=(text,)), origins=(Origin(text, "", "c0", text, text),))
        waived = make_finding(suppressed=Suppression("inline", text, text))
        skipped, unused = (Skipped(text, text),), (UnusedIgnore(text, text),)
        return report("markdown", Outcome((finding, waived), skipped, unused=unused, notices=(text,)))

    shape = [(token.type, token.tag) for token in _tokens(written("plain")) if token.type != "text"]
    assert [(token.type, token.tag) for token in _tokens(written("".join(pieces))) if token.type != "text"] == shape


def test_a_rules_own_words_hold_no_html_and_no_mention(
    rules: dict[str, object], make_finding: Callable[..., Finding], outcome: Outcome
) -> None:
    import io
    from dataclasses import replace

    from keyguard.model import Rule
    from keyguard.report import ReportOptions, markdown

    rule = rules["okx-credential"]
    assert isinstance(rule, Rule)
    bad = replace(rule, title="<img src=x> @team | [a](b)", fix="<script>\n\n# Heading\n@team")
    stream = io.BytesIO()
    markdown.write(Outcome((make_finding(),)), {rule.id: bad}, ReportOptions(), stream)
    tokens = _tokens(stream.getvalue())
    assert "@" not in stream.getvalue().decode()
    html = [token.content for token in tokens if token.type.startswith("html")]
    assert set(html) <= {"<br>", "<sub>", "</sub>"}
    assert not [token for token in tokens if token.type in {"link_open", "image"}]
