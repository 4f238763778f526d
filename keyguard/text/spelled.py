r"""Looks through the ways in which a text writes values that its reader puts together: pieces, escapes, encodings.

    key = "0123-" + "4567"                key = "0123-4567"            pieces of a literal
    key: "\x61\x62\u0063"                 key: "abc"                   signs by their numbers
    ?k=%7B%22key%22%3A%22..&p=a%2540b     ?k={"key":"..&p=a@b          percent signs, once or more often
    {&quot;key&quot;: &quot;..            {"key": "..                  references to characters
    key=3D0123=\n4567                     key=01234567                 quoted-printable
    hex(2):30,00,31,00,32,00,33,00        0123                         a text of a registry's export
    <span>0123</span><span>-4567</span>   0123-4567                    what a highlighter sets off

Every way has a gate that knows what a key or a secret looks like in it, so that most texts are never looked through.
The patterns here begin with a sign of their own, or are tried where what they cannot do without stands in the text at
all: then `re` goes through it ten times faster than when it tries each place.
What comes of it is a list of edits, from which `unseen.plain` makes the text that is read.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from heapq import merge
from typing import TYPE_CHECKING

from keyguard.expressions import expression

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Edit = tuple[int, int, bytes]
"""What stands from one offset to another, and what it stands for."""

_HEX = r"[0-9a-fA-F]"
_BLANK = r"[^\S\n]*"
_BETWEEN = r"""["'`](?:\s*(?:(?:\+\+?|[.&^*\\_]|\.\.|<>)[\s_]*)?@?|\}\$\{)["'`]"""
_KEY = _HEX + r"{8}-" + _HEX + r"{4}-"
_HYPHEN = r"(?:-|%(?:25){0,3}2[dD])"
_PERCENT_KEY = _HEX + "{8}" + _HYPHEN + _HEX + "{4}" + _HYPHEN
_ESCAPED_HYPHEN = r"(?:u002[dD]|x2[dD]|u\{0{0,4}2[dD]\}|U0000002[dD]|0?55|N\{HYPHEN-MINUS\})"
_PERCENT_DIGIT = r"%(?:25){0,3}(?:3[0-9]|[46][1-6]|2[dD])"
_ESCAPE = r"\\(?:x" + _HEX + r"{2}|u00" + _HEX + r"{2}|u\{" + _HEX + r"{2}\}|U000000" + _HEX + r"{2}|[01][0-7]{2})"
_NUMBERED = r"&#(?:[xX]" + _HEX + r"{2}|\d{2,3});"
_QUOTE = r"(?:quot|apos|#0?34|#0?39|#x2[27])"

GATES = (
    _HEX + "[-]?" + _HEX + "{3}[-]?" + _BETWEEN + _HEX[:-1] + "-]" + _HEX + "{3}",
    _HEX + r"""{3}-?["']\s*(?:,\s*|\.concat\(\s*)["']-?""" + _HEX + r"""{3}[0-9a-fA-F-]*["']\s*[\])]""",
    r"""(?:[+.]=|<<|=\s{0,3}[$\w.]{1,40}\s{0,3}\+)\s{0,3}["'`][0-9a-fA-F-]{4,36}["'`]""",
    r"\w\+=[0-9a-fA-F-]{6,36}(?:$|\s)",
    _HEX + r"{3}\\\r?\n-?" + _HEX + "{3}",
    _HEX + r"{3}-?\\\r?\n[ \t]{1,32}-?" + _HEX + "{3}",
    rf"(?:{_ESCAPE}){{8}}",
    rf"(?:{_NUMBERED}){{8}}",
    r"%(?:25){0,3}(?:2[0-7]|3[abdABD])" + _PERCENT_KEY,
    r"-" + _HEX + r"{12}(?:&\w|:" + _HEX + r"{32}@)",
    r"&(?:amp;){0,3}" + _QUOTE + ";" + _KEY,
    r"=3D" + _KEY,
    r"[;:=](?:QUOTED-PRINTABLE|quoted-printable)[;:]",
    rf"<span[^<>\n]{{0,80}}>(?:&#?\w{{1,6}};|[\"'`])?{_KEY}",
    _HEX[:-1] + r"-](?:</?(?:span|wbr)[^<>\n]{0,80}>){1,3}" + _HEX[:-1] + r"-](?:[0-9a-fA-F-]|</?(?:span|wbr))",
    rf"\[\s?'{_HEX[:-1]}-]{{2,34}}',?\s{{0,4}}'{_HEX[:-1]}-]{{2,34}}'",
    _HEX + r"{8}\\" + _ESCAPED_HYPHEN + _HEX + r"{4}\\",
    _HEX + r"{8}%(?:25){0,3}2[dD]" + _HEX + "{4}%",
    rf"(?:{_PERCENT_DIGIT}){{8}}",
    r"""\{["'][0-9a-fA-F-]{4,36}["']\}""",
    r"(?:0x(?:3[0-9]|6[1-6]),\s{0,20}){8}0x2[dD],",
    r"(?:(?:4[89]|5[0-7]|9[789]|10[012]),\s{0,20}){8}45,",
    r"""[=:]\s{0,4}"[^"\n]{3,40}\\\r?\n[ \t]+[^"\n]{1,40}\"""",
    r"=hex\([127]\):(?:[2-7][0-9a-f],00,){3}",
)
"""What a text holds at the least that has such values; for Hyperscan, which is twice as fast with each by itself."""

_PIECES = expression(
    rb"""(["'`])(?=[\s+.&^*<|_\\}@"'`])
        (?<=[0-9A-Za-z!-.:-@_].)(?<!-[0-9a-fA-F]{12}.)(?<![0-9a-fA-F]{32}.)  # not behind a whole value
        (?:\s*(?:(?P<sign>\+\+?|[.&^*]|\.\.|<>|\|\|)[ \t]*(?:[_\\]?\r?\n\s*)?|[_\\]\r?\n\s*)?@?
        |(?P<braces>\}\$\{))\1(?=[0-9A-Za-z!-&(-.:-@_])(?![0-9a-fA-F]{32}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-)""",
    re.VERBOSE,
)
_BOUND = (b"=", b"(", b":", b",", b"[", b"{")
_SHELL_ARRAY = expression(rb"(?:^|[\s;])\w+[sS]\+?=\(\s*\Z")  # KEYS=("a" "b") are several values
_ITEM = r"""["'][^"'\n]{0,256}["']"""
_ITEMS = (
    rf"{_ITEM}(?:\s*(?:,\s*)?{_ITEM}){{0,63}}\s*(?:,\s*)?"  # nothing can be matched in two ways, so that it is linear
)
_LISTED = expression(
    rf"""[cC'"\[](?:
        (?:(?<=[cC])(?i:oncat)\(|(?:(?<=')'|(?<=")")\.join\(\s*[\[(])\s*(?P<args>{_ITEMS})[\])]
       |(?<=\[)\s*(?P<items>{_ITEMS})\]\s*\.join\(\s*(?:''|"")\s*\))""".encode(),
    re.VERBOSE,
)
_JOINS = expression(rb"""\.join\((?:(?<=''.join\()|(?<="".join\()|\s*(?:''|""))""")
_COMMA = expression(rb"""["']\s*,\s*["']""")
_PREFIXED = expression(
    rb"""\((?:concat|str|string-append)\s+(?P<items>"[^"\n]{0,256}"(?:\s+"[^"\n]{0,256}"){1,63})\s*\)"""
)
_BLANKS_BETWEEN = expression(rb"""["]\s+["]""")
_TEMPLATE = expression(
    rb"""(?<!\w)[fF](?P<quote>["'])(?=[^"'\n]{0,200}\{["'])(?P<text>(?:(?!(?P=quote))[^\\\n]){1,400})(?P=quote)
        |`(?=[^`\n]{0,200}\$\{["'])(?P<ticks>[^`\n\\]{1,400})`""",
    re.VERBOSE,
)
_LITERAL = expression(rb"""\$?\{(["'])(?P<text>[^"'`{}\\\n]{0,64})\1\}""")
_METHOD = expression(rb"""(["'])\.concat\(\s*\1""")
_STEP = expression(
    rb"""(?m)^[ \t]*(?:\w+[ \t]+){0,4}(?P<name>[$\w][\w.]{0,80}(?<=\w))[ \t]*(?::[ \t]*\w+[ \t]*)?
        (?:(?P<more>[+.]=|<<|=[ \t]*(?P=name)[ \t]*[+.](?!=))|:?=)
        (?:[ \t]*(?P<quote>["'`])(?P<within>[^\s"'`\\]{0,64})(?P=quote)|(?<==)(?P<bare>[^\s"'`\\;$()]{1,64}))
        [ \t]*;?[ \t\r]*(?=\n|\Z)""",
    re.VERBOSE,
)
_ADDS = expression(rb"""[+.<](?:(?<=[+.])=|(?<=<)<)[ \t]*["'`0-9a-fA-F-]|[+](?<=[\w \t][+])[ \t]*["'`]""")
_WHOLE = expression(rb"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_MOST_MOVED = 512  # bytes of one value that stand on other lines
_FURTHEST = 4096  # bytes between a piece and the next that is appended to it
_CONTINUED = expression(rb"\\(?<=[0-9a-zA-Z-]\\)\r?\n(?=[0-9a-zA-Z-])")
_RUN = expression(rb"%b(?:%b){3,}" % (_ESCAPE.encode(), _ESCAPE.encode()))
_NUMBERED_RUN = expression(rb"%b(?:%b){3,}" % (_NUMBERED.encode(), _NUMBERED.encode()))
_FEW = expression(rb"\\(?<=[0-9a-fA-F]\\)%b(?=[0-9a-fA-F])" % _ESCAPED_HYPHEN.encode())
_NUMBER = rb"(?:0[xX][0-9a-fA-F]{2}|[1-9]\d{1,2})"
_ARRAY = expression(
    rb"[\[{(]\s{0,40}(?P<items>%b(?:\s{0,40},\s{0,40}%b){7,255})\s{0,40},?\s{0,40}[\]})]" % (_NUMBER, _NUMBER)
)
_INDENTED = expression(
    rb"=[ \t]{0,4}(?P<head>[^\s\"'=:\\]{1,64})\\\r?\n[ \t]{1,32}(?P<tail>[^\s\"'=\\]{1,64})[ \t]*\r?(?=\n|\Z)"
)
_FOLDED = expression(rb"\\(?<=[0-9a-zA-Z!-.:-@_]\\)\r?\n[ \t]+(?=[^\s\"\n]{1,40}\")")
_SIGN = expression(_ESCAPE.encode())
_TOKEN = expression(rb"""[^\s"'<>`]+""")
_PERCENT = expression(rb"%(?:25)*(?:(?P<sign>[2-7][0-9A-Fa-f]|0[aAdD])|(?=25))")
_PERCENT_TOKEN = expression(rf"{_PERCENT_KEY}|(?:{_PERCENT_DIGIT}){{8}}".encode())
_STRUCTURE = expression(
    rb"%%(?:25)*(?:22|27|3[AaDd])(?:[0-9a-fA-F]{8}(?:-|%%(?:25)*2[dD])|(?:%b){8})" % _PERCENT_DIGIT.encode()
)
_KEPT = frozenset(b" \r\n\"&#%=?'<>;,|`")  # what would end a value; undone when it is used
_REFERENCE = expression(rb"&(?:amp;)*(?P<name>quot|apos|#\d{2,3}|#x[0-9A-Fa-f]{2});")
_PROPERTY = expression(  # of a vCard or a calendar
    rb"[;:=](?:QUOTED-PRINTABLE|quoted-printable)(?:;[^:\n]{0,80})?:"
    rb"(?P<text>(?:[^=\r\n]|=(?:[0-9A-Fa-f]{2}|\r?\n)){0,20000})"
)
_OCTET = expression(rb"=(?:(?P<sign>[0-9A-Fa-f]{2})|\r?\n)")
_CODE_TAG = expression(
    rb"<(?:(?P<opens>(?:pre|code|samp)\b|td\b(?=[^<>]{0,200}\bblob-code))|(?P<closes>/(?:pre|code|samp|td)\b)"
    rb"|/?(?:span|wbr)\b)[^<>]{0,400}>"
)
_BRACKETED = expression(  # of MATLAB, whose brackets put texts together
    rb"=\s{0,4}(?P<list>\[\s{0,4}(?P<items>'[^'\n]{1,64}'(?:\s{0,4},?\s{0,4}'[^'\n]{1,64}'){1,7})\s{0,4}\])"
    rb"\s{0,4};?[ \t\r]{0,20}(?:%|\n|\Z)"
)
_BYTE = rb"[0-9a-fA-F]{2}"
_EXPANDED = expression(  # REG_EXPAND_SZ and its like
    rb"hex\([127]\):(?P<bytes>%b(?:,(?:\\\r?\n[ \t]{0,8})?%b){7,4095})" % (_BYTE, _BYTE)
)
_BETWEEN_BYTES = expression(rb"[^0-9a-fA-F]+")
_DIGIT = expression(rb"[0-9a-fA-F-]")
_BASIC = expression(
    rb"(?mi)^[ \t]*(?:end (?:sub|function)\b|(?:(?:public|private|dim|const) ){1,2}\w+ (?:as string\b|=))"
)
_BETWEEN_ITEMS = expression(rb"'\s{0,4},?\s{0,4}'")
_PRINTABLE = expression(rb"=(?:(?P<sign>[2-7][0-9A-F])|0D=0A|\r?\n)")
_KEY_BYTES = _KEY.encode()
_ANY_KEY = expression(
    rb"[-%%](?:(?<=[0-9a-fA-F]{8}[-%%])(?:(?<=%%)(?:25){0,3}2[dD]|(?<=-))[0-9a-fA-F]{4}[-%%]|(?<=%%)%b(?:%b){7})"
    % (_PERCENT_DIGIT[1:].encode(), _PERCENT_DIGIT.encode())
)


@dataclass(slots=True)
class _Variable:
    """What pieces are appended to: where its text ends, and the last of them, and its quote."""

    end: int
    last: int
    quote: bytes | None


def edits(raw: bytes) -> Iterator[Edit]:
    """Yield what of UTF-8 bytes is to be read in another way, in the order of its places."""
    return merge(*_ways(raw))


def _ways(raw: bytes) -> Iterator[Iterator[Edit]]:
    """Yield the edits of each way that the text may be written in; each is in order by itself."""
    yield _of_literals(raw)
    yield _without(_CONTINUED.finditer(raw))
    yield _without(_FOLDED.finditer(raw))
    yield _of_indented(raw)
    if _JOINS.search(raw) or b"concat(" in raw.lower():
        yield _of_lists(raw)
        yield _without(_METHOD.finditer(raw))
    if _ADDS.search(raw):
        yield iter(_of_steps(raw))
    if b'{"' in raw or b"{'" in raw:
        yield _of_templates(raw)
    yield _of_prefixed(raw)
    yield _of_numbers(raw)
    yield ((*found.span(), b"-") for found in _FEW.finditer(raw))
    yield _of_arrays(raw)
    yield _of_registry(raw)
    yield _of_bracketed(raw)
    yield from _ways_of_pages(raw)


def _ways_of_pages(raw: bytes) -> Iterator[Iterator[Edit]]:
    """Yield the edits of the ways of addresses, pages and mails."""
    if b"%" in raw and _ANY_KEY.search(raw):
        yield _of_percents(raw)
    if re.search(rb"&(?:amp;)*[#qa]\w+;" + _KEY_BYTES, raw):
        yield _of_references(raw, [(0, len(raw))])
    else:
        yield _of_references(raw, [run.span() for run in _NUMBERED_RUN.finditer(raw)])
    if re.search(rb"=3D" + _KEY_BYTES, raw):
        yield _of_printable(raw)
    yield _of_properties(raw)
    if b"<span" in raw or b"<wbr" in raw:
        yield _of_highlighting(raw)


def _without(hits: Iterator[re.Match[bytes]], group: int | str = 0) -> Iterator[Edit]:
    return ((*found.span(group), b"") for found in hits)


def _of_literals(raw: bytes) -> Iterator[Edit]:
    last = -1
    is_basic = functools.cache(lambda: _BASIC.search(raw) is not None)  # once for a text of a thousand pieces
    for found in _PIECES.finditer(raw):
        if found["sign"] or found["braces"] or _is_one_literal(raw, found.start(), found[1], last, is_basic):
            yield *found.span(), b""
            last = found.end() - 1


def _of_templates(raw: bytes) -> Iterator[Edit]:
    """Yield what stands around a literal that a template holds: f"0123{'4567'}", and JavaScript's with ticks."""
    for template in _TEMPLATE.finditer(raw):
        for found in _LITERAL.finditer(raw, *template.span("ticks" if template["ticks"] else "text")):
            yield found.start(), found.start("text"), b""
            yield found.end("text"), found.end(), b""


def _of_prefixed(raw: bytes) -> Iterator[Edit]:
    """Yield what parts the texts of a Lisp's call, and what stands around them: (concat "0123" "4567")."""
    for call in _PREFIXED.finditer(raw):
        yield call.start(), call.start("items"), b""
        yield from _without(_BLANKS_BETWEEN.finditer(raw, *call.span("items")))
        yield call.end("items"), call.end(), b""


def _of_lists(raw: bytes) -> Iterator[Edit]:
    for found in _LISTED.finditer(raw):
        yield from _without(_COMMA.finditer(raw, *found.span(found.lastgroup or 0)))


def _of_steps(raw: bytes) -> list[Edit]:
    """Join what is appended to a variable to what it was set to, on whatever lines these statements stand."""
    edits: list[Edit] = []
    known: dict[bytes, _Variable] = {}
    moved: dict[int, bytes] = {}
    for step in _STEP.finditer(raw):
        name, quote = step["name"].lstrip(b"$"), step["quote"]
        start, end = step.span("within" if quote else "bare")
        variable = known.get(name)
        if _WHOLE.search(raw, start, end):
            known.pop(name, None)
        elif not step["more"]:
            known[name] = _Variable(end, end, quote)
        elif variable is not None and start - variable.last <= _FURTHEST:
            if variable.last == variable.end and variable.quote == quote and raw.count(b"\n", variable.end, start) == 1:
                edits.append((variable.end, start, b""))
                variable.end = end
            elif len(moved.get(variable.end, b"")) < _MOST_MOVED:
                moved[variable.end] = moved.get(variable.end, b"") + raw[start:end]
                edits.append((start, end, b""))
            variable.last = end
    return sorted([*edits, *((at, at, more) for at, more in moved.items())])


def _of_numbers(raw: bytes) -> Iterator[Edit]:
    for run in _RUN.finditer(raw):
        for found in _SIGN.finditer(raw, *run.span()):
            if (sign := _number(found[0])) not in b"\"'`\\\n":
                yield *found.span(), sign


def _of_arrays(raw: bytes) -> Iterator[Edit]:
    for found in _ARRAY.finditer(raw):
        signs = [int(number, 0) for number in re.findall(_NUMBER, found["items"])]
        if all(33 <= sign < 127 and sign not in b"\"'`\\" for sign in signs):
            yield *found.span(), b'"%b"' % bytes(signs)


def _of_references(raw: bytes, spans: Iterable[tuple[int, int]]) -> Iterator[Edit]:
    for start, end in spans:
        for found in _REFERENCE.finditer(raw, start, end):
            yield *found.span(), _referred(found["name"].decode())


def _referred(name: str) -> bytes:
    import html  # a large table, and few texts have any

    return html.unescape(f"&{name};").encode()


def _of_printable(raw: bytes) -> Iterator[Edit]:
    for found in _PRINTABLE.finditer(raw):
        yield *found.span(), bytes([int(found["sign"], 16)]) if found["sign"] else b""


def _of_indented(raw: bytes) -> Iterator[Edit]:
    """Yield what parts the lines of values, blanks before the next too, where one of them is a key."""
    found = list(_INDENTED.finditer(raw))
    if any(_WHOLE.fullmatch(hit["head"] + hit["tail"]) for hit in found):
        yield from ((hit.end("head"), hit.start("tail"), b"") for hit in found)


def _of_properties(raw: bytes) -> Iterator[Edit]:
    for line in _PROPERTY.finditer(raw):
        for found in _OCTET.finditer(raw, *line.span("text")):
            sign = bytes.fromhex(found["sign"].decode()) if found["sign"] else b""
            yield *found.span(), b"" if sign == b"\r" else sign


def _of_highlighting(raw: bytes) -> Iterator[Edit]:
    """Yield the tags in a page's code that only give it colours."""
    depth = 0
    for tag in _CODE_TAG.finditer(raw):
        if tag["opens"]:
            depth += 1
        elif tag["closes"]:
            depth -= depth > 0
        elif depth:
            yield *tag.span(), b""


def _of_registry(raw: bytes) -> Iterator[Edit]:
    """Yield the texts of a registry's export that are written as bytes of UTF-16, over several lines."""
    for found in _EXPANDED.finditer(raw):
        text = bytes.fromhex(_BETWEEN_BYTES.sub(b"", found["bytes"]).decode()).decode("utf-16-le", "replace")
        text = text.partition("\0")[0]
        if text.isprintable():
            yield *found.span(), b'"%b"' % text.replace("\\", "\\\\").replace('"', '\\"').encode()


def _of_bracketed(raw: bytes) -> Iterator[Edit]:
    """Yield what parts the texts of a MATLAB's brackets, and the brackets, where one of them puts a key together."""
    found = [(hit, _BETWEEN_ITEMS.sub(b"", hit["items"])) for hit in _BRACKETED.finditer(raw)]
    if any(_WHOLE.fullmatch(text[1:-1]) for _, text in found):
        yield from ((*hit.span("list"), text) for hit, text in found)


def _is_one_literal(raw: bytes, end: int, quote: bytes, last: int, is_basic: Callable[[], bool]) -> bool:
    """Say whether a string without an operator behind it is a piece of the next, no argument of a command's."""
    start = raw.rfind(quote, 0, end)
    before = raw[max(start - 80, 0) : start]
    line = before[before.rfind(b"\n") + 1 :].lstrip()
    if _SHELL_ARRAY.search(before) or _is_doubled(raw, end, quote, is_basic):
        return False
    return start == last or before.rstrip().removesuffix(b"@").rstrip().endswith(_BOUND) or line.startswith(b"#define ")


def _is_doubled(raw: bytes, at: int, quote: bytes, is_basic: Callable[[], bool]) -> bool:
    """Say whether two quotes side by side are one within a string: what they part is no key, or it is BASIC."""
    if raw[at + 1 : at + 2] != quote:
        return False
    if quote == b"'":
        return not (_DIGIT.match(raw, at - 1) and _DIGIT.match(raw, at + 2))
    return is_basic()


def _number(escape: bytes) -> bytes:
    digits = escape.lstrip(b"\\xuU{").rstrip(b"}")
    return bytes([int(digits, 8 if escape[1:2] in b"01" else 16)])


def _of_percents(raw: bytes) -> Iterator[Edit]:
    for token in _tokens(raw):
        if b"%" not in token[0] or not _PERCENT_TOKEN.search(token[0]):
            continue
        whole = _STRUCTURE.search(token[0]) is not None
        for found in _PERCENT.finditer(raw, *token.span()):
            sign = bytes([int(found["sign"] or b"25", 16)])
            if whole or sign[0] not in _KEPT:
                yield *found.span(), b"" if sign == b"\r" else sign


def _tokens(raw: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the tokens of the lines in which a key may stand."""
    last = 0
    for key in _ANY_KEY.finditer(raw):
        if key.start() >= last:
            start, last = raw.rfind(b"\n", 0, key.start()) + 1, raw.find(b"\n", key.end()) + 1 or len(raw)
            yield from _TOKEN.finditer(raw, start, last)
