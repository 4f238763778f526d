r"""What a text assigns to what: a tolerant reader of any language's literals, with their names and surroundings.

A credential's parts are recognised by what they are bound to, in whatever notation a bot, a config or a note
happens to use. So one reader turns every text into the same few shapes, without knowing its grammar:

    okx: {apiKey: "K"}          Frame {okx}       Literal K  named apiKey
    AccountAPI("K", "S", "P")   Frame (AccountAPI Literal K  at 0, S at 1, P at 2
    [profiles.live]             Frame section     Literal K  named api_key
    secret_key = "S"

It never fails: text that fits no notation gives fewer names. Strings that hold assignments themselves (a curl
header, a notebook's line, JSON in a log) are read as text in their turn, in place, so that every offset stays true.
Offsets count code points of the decoded text.
"""

from __future__ import annotations

import itertools
import math
import posixpath
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

import regex

from keyguard.model import WHOLE_FILE

MAX_DEPTH = 60  # frames; deeper nesting is machine-made and says nothing about names
MAX_NESTED = 4  # strings within strings: a shell command in JSON in YAML is three
MAX_FACTS = 200  # short siblings kept of one frame, as context


class Syntax(Enum):
    """How a text ends an unquoted value; told by the file's name, since only that is always there."""

    CODE = "code"  # an unquoted value is an expression, never a literal
    LINE = "line"  # dotenv, INI, YAML, properties: to the end of the line
    SHELL = "shell"  # to the next blank
    MARKUP = "markup"  # XML and HTML: element text and attributes
    TABLE = "table"  # CSV and TSV: a header names the columns
    PROSE = "prose"  # notes, logs and everything unknown


_BY_ENDING: dict[str, Syntax] = {
    ending: syntax
    for syntax, endings in {
        Syntax.CODE: "py pyi pyw js mjs cjs jsx ts mts cts tsx go rs java kt kts scala groovy gradle cs vb fs php rb"
        " swift c h cc cpp cxx hpp hh m mm r rmd jl lua dart ex exs erl hs nim pl pm sol zig ipynb json json5 jsonc tf"
        " hcl toml vue svelte sql proto graphql pine mq4 mq5 matlab nix pyx",
        Syntax.LINE: "env yml yaml ini cfg conf properties cnf service desktop editorconfig tfvars envrc",
        Syntax.SHELL: "sh bash zsh fish ksh ps1 psm1 bat cmd mk make dockerfile http rest curl just",
        Syntax.MARKUP: "xml html htm xhtml config csproj vbproj props targets plist resx xaml svg settings",
        Syntax.TABLE: "csv tsv",
    }.items()
    for ending in endings.split()
}
_BY_NAME = {
    "dockerfile": Syntax.SHELL,
    "containerfile": Syntax.SHELL,
    "makefile": Syntax.SHELL,
    "justfile": Syntax.SHELL,
    ".bash_history": Syntax.SHELL,
    ".zsh_history": Syntax.SHELL,
    "fish_history": Syntax.SHELL,
    ".bashrc": Syntax.SHELL,
    ".zshrc": Syntax.SHELL,
    ".profile": Syntax.SHELL,
    ".bash_profile": Syntax.SHELL,
    ".envrc": Syntax.SHELL,
}


def syntax_of(path: str) -> Syntax:
    """Tell from a path how its text ends unquoted values."""
    name = posixpath.basename(path).lower()
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name == ".env" or name.startswith(".env.") or name.endswith(".env"):
        return Syntax.LINE
    ending = name.rpartition(".")[2] if "." in name else ""
    if ending in {"bak", "old", "orig", "save", "template", "tmpl", "j2", "example", "sample", "dist", "local"}:
        return syntax_of(name.rpartition(".")[0])
    return _BY_ENDING.get(ending, Syntax.PROSE)


