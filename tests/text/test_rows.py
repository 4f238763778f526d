"""Rows without names: what parts their cells, what a header says of them, and what is no row."""

from __future__ import annotations

import pytest

from keyguard import api
from keyguard.packs import expand
from keyguard.text import outline

ROW = "<api_key:{n}>{d}<secret_key:{n}>{d}<passphrase:{n}>"


def _rows(text: str, path: str = "accounts.txt") -> list[list[str]]:
    """Return the values of each row of a text."""
    frames: dict[int, list[str]] = {}
    for literal in outline.read(text, path, lambda _: False).literals:
        if literal.frame.kind == "row":
            frames.setdefault(literal.frame.start, []).append(literal.value)
    return list(frames.values())


def _whole(text: str, path: str = "okx_accounts.txt") -> int:
    """Return how many credentials are found whole."""
    findings = api.scan_text(path, text).findings
    assert all(len({match.part for match in finding.matches}) == len(finding.matches) for finding in findings)
    return sum(not finding.missing for finding in findings)


@pytest.mark.parametrize("delimiter", [":", ";", "|", "\t", "----", "--", ",", " ", " | ", "~", " : ", "#"])
@pytest.mark.parametrize("count", [1, 3, 30])
def test_accounts_one_a_line_are_each_whole(delimiter: str, count: int) -> None:
    lines = [expand(ROW.format(n=n, d=delimiter), "rows") for n in range(1, count + 1)]
    values = [line.split(delimiter) for line in lines]
    assert _whole("\n".join(lines) + "\n") == count
    assert _rows("\n".join(lines)) == values


@pytest.mark.parametrize(
    "order",
    [
        "{k};{p};{s}", "{s};{k};{p}", "{p};{k};{s}", "main{n};{k};{s};{p}", "{k};{s};{p};first note",
        "- {k};{s};{p}", "{n}. {k};{s};{p}", "# {k};{s};{p}", '"{k}";"{s}";"{p}"',
    ],
)  # fmt: skip
def test_columns_are_told_by_their_values(order: str) -> None:
    lines = (order.format(n=n, k=f"<api_key:{n}>", s=f"<secret_key:{n}>", p=f"<passphrase:{n}>") for n in range(1, 5))
    assert _whole(expand("\n".join(lines), "order")) == 4


def test_a_header_names_the_columns_and_says_how_many_there_are() -> None:
    text = "api_key:secret:passphrase\n" + expand(
        "<api_key>:<secret_key>:pa:ss:Word1\n<api_key:2>:<secret_key:2>:second:1X\n", "header"
    )
    found = {match.value.reveal() for finding in api.scan_text("okx.txt", text).findings for match in finding.matches}
    assert {b"pa:ss:Word1", b"second:1X"} <= found


@pytest.mark.parametrize("between", ["\n", "\n---\n", "\nsecond account\n"])
def test_blocks_of_bare_lines_are_rows(between: str) -> None:
    blocks = [expand(ROW.format(n=n, d="\n") + "\n", "blocks") for n in range(1, 6)]
    assert _whole(between.join(blocks)) == 5
    assert _whole("".join(blocks)) == 5


@pytest.mark.parametrize(
    "text",
    [
        "api_key=<api_key> secret=<secret_key>",
        "see <uuid> for <hex32>",
        "<uuid>",
        "<uuid:1>\n<uuid:2>\n<uuid:3>",
        "https://example.com/<uuid>/<hex32|upper>",
    ],
)
def test_what_is_no_row(text: str) -> None:
    assert _rows(expand(text, "no row")) == []


@pytest.mark.parametrize("path", [".env", "a.sh", "a.py", "a.json"])
def test_a_string_may_hold_a_list_of_rows(path: str) -> None:
    value = ",".join(expand(ROW.format(n=n, d=":"), "list") for n in range(1, 4))
    text = {"a.json": f'{{"okx_accounts": "{value}"}}', "a.py": f'okx_accounts = "{value}"'}
    assert _whole(text.get(path, f'OKX_ACCOUNTS="{value}"\n'), path) == 3


@pytest.mark.parametrize("value", ["aB3=xyz9", "Ab&cd9ef", "x=Yz1&w9q", "aB3dtic4Yk&n"])
@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", "okx = {{ apiKey: '{k}', secretKey: '{s}', passphrase: '{p}' }}"),
        ("a.yml", "okx:\n  api_key: {k}\n  secret_key: {s}\n  passphrase: {p}\n"),
        ("a.yml", "okx:\n  keys:\n    - {k}\n  secrets:\n    - {s}\n  passphrases:\n    - {p}\n"),
        (".env", "OKX_API_KEY={k}\nOKX_SECRET_KEY={s}\nOKX_PASSPHRASE={p}\n"),
        ("okx.txt", "{k};{s};{p}\n"),
    ],
)
def test_signs_of_programs_in_a_passphrase_are_part_of_it(path: str, text: str, value: str) -> None:
    filled = text.format(k=expand("<api_key>", "signs"), s=expand("<secret_key>", "signs"), p=value)
    [finding] = api.scan_text(path, filled).findings
    assert value in {match.value.reveal().decode() for match in finding.matches}


class TestParallelLists:
    def _found(self, keys: int, secrets: int, passphrases: int) -> list[dict[str, str]]:
        def listed(part: str, count: int) -> str:
            return ", ".join(f'"<{part}:{n}>"' for n in range(1, count + 1))

        text = f'{{"okx": {{"api_keys": [{listed("api_key", keys)}], "secret_keys": [{listed("secret_key", secrets)}],'
        text += f' "passphrases": [{listed("passphrase", passphrases)}]}}}}'
        findings = api.scan_text("a.json", expand(text, "lists")).findings
        numbers = {
            expand(f"<{part}:{n}>", "lists"): str(n)
            for part in ("api_key", "secret_key", "passphrase")
            for n in range(1, 6)
        }
        return [{m.part or "": numbers[m.value.reveal().decode()] for m in finding.matches} for finding in findings]

    def test_of_one_length_are_paired_by_their_index(self) -> None:
        found = self._found(4, 4, 4)
        assert len(found) == 4
        assert all(len(one) == 3 and len(set(one.values())) == 1 for one in found)

    @pytest.mark.parametrize("lengths", [(3, 2, 3), (2, 3, 3), (3, 3, 2), (4, 3, 2)])
    def test_of_different_lengths_are_never_crossed(self, lengths: tuple[int, int, int]) -> None:
        assert all(len(set(one.values())) == 1 for one in self._found(*lengths))