class Bond(Enum):
    """How a name came to a literal; the order is the order of trust."""

    ASSIGNED = 0  # name = value, name: value, --name value, <name>value</name>
    FRAME = 1  # {"name": "apiKey", "value": ...} or variable "okx_key" { default = ... }
    PAIR = 2  # getenv("NAME", "value"), header("NAME", "value")
    CALLEE = 3  # setApiKey("value")
    WRAPPED = 4  # passphrase: Some("value")
    NEAR = 5  # API Key | value, ENV NAME value, or the line above


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written, how it is bound, and where a value behind it would begin."""

    text: str
    bond: Bond
    value_start: int = -1


@dataclass(slots=True, eq=False)
class Frame:
    """An enclosing mapping, list, call, block, section or element."""

    kind: str  # one of ( [ { section indent item element row file
    start: int
    parent: Frame | None = None
    name: str = ""  # what opens it: a key, a callee, a section's title, a block's label
    indent: int = -1
    count: int = 0  # elements so far
    facts: list[tuple[str, str]] = field(default_factory=list)  # short siblings: (name or '', value)
    inherited: tuple[Name, ...] = ()
    order: tuple[tuple[Name, ...], ...] = ()  # names by position, from `a, b = (..., ...)`
    last: str = ""  # the last element's text, for pairs

    def chain(self) -> Iterator[Frame]:
        """Walk outwards, this frame first."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.parent

    def fact(self, name: str, value: str) -> None:
        """Keep a short sibling as context."""
        if len(self.facts) < MAX_FACTS and len(value) <= 64:
            self.facts.append((name, value))


@dataclass(slots=True)
class Literal:
    """A value in the text, with everything that surrounds it."""

    start: int
    end: int
    value: str
    quoted: bool
    names: tuple[Name, ...]
    frame: Frame
    index: int
    limit: int = -1  # within a string: where that string ends


@dataclass(frozen=True, slots=True)
class _Token:
    start: int  # of the text, without its quotes
    end: int
    text: str  # unescaped
    quoted: bool


@dataclass(slots=True)
class _Source:
    """The text being read, and the literals found in it."""

    text: str
    syntax: Syntax
    wanted: Callable[[str], bool]
    deadline: float
    literals: list[Literal] = field(default_factory=list)
    steps: int = 0

    def step(self) -> None:
        """Count a token; every thousandth looks at the clock."""
        self.steps += 1
        if not self.steps % 1024 and time.monotonic() > self.deadline:
            raise TimeoutError


_TOKEN = regex.compile(
    r"""
    (?P<newline>\r?\n|\\r\\n|\\n)
  | (?P<blank>[ \t\r\f\v\u00a0\u3000]+|\\t)
  | (?P<reference>\$\{[^{}\n]{0,200}\}|\$\([^()\n"']{0,80}\)|\{\{[^{}\n]{0,200}\}\}|%\([\w.]{1,80}\)s|<%[^%\n]{0,200}%>)
  | (?P<string>[bBrRuUfFL@$]{0,2}(?:
        (?<=[=(,]\s{0,3})\[\[(?P<s8>[^\[\]\n]*+)\]\]
      | (?<==\s{0,3})''(?P<s9>[^'\s,;]++)''
      | "{3}(?P<s1>(?:[^"\\]|\\.|"(?!""))*+)"{3}
      | '{3}(?P<s2>(?:[^'\\]|\\.|'(?!''))*+)'{3}
      | "(?P<s3>(?:[^"\\\n]|\\.)*+)"
      | '(?P<s4>(?:[^'\\\n]|\\.)*+)'
      | `(?P<s5>(?:[^`\\]|\\.){0,4000}+)`
      | (?P<escape>\\++["'])(?P<s6>(?:(?!(?P=escape))[^\n])*+)(?P=escape)
      | [\u201c\u201d](?P<s7>[^\u201c\u201d\n]*+)[\u201c\u201d]
    ))
  | (?P<open>[(\[{\uff08])
  | (?P<close>[)\]}\uff09])
  | (?P<operator>\|\||\?\?|\?:|&&|\?)
  | (?P<separator>=>|:=|<-|\?=|\+=|===?|=|::?|\uff1a|\uff1d)
  | (?P<boundary>[,;|\uff0c\uff1b\u3001])
  | (?P<word>[^\s"'`()\[\]{},;|=:?&\\<\uff08\uff09\uff0c\uff1a\uff1b\uff1d\u201c\u201d\u3001]+
        (?:'(?:t|s|re|ll|ve|d|m)\b)*+)
  | (?P<other>.)
    """,
    regex.VERBOSE | regex.DOTALL,
)
_MARKUP_STARTS = ("<?xml", "<!DOCTYPE", "<html", "<template")
_INDENT = regex.compile(r"([ \t]*)((?:-[ \t]+)*)")
_SECTION = regex.compile(r"[ \t]*\[{1,2}[ \t]*([^\[\]\n=,{}]{1,120}?)[ \t]*\]{1,2}[ \t]*(?:[#;][^\n]*)?(?=\r?\n|$)")
_PIPED = regex.compile(r"\|[ \t`*]*([^|\n]*?)[ \t`*\r]*(?=\|)")
_ESCAPE = regex.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", regex.DOTALL)
_DEFAULT = regex.compile(r"\$\{\s*([\w.\-/]+)\s*:[-=]?(.+)\}", regex.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_DECORATION = " \t*_~#>+-&@$!^/<`.\\%"
_CLOSES = {")": "(", "]": "[", "}": "{", "\uff09": "("}
_NEUTRAL = frozenset(
    "value val default defaultvalue initialvalue currentvalue text content data string v initial secretstring"
    " plaintext plaintextvalue from stringvalue".split()
)
_LABELS = frozenset("name key id variable field header label title param parameter n k option env".split())


def read(text: str, path: str, wanted: Callable[[str], bool], deadline: float = math.inf) -> list[Literal]:
    """Return the literals of a text with their names and frames, in their order.

    `wanted` says of a string's content whether it is worth reading as text in its turn. Raises TimeoutError once the
    monotonic clock is past `deadline`.
    """
    source = _Source(text, syntax_of(path), wanted, deadline)
    root = Frame("file", WHOLE_FILE)
    if source.syntax is Syntax.TABLE:
        _read_table(source, root, "\t" if path.lower().endswith(".tsv") else "")
    elif source.syntax is Syntax.MARKUP or text[:200].lstrip("\ufeff \r\n\t").startswith(_MARKUP_STARTS):
        _read_markup(source, root)
    else:
        reader = _Reader(source, root)
        reader.above = posixpath.basename(path)  # a file that holds nothing but a value is its label
        reader.read(0, len(text))
    for literal in source.literals:
        _name_after_frame(literal)
    source.literals.sort(key=lambda literal: (literal.start, literal.end))
    return source.literals


def rest_of_value(text: str, start: int, syntax: Syntax, limit: int = -1) -> tuple[int, int]:
    """Return the span of an unquoted value that begins behind a separator, as its notation ends it."""
    limit = limit if limit >= 0 else len(text)
    end = text.find("\n", start, limit)
    line = text[start : end if end >= 0 else limit].rstrip("\r")
    begin = start + len(line) - len(line.lstrip())
    line = line.strip()
    if syntax is Syntax.LINE:
        line = regex.split(r"\s+[#;](?:\s|$)", line, maxsplit=1)[0].rstrip()
    else:
        line = regex.split(r"[\s;|&<\uff0c\u3002]|,(?:\s|$)|\\n|[)\]}]+[,;]?$", line, maxsplit=1)[0].rstrip(",")
    return begin, begin + len(line)


def unescape(raw: str) -> str:
    """Undo backslash escapes, leniently: an unknown one gives its character."""
    if "\\" not in raw:
        return raw

    def plain(found: regex.Match[str]) -> str:
        code = found[1]
        return chr(int(code[1:], 16)) if len(code) > 1 else _PLAIN.get(code, code)

    return _ESCAPE.sub(plain, raw)


class _Statement:
    """What was read since the last boundary: tokens not yet bound to anything, and the names in front of them."""

    __slots__ = ("left", "names", "order", "separator", "words")

    def __init__(self, order: tuple[tuple[Name, ...], ...] = ()) -> None:
        self.words: list[_Token] = []
        self.names: tuple[Name, ...] = ()
        self.separator = ""
        self.left: list[tuple[Name, ...]] = []  # `a, b` before an `=` to come
        self.order = order  # `a, b` after it


class _Reader:
    """Reads statements: code, configuration, shell and prose alike."""

    def __init__(self, source: _Source, frame: Frame, depth: int = 0) -> None:
        self.source = source
        self.root = self.frame = frame
        self.depth = depth
        self.statement = _Statement()
        self.outer: list[tuple[Frame, _Statement]] = []
        self.above = ""  # the last line's text, for values that stand alone below their label
        self.header: list[str] = []  # of a Markdown table
        self.columns: list[str] = []  # of an SQL INSERT
        self.in_rows = False  # behind its VALUES
        self.line_start = 0
        self.line_indent = 0
        self.position = 0
        self.limit = -1

    def read(self, start: int, end: int) -> None:
        text = self.source.text
        self.position = self.line_start = start
        self.limit = end if self.depth else -1
        self._line_begins(end)
        while self.position < end:
            token = _TOKEN.match(text, self.position, end)
            if token is None:  # pragma: no cover - the last alternative takes any character
                break
            self.source.step()
            self.position = token.end()
            kind = token.lastgroup or "string"
            if kind == "newline":
                self._line_ends(token.start())
                self._line_begins(end)
            elif kind == "string":
                self._take(self._string(token))
            elif kind == "word":
                self._word(token)
            elif kind == "reference":
                self._reference(token)
            elif kind in {"separator", "operator"}:
                self._separate(kind, token[0], end)
            elif kind == "boundary":
                self._boundary(token[0])
            elif kind == "open":
                self._open(token)
            elif kind == "close":
                self._close(token)
        self._flush()
        for self.frame, self.statement in reversed(self.outer):
            self._flush()

    # --- lines, indentation and sections

    def _line_ends(self, at: int) -> None:
        line = self.source.text[self.line_start : at].strip()
        statement = self.statement
        if statement.names and not statement.words and (self.outer or statement.separator != ":"):
            return  # the value stands on the next line
        opens = "" if self.outer else self._opened_block(line)
        self._flush()
        self.statement = _Statement()
        if opens and len(list(self.frame.chain())) < MAX_DEPTH:
            self.frame = Frame("indent", at, self.frame, opens, self.line_indent)
        if line:
            self.above = line
        elif all(frame.kind == "(" for frame in self._open_frames()):
            self._leave_parentheses()

    def _opened_block(self, line: str) -> str:
        """Return the name of the block that this line opens (`okx:`), or nothing."""
        statement = self.statement
        if statement.separator == ":" and all(word.text[:1] in "&|>#!" for word in statement.words):
            return statement.names[0].text if statement.names else ""
        return ""

    def _line_begins(self, end: int) -> None:
        text = self.source.text
        self.line_start = self.position
        found = _INDENT.match(text, self.position, end)
        spaces, dash = (len(found[1].expandtabs(4)), found[2]) if found else (0, "")
        if found is None or found.end() >= end or text[found.end()] in "\r\n":
            return
        if text[found.end()] == "|" and not self.outer and self._table_row(found.end(), end):
            return
        self.header = []
        if section := _SECTION.match(text, self.position, end):
            self._section(section)
            return
        if self.outer or text[found.end()] == "#" or text.startswith("//", found.end()):
            return
        self._indentation(2 * spaces, dash, found.end())
        self.line_indent = 2 * (spaces + len(dash))
        self.position = found.end()

    def _table_row(self, start: int, end: int) -> bool:
        """Read a row of a Markdown table, whose first row names the columns."""
        line_end = self.source.text.find("\n", start, end)
        line_end = end if line_end < 0 else line_end
        cells = [
            _Token(found.start(1), found.end(1), found[1], quoted=True)
            for found in _PIPED.finditer(self.source.text, start, line_end)
        ]
        if len(cells) < 2:
            return False
        if not self.header:
            self.header = [cell.text for cell in cells]
        if any(cell.text.strip("-: ") for cell in cells):
            _row(self.source, Frame("row", start, self.frame), cells, self.header)
        self.position = line_end
        return True

    def _indentation(self, indent: int, dash: str, at: int) -> None:
        """Leave the frames that a line is not inside of; a list's item is a frame of its own."""
        mark = indent + 1 if dash else indent
        while self.frame is not self.root and self.frame.kind in {"indent", "item"} and self.frame.indent >= mark:
            self.frame = self.frame.parent or self.root
        if dash:
            self.frame = Frame("item", at, self.frame, indent=mark)

    def _section(self, found: regex.Match[str]) -> None:
        if any(frame.kind != "(" for frame in self._open_frames()):
            return  # an array's row, not a title
        self._leave_parentheses()
        title = found[1].replace('"', "").replace("'", "")
        if "," in title:
            return
        self.frame = Frame("section", found.start(), self.root, title)
        self.position = found.end()

    def _open_frames(self) -> list[Frame]:
        return [frame for frame, _ in self.outer[1:]] + [self.frame] if self.outer else []

    def _leave_parentheses(self) -> None:
        """Forget parentheses that prose left open, at the next empty line or title."""
        if self.outer:
            self.frame, self.statement = self.outer[0][0], _Statement()
            self.outer.clear()

    # --- tokens

    def _take(self, token: _Token) -> None:
        self.statement.words.append(token)

    def _word(self, token: regex.Match[str]) -> None:
        word = token[0]
        if word == "or" and self.statement.words:
            self._separate("operator", word, token.end())
            return
        self._take(_Token(token.start(), token.end(), word, quoted=False))
        if word.startswith("--") and len(word) > 4 and self.source.text[token.end() : token.end() + 1] in {" ", "\t"}:
            self._bind("--", token.end())

    def _string(self, token: regex.Match[str]) -> _Token:
        for group in ("s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9"):
            if token[group] is not None:
                start, end = token.span(group)
                raw = token[group]
                value = raw.replace("''", "'") if group == "s4" and "\\" not in raw else unescape(raw)
                return _Token(start, end, value, quoted=True)
        raise AssertionError  # pragma: no cover - every string has one of these groups

    def _reference(self, token: regex.Match[str]) -> None:
        self._take(_Token(token.start(), token.end(), token[0], quoted=False))
        if default := _DEFAULT.match(token[0]):
            start = token.start() + default.start(2)
            name = Name(default[1], Bond.PAIR)
            self._emit(_Token(start, start + len(default[2]), default[2], quoted=True), (name, *self.statement.names))

    def _separate(self, kind: str, text: str, end: int) -> None:
        if kind == "separator" and text in {"==", "==="}:
            kind = "operator"
        self._bind(text if kind == "separator" else "", self.position)
        if kind == "separator" and self.source.syntax is Syntax.LINE and not self.outer and not self.depth:
            self._line_value(end)

    def _bind(self, separator: str, behind: int) -> None:
        """Turn the words before a separator into the name of what follows it."""
        statement = self.statement
        tight = separator == "--" or self.source.text[behind - len(separator) - 1 : behind - len(separator)].isalnum()
        if statement.names and len(statement.words) > 1 and tight and separator in {"=", "--"}:
            *statement.words, last = statement.words  # AK=... SK=...: the words before the last are a value
            self._flush()
            statement.words, statement.names = [last], ()
        if separator == "--":
            statement.words = statement.words[-1:]
        names = _names(statement.words, behind, Bond.ASSIGNED if separator else Bond.PAIR)
        statement.words = []
        statement.separator = {"\uff1a": ":"}.get(separator, separator) or statement.separator
        if statement.left and names:
            statement.order = (*statement.left, names)
            statement.left = []
            statement.names = statement.order[0]
        elif names:
            # The name next to the value first: `apiKey: string = "..."`, `- OKX_API_KEY=...`.
            statement.names = (names + statement.names)[:6]

    def _line_value(self, end: int) -> None:
        """Take an unquoted value to the end of its line, whatever brackets it holds."""
        text = self.source.text
        start, stop = rest_of_value(text, self.position, Syntax.LINE)
        stop = min(stop, end)
        if start >= stop or text[start] in "\"'{[&*|>\\" or "${" in text[start:stop] or "{{" in text[start:stop]:
            return
        self._take(_Token(start, stop, text[start:stop], quoted=False))
        self.position = stop

    def _boundary(self, text: str) -> None:
        statement, frame = self.statement, self.frame
        if text in ",\uff0c" and not statement.separator and frame.kind not in "([{" and len(statement.left) < 6:
            names = _names(statement.words, self.position)
            if names and not any(word.quoted for word in statement.words):
                statement.left.append(names)
                statement.words = []
                return
        cell = " ".join(word.text for word in statement.words)
        self._flush()
        order = statement.order[1:] if text in ",\uff0c" else ()
        self.statement = _Statement(order)
        if text == ";":
            self.columns, self.in_rows = [], False
        if text == "|":
            frame.last = cell or frame.last
        if order:
            self.statement.names, self.statement.separator = order[0], "="

    # --- brackets

    def _open(self, token: regex.Match[str]) -> None:
        kind = {"\uff08": "("}.get(token[0], token[0])
        statement = self.statement
        if len(self.outer) >= MAX_DEPTH:
            return
        callee = ""
        if kind in "([" and statement.words and not statement.words[-1].quoted:
            word = statement.words[-1]
            callee = word.text if token.start() - word.end <= 1 else ""
        label = callee or (statement.names[0].text if statement.names else _joined(statement.words))
        frame = Frame(kind, token.start(), self.frame, label)
        frame.inherited = ((Name(callee, Bond.CALLEE),) if callee and kind == "(" else ()) + tuple(
            Name(name.text, Bond.WRAPPED) for name in statement.names
        )
        if kind == "{" and self.frame.kind == "[" and self.frame.last:
            frame.inherited = (Name(self.frame.last.strip().rpartition("\n")[2], Bond.PAIR),)
        frame.order = statement.order
        before = statement.words[-1].text if statement.words else ""
        if before:
            self.in_rows = before.upper() == "VALUES"
        if kind == "(" and self.in_rows:
            frame.order = tuple((Name(column, Bond.ASSIGNED),) for column in self.columns)
        self.outer.append((self.frame, statement))
        self.frame, self.statement = frame, _Statement()

    def _close(self, token: regex.Match[str]) -> None:
        opener = _CLOSES[token[0]]
        depth = next((n for n, frame in enumerate(reversed(self._open_frames())) if frame.kind == opener), None)
        if depth is None or depth > 3:
            return  # closes nothing that is open
        for _ in range(depth + 1):
            self._flush()
            inner = self.frame
            self.frame, self.statement = self.outer.pop()
        words = self.statement.words
        if inner.kind == "(" and not inner.order:
            columns = [value for name, value in inner.facts if not name]
            self.columns = columns if all(map(str.isidentifier, columns)) else []
        if inner.kind in "[(" and inner.count == 1 and inner.last and words and words[-1].end == inner.start:
            name = f"{words[-1].text}.{inner.last}"  # headers["OK-ACCESS-KEY"], getenv("OKX_API_KEY")
            words[-1] = _Token(words[-1].start, token.end(), name, quoted=False)
        else:
            self._take(_Token(inner.start, token.end(), "", quoted=False))

    # --- literals

    def _flush(self) -> None:
        """Emit what stands in the value's place, and whatever else the statement holds."""
        statement, frame = self.statement, self.frame
        words = [word for word in statement.words if word.text.strip(_DECORATION) or word.quoted or not word.text]
        names = statement.names or self._positional_names(statement)
        label = _joined([word for word in words[:-1] if word.text]) if len(words) < 7 else ""
        for order, word in enumerate(words):
            if not word.text:
                continue
            near = [words[order - 1].text] if order and words[order - 1].text else []
            near += [label] if label and order == len(words) - 1 else []
            if frame.last and frame.kind not in "([{":
                near.append(frame.last)
            if len(words) == 1 and not statement.names and frame.kind not in "([{":
                near.append(self.above)
            weak = tuple(Name(text, Bond.NEAR) for text in near if len(text) <= 60)
            self._emit(word, (*names, *weak) if order == 0 else (*weak, *_weakened(names)))
        if words:
            first = next((word for word in words if word.text), None)
            if first is not None:
                named = statement.names and statement.names[0].bond is Bond.ASSIGNED
                frame.fact(statement.names[0].text if named else "", first.text)
            frame.count += 1
            frame.last = words[-1].text if len(words) == 1 and words[0].quoted else ""

    def _positional_names(self, statement: _Statement) -> tuple[Name, ...]:
        frame = self.frame
        names: list[Name] = []
        if frame.count < len(frame.order):
            names += frame.order[frame.count]
        if frame.last and frame.kind in "([{":
            names.append(Name(frame.last, Bond.PAIR))
        if (frame.count == 0 and frame.kind == "(") or frame.kind == "[":
            names += frame.inherited
        return tuple(names)

    def _emit(self, token: _Token, names: tuple[Name, ...]) -> None:
        source, frame = self.source, self.frame
        literal = Literal(token.start, token.end, token.text, token.quoted, names, frame, frame.count, self.limit)
        source.literals.append(literal)
        nests = token.quoted or (source.syntax is Syntax.LINE and ("=" in token.text or " " in token.text))
        if nests and self.depth < MAX_NESTED and len(token.text) > 8 and source.wanted(token.text):
            nested = _Reader(source, frame, self.depth + 1)
            nested.read(token.start, token.end)


# --- names


def _joined(words: list[_Token]) -> str:
    return " ".join(word.text for word in words[-3:])


def _names(words: list[_Token], behind: int, bond: Bond = Bond.ASSIGNED) -> tuple[Name, ...]:
    """Return what the words before a separator may name, the longest first: 'Secret Key', then 'Key'."""
    kept = [word for word in words if word.text.strip(_DECORATION)]
    if not kept:
        return ()
    if kept[-1].quoted:
        return (Name(kept[-1].text, bond, behind),)
    typed = next((n for n, word in enumerate(kept) if n and word.text == "As"), len(kept))  # Const Key As String
    texts = [word.text.strip(_DECORATION) for word in kept[:typed][-3:] if not word.quoted]
    joined = [" ".join(texts[n:]) for n in range(len(texts))]
    return tuple(Name(text, bond, behind) for text in joined if len(text) <= 80)


def _weakened(names: tuple[Name, ...]) -> tuple[Name, ...]:
    return tuple(Name(name.text, Bond.NEAR) for name in names)


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def _name_after_frame(literal: Literal) -> None:
    """Name a `value` after what its frame calls it: {"name": "OKX_API_KEY", "value": ...}, <add key= value=>.

    Such a frame is no mapping of its own: the literal then belongs to the frame around it.
    """
    frame = literal.frame
    if not literal.names or _plain(literal.names[0].text) not in _NEUTRAL or frame.parent is None:
        return
    labels = [value for name, value in frame.facts if _plain(name) in _LABELS and value != literal.value]
    names = [Name(text, Bond.FRAME) for text in (*labels, frame.name) if text]
    names += frame.inherited if frame.kind == "{" else ()
    if names:
        literal.names = (*names, *literal.names)
        literal.frame = frame.parent


# --- markup: elements are frames, attributes and element texts are named values

_TAG = regex.compile(
    r"<!--|-->|<!\[CDATA\[|\]\]>|<(?P<close>/?)(?P<tag>[A-Za-z_][\w:.\-]*)"
    r"(?P<attributes>(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)(?P<empty>)>"
)
_ATTRIBUTE = regex.compile(r"([\w:.\-@]+)\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)')")


def _read_markup(source: _Source, root: Frame) -> None:
    text, frame, position = source.text, root, 0
    while position < len(text):
        found = _TAG.search(text, position)
        _element_text(source, frame, position, found.start() if found else len(text))
        if found is None:
            return
        source.step()
        position = found.end()
        if found["tag"]:
            frame = _follow_tag(source, frame, found)


def _follow_tag(source: _Source, frame: Frame, found: regex.Match[str]) -> Frame:
    tag, attributes = found["tag"], found["attributes"]
    if found["close"]:
        closed = next((outer for outer in frame.chain() if outer.kind == "element" and outer.name == tag), None)
        return closed.parent or frame if closed else frame
    if sum(1 for _ in frame.chain()) >= MAX_DEPTH:
        return frame
    element = Frame("element", found.start(), frame, tag, inherited=(Name(frame.last, Bond.PAIR),))
    for attribute in _ATTRIBUTE.finditer(attributes):
        group = 2 if attribute[2] is not None else 3
        start = found.start("attributes") + attribute.start(group)
        value = _entities(attribute[group])
        names = (Name(attribute[1], Bond.ASSIGNED),)
        _add(source, Literal(start, start + len(attribute[group]), value, True, names, element, element.count))
        element.fact(attribute[1], value)
        element.count += 1
    empty = attributes.rstrip().endswith("/") or tag.lower() in {"br", "hr", "img", "input", "meta", "link"}
    return frame if empty else element


def _element_text(source: _Source, frame: Frame, start: int, end: int) -> None:
    raw = source.text[start:end]
    stripped = raw.strip()
    if not stripped:
        return
    start += len(raw) - len(raw.lstrip())
    labels = [value for name, value in frame.facts if _plain(name) in _LABELS]
    # A cell's label is the cell before it, however deep the text lies in its own.
    near = next((f.inherited for f in itertools.islice(frame.chain(), 3) if any(n.text for n in f.inherited)), ())
    names = (*(Name(label, Bond.FRAME) for label in labels), Name(frame.name, Bond.ASSIGNED), *near)
    scope = frame.parent or frame
    _add(source, Literal(start, start + len(stripped), _entities(stripped), True, names, scope, scope.count))
    scope.fact(frame.name, stripped)
    scope.count += 1
    scope.last = stripped if len(stripped) <= 60 else ""


def _add(source: _Source, literal: Literal) -> None:
    source.literals.append(literal)
    if len(literal.value) > 8 and source.wanted(literal.value):
        _Reader(source, literal.frame, 1).read(literal.start, literal.end)


def _entities(text: str) -> str:
    if "&" not in text:
        return text
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


# --- tables: a header names the columns, a row is a frame

_CELL = regex.compile(r"(?:^|(?P<sep>[,;\t]))(?P<space>[ \t]*)(?:\"(?P<quoted>(?:[^\"]|\"\")*+)\"|(?P<plain>[^,;\t\"]*+))")


def _read_table(source: _Source, root: Frame, delimiter: str) -> None:
    text, position, header = source.text, 0, list[str]()
    while position < len(text):
        source.step()
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        cells = _cells(text, position, end, delimiter)
        if not header:
            header = [cell.text for cell in cells]
            if len(cells) < 2:
                header = []
        _row(source, Frame("row", position, root), cells, header)
        position = end + 1


def _cells(text: str, start: int, end: int, delimiter: str) -> list[_Token]:
    cells = []
    for found in _CELL.finditer(text[start:end].rstrip("\r")):
        group = "quoted" if found["quoted"] is not None else "plain"
        if delimiter and found["sep"] not in {None, delimiter} and group == "plain" and not found[0].strip():
            continue
        value = found[group].replace('""', '"').strip()
        begin = start + found.start(group) + len(found[group]) - len(found[group].lstrip())
        cells.append(_Token(begin, begin + len(value), value, quoted=True))
    return cells


def _row(source: _Source, frame: Frame, cells: list[_Token], header: list[str]) -> None:
    for index, cell in enumerate(cells):
        column = header[index] if index < len(header) and header[index] != cell.text else ""
        names = [Name(column, Bond.ASSIGNED)] if column else []
        if index:
            names.append(Name(cells[index - 1].text, Bond.NEAR))
        _add(source, Literal(cell.start, cell.end, cell.text, True, tuple(names), frame, index))
        frame.fact(column, cell.text)
