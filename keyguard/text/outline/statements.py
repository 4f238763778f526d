"""Reads statements: code, configuration, shell and prose alike, token by token with a stack of frames."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import regex

from keyguard.expressions import regex_expression
from keyguard.text.outline import attributes, markup, notations
from keyguard.text.outline.escapes import goes_on, has_joint, joints_undone, without_backticks
from keyguard.text.outline.frames import (
    MAX_DEPTH,
    Bond,
    Frame,
    Name,
    Syntax,
    Token,
    is_carrier,
)
from keyguard.text.outline.rows import is_row, items, rows
from keyguard.text.outline.source import MAX_NESTED
from keyguard.text.outline.table import LOOKED_AT, Table, is_turned, row
from keyguard.text.outline.tokens import (
    ARMOUR,
    DECORATION,
    DEFAULT,
    RAW,
    STRINGS,
    TOKEN,
    dedented,
    is_value,
    joined,
    names_of,
    rest_of_value,
    unescape,
    unescaped,
    weakened,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from keyguard.text.outline.rows import Row
    from keyguard.text.outline.source import Source

_INDENT = regex_expression(r"([ \t]*)((?:-[ \t]+)*)")
_SECTION = regex_expression(
    r"[ \t]*\[{1,2}[ \t]*(?!<)([^\[\]\n=,{}@]{1,120}?)[ \t]*\]{1,2}[ \t]*(?:[#;][^\n]*)?(?=\r?\n|$)"
)
_GLOSS = regex_expression(
    r"[(\uff08][^()\uff08\uff09\n]{1,60}[)\uff09][*_`]*[ \t]*(?:[:=\uff1a]|->|\u2192)"
)  # of a name: Passphrase (8-32):
_BARS = "|\u2502\u2503\u2551"
_PIPED = regex_expression(
    rf"[{_BARS}](?|[ \t*]*`([^`{_BARS}\n]*)`[ \t*\r]*|[ \t`*]*([^{_BARS}\n]*?)[ \t`*\r]*)(?=[{_BARS}])"
)
_HEADED = regex_expression(r"\|\|[ \t]*([^|\n]*?)[ \t\r]*(?=\|\|)")  # of a wiki
_PROPERTY = regex_expression(r"([\w.\-\[\]]{1,120})[ \t]+(?=[^\s=:])")
_RULE = regex_expression(
    r"[ \t]*[+|\u2500-\u257f][-=+:\u2500-\u257f]{2,}[+|\u2500-\u257f][ \t\r]*(?=\n|$)"
)  # between a table's rows
_SCALAR = regex_expression(r"[^\s\"'{}\[\]&*!|>%@`#:=][^\s\"'{}\[\]:=&]*[=&][^\s\"'{}\[\]:]*(?=[ \t\r]*(?:\n|$))")
_YAML_STARTS = "\"'{[&*|>\\"
_COMMENT = regex_expression(r"#(?!define\b)|//|/\*|--$|--[^-\w]")
_COMMENT_LINES = frozenset("*;%!")  # what a line of a comment begins with, in blocks and where no word does
_KEY = regex_expression(r"[^=%&\s]+(?: [^=%&\s]+){0,3}")
_DECLARING = frozenset(("const", "var"))  # Go's blocks
_CAST = regex_expression(r"\[[A-Za-z][\w.]*\](?:::|(?=[\"'$(]))")  # PowerShell's types
_CONTINUED = regex_expression(r"[ \t]*\\\r?\n[ \t]*")
_REST_OF_KEY = regex_expression(r"[A-Za-z][\w.-]*(?=:(?:\s|$))")
_INITIALISER = regex_expression(r"(?<=\w)\{\s*[uUL@]?(?:8)?(?:\"[^\"\n]*\"|'[^'\n]*')\s*\}")
_SOLID = regex_expression(r"[ \t]*(?P<value>[^\s\"'`()\[\]{}<>=:,;]+[(\[{](?=[^\s]*\d)[^\s\"'`=;]*+)[ \t\r]*(?=\n|$)")
# One word to the end of its line, or behind NAME=, with a sign in it that separates elsewhere.
_WORD = regex_expression(
    r"""(?P<blank>[ \t]*)(?P<value>(?=\S*[?;:|<=]|[#*(\[{](?!\S*[*)\]}]))(?=\S*\d)(?![A-Za-z_.-]+[=:])
    (?!\S*(?:://|[?&;,|]\w+[=:]|</?\w+/?>|[0-9A-Za-z]{24}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-))
    [^\s\"'`]{5,63}[^\s\"'`;:,.])[;:,.]?(?=[ \t\r]*(?P<last>\n|$)|\s)""",
    regex.VERBOSE,
)
_BLOB = regex_expression(r"0x(?:[2-7][0-9a-fA-F]){6,256}")  # text as SQL writes bytes
_BLOCKS = frozenset(("{", "indent"))
_SHORT_OPTIONS = {"-b": "--body", "-v": "--value"}
MAX_COMMAND = 40  # words of a line
_PAIRS = frozenset(("->", "to"))
_PAIRED = regex_expression(r"[ \t]+[(\"']")
_CLOSES = {")": "(", "]": "[", "}": "{", "\uff09": "("}


class _Statement:
    """What was read since the last boundary: tokens not yet bound to anything, and the names in front of them."""

    __slots__ = ("left", "names", "order", "separator", "words")

    def __init__(self, order: tuple[tuple[Name, ...], ...] = ()) -> None:
        self.words: list[Token] = []
        self.names: tuple[Name, ...] = ()
        self.separator = ""
        self.left: list[tuple[Name, ...]] = []  # `a, b` before an `=` to come
        self.order = order  # `a, b` after it


class Reader:
    """Reads statements: code, configuration, shell and prose alike."""

    def __init__(self, source: Source, frame: Frame, depth: int = 0) -> None:
        self.source = source
        self.root = self.frame = frame
        self.depth = depth
        self.statement = _Statement()
        self.outer: list[tuple[Frame, _Statement, int]] = []  # and where the frame inside it opens
        self.above = ""  # the last line's text, for values that stand alone below their label
        self.told = False  # this line has a value for its name, and is no label of what stands below
        self.table: Table | None = None  # of Markdown
        self.untabbed = 0  # where rows of cells end that tabs part, and that are no table of accounts
        self.columns: list[str] = []  # of an SQL INSERT
        self.in_rows = False  # behind its VALUES
        self.created: dict[str, list[str]] = {}  # the columns of tables, for an INSERT that names none
        self.copied: list[str] = []  # of an SQL COPY whose rows follow
        self.code = ""  # the last line that no arrow stands in
        self.heredocs: dict[int, int] = {}  # where one begins that was read, and where it ends
        self.rows: dict[int, list[Row]] = {}  # without names, by where their lines begin
        self.line_start = 0
        self.line_indent = 0
        self.position = 0
        self.limit = -1
        self.end = -1  # of what is read
        self.closed: Frame | None = None  # the bracket that closed last
        self.renamed: dict[str, str] = {}  # declarations whose attribute has a name for them
        self.chain = ""  # what the last chain of calls began with
        self.command: list[Token] = []  # words since the line's begin
        self.unclosed = ""  # the quote of a value of several lines, whose lines are read as those of the text
        self.in_text = False  # a string of several lines, such as a docstring
        self.in_comment = False

        self._takers: dict[str, Callable[[regex.Match[str]], None]] = {
            "string": self._quoted,
            "word": self._word,
            "padded": self._word,
            "reference": self._reference,
            "boundary": self._boundary,
            "open": self._open,
            "close": self._close,
            "blank": self._blank,
            "other": self._other,
        }

    def read(self, start: int, end: int) -> None:
        """Read a span of the text; within a string, that is all that it sees."""
        text = self.source.text
        self.position = self.line_start = start
        self.end = end
        self.limit = end if self.depth else -1
        self.in_text = self.depth > 0 and "\n" in text[start:end].strip()
        self.rows = rows(text, start, end)
        self._line_begins(end)
        while self.position < end:
            token = TOKEN.match(text, self.position, end)
            if token is None:  # pragma: no cover - the last alternative takes any character
                break
            self.source.clock.step()
            self.position = token.end()
            kind = token.lastgroup or "string"
            if kind == "newline":
                self._line_ends(token.start())
                self._line_begins(end)
            elif kind in {"separator", "operator"}:
                self._separate(kind, token[0], end)
            elif kind == "heredoc":
                self._heredoc(token, end)
            elif (take := self._takers.get(kind)) is not None:
                take(token)
        self._flush()
        while self.outer:
            self.frame, self.statement, _ = self.outer.pop()
            self._flush()

    # --- lines, indentation and sections

    def _line_ends(self, at: int) -> None:
        line = self.source.text[self.line_start : at].strip()
        statement = self.statement
        raw = self.source.text[self.line_start : at]
        if statement.names and not statement.words and self._goes_on(raw):
            return
        if self.source.syntax is Syntax.SHELL and "<<" in raw[-80:] and (name := notations.read_into(raw[-400:])):
            statement.names, statement.words, statement.separator = (Name(name, Bond.ASSIGNED),), [], "="
            return
        if not raw.rstrip().endswith("\\"):
            self.command = []
        if "\u2502" not in raw and "\u2514" not in raw:
            self.code = raw
        opens = "" if self.outer else self._opened_block()
        told = self.told or (bool(statement.names) and bool(statement.words) and not opens)
        self._flush()
        self.statement = _Statement()
        if opens and len(list(self.frame.chain())) < MAX_DEPTH:
            start, is_entry = self.source.at(at), self.source.syntax is not Syntax.CODE
            outer = self.frame
            self.frame = Frame(
                "indent", start, outer, opens, self.line_indent, is_remark=self.in_comment, is_entry=is_entry
            )
            if not is_entry:
                self.frame.inherited = self._returned_as(statement.names, outer)
        if line:
            self.above = "" if told else line
        else:
            self._empty_line()
        self.told = False

    def _goes_on(self, line: str) -> bool:
        """Say whether the value of a name at a line's end stands on the next one."""
        if self.outer:
            return True
        empty = self.source.syntax is Syntax.LINE and not self.depth and not line.rstrip().endswith("\\")
        return self.statement.separator != ":" and not empty

    def _empty_line(self) -> None:
        """Forget parentheses that prose left open, and behind a second empty line what stood above it."""
        if self.source.text[max(0, self.line_start - 4) : self.line_start].replace("\r", "").endswith("\n\n"):
            self.above = ""
        if all(frame.kind == "(" for frame in self._open_frames()):
            self._leave_parentheses()

    def _opened_block(self) -> str:
        """Return the name of the block that this line opens (`okx:`), or nothing."""
        statement = self.statement
        if statement.separator == ":" and all(word.text[:1] in "&|>#!" for word in statement.words):
            return statement.names[0].text if statement.names else ""
        return ""

    def _line_begins(self, end: int) -> None:
        text = self.source.text
        self.position = self.heredocs.pop(self.position, self.position)
        self.line_start = self.position
        found = _INDENT.match(text, self.position, end)
        self.in_comment = found is not None and text[found.end() : found.end() + 1] in _COMMENT_LINES
        spaces, dash = (len(found[1].expandtabs(4)), found[2]) if found else (0, "")
        if found is None or found.end() >= end or text[found.end()] in "\r\n":
            return
        if self._row(found.end(), end):
            return
        self._leave_table(found.end(), end)
        if section := _SECTION.match(text, self.position, end):
            self._section(section)
            return
        if self.outer or text[found.end()] == "#" or text.startswith("//", found.end()):
            return
        self._indentation(2 * spaces, dash, found.end())
        self.line_indent = 2 * (spaces + len(dash))
        self.position = found.end()
        self._property(end)

    def _property(self, end: int) -> None:
        """Read the name of a line in .properties that a blank parts from its value."""
        found = _PROPERTY.match(self.source.text, self.position, end) if self.source.notation.blanks else None
        if found is not None and not self.depth:
            self.statement.names = (Name(found[1], Bond.ASSIGNED, found.end()),)
            self.statement.separator = "="
            self.position = found.end()

    def _leave_table(self, start: int, end: int) -> None:
        """Forget a table's header behind its last row; a line drawn between two rows is none."""
        if self.table is not None and not _RULE.match(self.source.text, start, end):
            self.table = None

    def _row(self, start: int, end: int) -> bool:
        """Read a line that is a row of a table, or stands under another with an arrow."""
        text = self.source.text
        line_end = text.find("\n", start, end)
        line_end = end if line_end < 0 else line_end
        return self._tabbed_row(line_end, end) or self._drawn_row(start, line_end, end)

    def _drawn_row(self, start: int, line_end: int, end: int) -> bool:
        text = self.source.text
        if self.line_start in self.rows and not self.outer and not self._has_columns(text[start]):
            return self._unnamed_rows(self.rows[self.line_start])
        if self.copied:
            return self._copied_row(start, line_end)
        if text[start] == "|":
            return not self.outer and self._table_row(start, end)
        closed = text[start] in _BARS and text[start:line_end].rstrip()[-1] == text[start]
        if closed and self._table_row(start, end):
            return True
        return text[start] in "\u2502\u2514" and self._pointed_at(text[self.line_start : line_end])

    def _copied_row(self, start: int, end: int) -> bool:
        if self.source.text.startswith("\\.", start):
            self.copied = []
            return False
        cells = notations.cells(self.source.text, self.line_start, end)
        row(self.source, Frame("row", self.source.at(start), self.frame), cells, self.copied)
        self.position = end
        return True

    def _pointed_at(self, line: str) -> bool:
        """Read the arrow of a line that shows a value below the name that it is of."""
        name, length = notations.name_under(line, self.code)
        if name:
            self.statement.names, self.statement.separator = (Name(name, Bond.ASSIGNED),), "="
            self.position = self.line_start + length
        return bool(name)

    def _has_columns(self, sign: str) -> bool:
        """Say whether a row that begins so has names: those of a table, of an SQL INSERT or of a COPY."""
        named = sign in _BARS and self.table is not None and not any(map(is_value, self.table.header))
        return named or bool(self.copied) or (sign == "(" and bool(self.columns))

    def _unnamed_rows(self, found: Sequence[Row]) -> bool:
        for one in found:
            frame = Frame("row", self.source.at(one.cells[0].start), self.frame)
            row(self.source, frame, one.cells, one.header)
            self.position = one.end
        return True

    def _table_row(self, start: int, end: int) -> bool:
        """Read a row of a Markdown table, whose first row names the columns."""
        text = self.source.text
        line_end = text.find("\n", start, end)
        line_end = end if line_end < 0 else line_end
        cells = self._piped(start, line_end)
        if len(cells) < 2 or (text[start] != "|" and not any(cell.text for cell in cells)):
            return False
        if self.table is None:
            self.table = Table(self.source, self.frame, cells, self._rows_below(line_end + 1, end))
        if any(cell.text.strip("-: ") for cell in cells):
            self.table.row(start, cells)
        self.position = line_end
        return True

    def _tabbed_row(self, line_end: int, end: int) -> bool:
        """Read a row that was copied from a sheet whose columns are accounts; others are read by their values."""
        text = self.source.text
        if self.outer or self.source.syntax is not Syntax.PROSE or text.count("\t", self.line_start, line_end) < 2:
            return False
        cells = notations.cells(text, self.line_start, line_end)
        if self.table is None:
            if self.line_start < self.untabbed:  # these rows were looked at with the one above them
                return False
            below = list(self._tabbed_below(line_end + 1, end))
            if not is_turned([[cell.text for cell in row] for row in below]):
                self.untabbed = below[-1][-1].end if below else line_end
                return False
            self.table = Table(self.source, self.frame, cells, below)
        self.table.row(self.line_start, cells)
        self.position = line_end
        return True

    def _tabbed_below(self, start: int, end: int) -> Iterator[list[Token]]:
        text = self.source.text
        for _ in range(LOOKED_AT):
            line_end = text.find("\n", start, end)
            line_end = end if line_end < 0 else line_end
            if text.count("\t", start, line_end) < 2:
                return
            yield notations.cells(text, start, line_end)
            start = line_end + 1

    def _rows_below(self, start: int, end: int) -> list[list[Token]]:
        """Return the rows of a Markdown table behind its first one, as far as they tell how it lies."""
        text, rows_below = self.source.text, list[list[Token]]()
        while start < end and len(rows_below) < LOOKED_AT:
            line_end = text.find("\n", start, end)
            line_end = end if line_end < 0 else line_end
            cells = self._piped(start, line_end)
            if len(cells) < 2 and not _RULE.match(text, start, line_end):
                break
            rows_below.append(cells)
            start = line_end + 1
        return rows_below

    def _piped(self, start: int, end: int) -> list[Token]:
        """Return the cells of a line that bars part."""
        pattern = _HEADED if self.source.text.startswith("||", start) else _PIPED
        return [
            Token(found.start(1), found.end(1), found[1], quoted=True)
            for found in pattern.finditer(self.source.text, start, end)
        ]

    def _indentation(self, indent: int, dash: str, at: int) -> None:
        """Leave the frames that a line is not inside of; a list's item is a frame of its own."""
        mark = indent + 1 if dash else indent
        while self.frame is not self.root and self.frame.kind in {"indent", "item"} and self.frame.indent >= mark:
            self.frame = self.frame.parent or self.root
        if dash:
            self.frame = Frame("item", self.source.at(at), self.frame, indent=mark)
            self._scalar(at)

    def _scalar(self, at: int) -> None:
        """Emit a list's value that holds an `=` as a whole, too: `- aB3=x` may be a passphrase, or an assignment."""
        text, opened = self.source.text, self.frame.parent
        found = _SCALAR.match(text, at) if self.source.notation.yaml and not self.depth else None
        if found is not None and opened is not None and opened.kind == "indent":
            names = (Name(opened.name, Bond.FRAME),)
            self.source.add(Token(*found.span(), found[0], quoted=False), names, self.frame, depth=MAX_NESTED)

    def _section(self, found: regex.Match[str]) -> None:
        if any(frame.kind != "(" for frame in self._open_frames()):
            return  # an array's row, not a title
        self._leave_parentheses()
        title = found[1].replace('"', "").replace("'", "")
        if "," in title:
            return
        self.frame = Frame("section", self.source.at(found.start()), self.root, title, is_entry=True)
        self.position = found.end()

    def _open_frames(self) -> list[Frame]:
        return [frame for frame, _, _ in self.outer[1:]] + [self.frame] if self.outer else []

    def _leave_parentheses(self) -> None:
        """Forget parentheses that prose left open, at the next empty line or title."""
        if self.outer:
            self.frame, self.statement = self.outer[0][0], _Statement()
            self.outer.clear()

    # --- tokens

    def _take(self, token: Token) -> None:
        self.statement.words.append(token)

    def _word(self, token: regex.Match[str]) -> None:
        word = token[0]
        if word[0] in "#/-" and _COMMENT.match(word) and self._begins_comment(token):
            self._flush()
            self.statement = _Statement()
            self.in_comment = True
            self.source.comment(token.start(), self.source.text.find("\n", token.start()))
            word = word.lstrip("#/*-!")
            if not word:
                return
        if self._is_keyword(word, token.end()):
            return
        quoted = word[:2] == "0x" and _BLOB.fullmatch(word) is not None
        taken = Token(token.end() - len(word), token.end(), _SHORT_OPTIONS.get(word, word), quoted=quoted)
        self._take(taken)
        self._keep(taken)
        behind = self.source.text[token.end() : token.end() + 1]
        if (word.startswith("--") and len(word) > 4 and behind in {" ", "\t"}) or word in _SHORT_OPTIONS:
            self._bind("--", token.end())

    def _is_keyword(self, word: str, end: int) -> bool:
        """Read a word of a language that parts what is around it: `or`, a pair's `to`, and the SELECT of an INSERT."""
        if self._is_either(word, end) or (word == "or" and self.statement.words):
            self._separate("operator", word, end)
            return True
        if word in _PAIRS and self._is_pair(end):
            self._separate("separator", "=>", end)
            return True
        if len(self.columns) > 1 and word.upper() == "SELECT" and self.frame.kind != "(":
            self._selected()
            return True
        return False

    def _is_pair(self, end: int) -> bool:
        """Say whether a string is parted from its value here: "key" -> "V" of Scala, "key" to "V" of Kotlin."""
        words = self.statement.words
        named = bool(words) and words[-1].quoted and self.frame.kind == "("
        return named and self.source.syntax is Syntax.CODE and _PAIRED.match(self.source.text, end) is not None

    def _selected(self) -> None:
        """Name what follows by the columns that it goes into: INSERT INTO t (a, b) SELECT 'V', 'W'."""
        self._flush()
        self.statement = _Statement(tuple((Name(column, Bond.ASSIGNED),) for column in self.columns))
        self.statement.names, self.statement.separator = self.statement.order[0], "="
        self.columns = []

    def _keep(self, word: Token) -> None:
        """Keep a word of a command, which may say what the value of its `--value` is."""
        if not self.outer and len(self.command) < MAX_COMMAND:
            self.command.append(word)

    def _quoted(self, token: regex.Match[str]) -> None:
        """Take a string, which may have its name behind it."""
        taken = self._string(token)
        statement = self.statement
        opened = self.outer[-1][2] if self.outer else -1
        pairs = opened >= 0 and "ObjectsAndKeys:" in self.source.text[opened : opened + 80]
        name = notations.name_behind(self.source.text, token.end(), self.source.syntax, pairs=pairs)
        if not name and self.source.syntax is Syntax.CODE:
            name = notations.keyword_before(self.source.text, token.start())
        self._keep(taken)
        if self._tagged(taken, token):
            return
        if name and len(taken.text) > 3:
            self.told = True
            statement.words = []
            names = statement.names
            statement.names = (Name(name, Bond.ASSIGNED),)
            self._take(taken)
            self._flush()
            statement.words, statement.names = [], names if pairs else ()
        else:
            self._take(taken)

    def _tagged(self, tag: Token, token: regex.Match[str]) -> bool:
        """Read the tag of a field of Go's, whose default is the field's: Key string `default:"V"`."""
        words = self.statement.words
        if token[0][:1] != "`" or len(words) < 2 or self.statement.names or not attributes.is_tag(tag.text):
            return False
        frame = Frame("tag", self.source.at(tag.start), self.frame, words[0].text)
        if self.depth < MAX_NESTED:
            self.source.nested(self.source, frame, tag.start, tag.end, self.depth + 1)
        self.statement.words = []
        return True

    def _heredoc(self, opener: regex.Match[str], end: int) -> None:
        """Read the text of a heredoc, which begins on the next line, as a string; its line goes on behind the tag."""
        if self.source.syntax is not Syntax.CODE:
            return
        self.source.clock.step(64)
        found = notations.heredoc(self.source.text, opener.start(), end)
        if found is None:
            return
        begin, stop, self.heredocs[found[0]] = found
        text = self.source.text[begin:stop]
        begin, stop = begin + len(text) - len(text.lstrip()), begin + len(text.rstrip())
        self._emit(Token(begin, stop, text.strip(), quoted=True), self.statement.names or self._passed_on())
        self._take(Token(opener.start(), opener.end(), "", quoted=False))

    def _begins_comment(self, token: regex.Match[str]) -> bool:
        text, at = self.source.text, token.start()
        after_blank = at == 0 or text[at - 1] in " \t\n\r"
        is_attribute = self.source.syntax is Syntax.CODE and attributes.is_attribute(text, at)
        return after_blank and not is_attribute and not self._is_either(token[0], token.end())

    def _is_either(self, word: str, end: int) -> bool:
        return word == "//" and notations.is_either(self.source.text, end, self.statement.words)

    def _string(self, token: regex.Match[str]) -> Token:
        for group in STRINGS:
            if token[group] is not None:
                start, end = token.span(group)
                if group == ARMOUR:
                    return Token(start, end, dedented(token[group]), quoted=True)
                more, behind = self._rest_of_string(token) if group in {"s3", "s4"} else ("", 0)
                if more:
                    self.position, end = behind, behind - 1
                if group in RAW:
                    value = token[group]
                elif self.source.notation.escapes.backtick:
                    value, more = without_backticks(token[group] + more), ""
                else:
                    value = self._meant(token[group], token[0])
                return Token(start, end, value + more, quoted=True)
        raise AssertionError  # pragma: no cover - every string has one of these groups

    def _meant(self, raw: str, written: str) -> str:
        """Return what a string between its quotes stands for."""
        as_it_is = written[0] in "rR@" or (written[-1] in self.source.notation.escapes.raw and written[0] != "$")
        return raw if as_it_is else unescape(raw)

    def _rest_of_string(self, token: regex.Match[str]) -> tuple[str, int]:
        """Return what a string holds behind its closing quote, and where it ends."""
        quote = token[0][-1]
        sql = quote == "'" and self.depth > 0  # a statement in a program's string
        escapes = self.source.notation.escapes
        doubles = sql or quote in escapes.quotes or token[0].startswith('@"')
        limit = self.limit if self.limit >= 0 else len(self.source.text)
        return goes_on(self.source.text, token.end(), quote, doubles=doubles, backtick=escapes.backtick, limit=limit)

    def _reference(self, token: regex.Match[str]) -> None:
        self._take(Token(token.start(), token.end(), token[0], quoted=False))
        if default := DEFAULT.match(token[0]):
            start = token.start() + default.start(2)
            name = Name(default[1], Bond.PAIR)
            self._emit(Token(start, start + len(default[2]), default[2], quoted=True), (name, *self.statement.names))

    def _separate(self, kind: str, text: str, end: int) -> None:
        whole, words = self.source.text, self.statement.words
        if kind == "separator" and text in {"==", "==="}:
            kind = "operator"
        if notations.is_anonymous(words):
            words.clear()
        if text == "::" and words and words[-1].quoted and self.position - words[-1].end < 4:
            self.position = notations.cast_ends(whole, self.position, end)
            return
        if text == ":" and words and (self._account(end) or self._is_in_key(end)):
            return
        if text == ":" and self.source.syntax is Syntax.CODE:
            typed = notations.type_ends(whole, self.position, end, words)
            if typed >= 0:
                text, self.position = "=", typed
        assigns = text == "=" and not self.source.notation.yaml
        if assigns and (continued := _CONTINUED.match(whole, self.position, end)):
            self.position = continued.end()
        self._bind(text if kind == "separator" else "", self.position)
        if self._says(end):
            return
        if assigns and (found := notations.substituted(whole, self.position, end)):
            (start, stop), self.position = found
            self._take(Token(start, stop, whole[start:stop], quoted=True))
            return
        if kind == "separator" and not self.outer and not self.depth:
            self._rest_of_line(end)

    def _says(self, end: int) -> bool:
        """Take what a text says of a name, in signs of ASCII: what goes on behind it is running text."""
        span = notations.said(self.source.text, self.position, end)
        if span is not None:
            self._take(Token(*span, self.source.text[slice(*span)], quoted=True))
            self.position = span[1]
            self._flush()
            self.statement = _Statement()
        return span is not None

    def _rest_of_line(self, end: int) -> None:
        """Take what stands behind a name as far as its notation says; in code and shells, tokens do."""
        text, notation = self.source.text, self.source.notation
        if notation.syntax is Syntax.PROSE:
            self._solid_value(end)
        elif notation.syntax is Syntax.LINE:
            if notation.yaml:
                self.position = notations.tag_ends(text, self.position, end)
                if block := notations.block_scalar(text, self.position, end, self.line_indent // 2):
                    self._take(Token(*block, text[slice(*block)], quoted=True))
                    self.position = block[1]
                    return
            self._line_value(end)

    def _is_in_key(self, end: int) -> bool:
        """Take the rest of a key of YAML's that holds a colon: `okx:apiKeys:`."""
        found = _REST_OF_KEY.match(self.source.text, self.position, end) if self.source.notation.yaml else None
        if found is not None:
            self.position = found.end()
            start = self.statement.words[-1].start
            key = Token(start, found.end(), self.source.text[start : found.end()], quoted=False)
            self.statement.words[-1] = key
        return found is not None

    def _account(self, end: int) -> bool:
        """Take the user and the password of an address: okx://key:secret@host."""
        text, scheme = self.source.text, self.statement.words[-1].text
        spans = notations.account_in_address(text, self.position, end)
        for start, stop in spans:
            self._emit(Token(start, stop, text[start:stop], quoted=True), (Name(scheme, Bond.ASSIGNED),))
        if spans:
            self.position = spans[-1][1] + 1
        return bool(spans)

    def _bind(self, separator: str, behind: int) -> None:
        """Turn the words before a separator into the name of what follows it."""
        statement = self.statement
        self._leave_values(separator, behind)
        if separator == "--" or (separator == "=" and statement.words and statement.words[-1].text.startswith("--")):
            statement.words = statement.words[-1:]
        self._note_keyword(separator)
        names = self._renamed(self._names_before(separator, behind))
        others = bool(statement.words)  # `key, _ = ...`
        statement.words = []
        statement.separator = {"\uff1a": ":"}.get(separator, separator) or statement.separator
        if statement.left and (names or others):
            statement.order = (*statement.left, names)
            statement.left = []
            statement.names = statement.order[0]
        elif names:
            # The name next to the value first: `- OKX_API_KEY=...`.
            statement.names = (*names, *self._labels(names[0]), *statement.names)[:8]

    def _renamed(self, names: tuple[Name, ...]) -> tuple[Name, ...]:
        """Put what an attribute calls a declaration before the name that a program has for it."""
        label = self.renamed.get(names[-1].text) if names else ""
        return (replace(names[-1], text=label), *names) if label else names

    def _names_before(self, separator: str, behind: int) -> tuple[Name, ...]:
        first = notations.of_two_results(self.source.text, self.line_start, behind) if "=" in separator else ""
        if first:
            return (Name(first, Bond.ASSIGNED, behind),)
        return names_of(self.statement.words, behind, Bond.ASSIGNED if separator else Bond.PAIR)

    def _note_keyword(self, separator: str) -> None:
        """Note that a command's word is a keyword of its arguments: option :key, type: :string, default: "V"."""
        words, command = self.statement.words, self.command
        if separator in {":", "=>"} and len(command) > 1 and words and command[-1] is words[-1]:
            command[-1] = replace(words[-1], text=f":{words[-1].text}")

    def _labels(self, name: Name) -> tuple[Name, ...]:
        """Return what the words of a command call the value of its `--value`."""
        return notations.labels_of(self.command) if is_carrier(name.text) and self.command else ()

    def _leave_values(self, separator: str, behind: int) -> None:
        """Emit what stands between the last separator and the next name: AK=... SK=..., -H "..." https://..."""
        statement = self.statement
        words = statement.words
        last = max((n for n, word in enumerate(words) if word.quoted or is_value(word.text)), default=-1)
        if statement.names and self._is_tight(separator, behind):
            last = max(last, len(words) - 2)
        if last == len(words) - 1 and not (statement.names and words):
            last = -1  # the quoted word is the name itself
        if last < 0:
            return
        statement.words, rest = words[: last + 1], words[last + 1 :]
        self._flush()
        statement.words = rest
        if rest:
            statement.names = ()

    def _is_tight(self, separator: str, behind: int) -> bool:
        """Say whether a separator touches its name, so that a value stands before that name: A=1 B=2, A:1 B:2."""
        if separator == "--":
            return True
        text, start = self.source.text, behind - len(separator)
        if not text[start - 1 : start].isalnum():
            return False
        return separator == "=" or (
            separator == ":"
            and self.statement.separator == ":"
            and self.source.syntax is not Syntax.CODE
            and not text[behind : behind + 1].isspace()
        )

    def _line_value(self, end: int) -> None:
        """Take an unquoted value to the end of its line, whatever brackets it holds."""
        text = self.source.text
        start, stop = rest_of_value(text, self.position, Syntax.LINE)
        stop = min(stop, end)
        stop = self._before_its_close(start, stop)
        if (
            start >= stop
            or text[start] in (_YAML_STARTS if self.source.notation.yaml else "\"'")
            or "${" in text[start:stop]
            or "{{" in text[start:stop]
        ):
            return
        self._take(Token(start, stop, text[start:stop], quoted=False))
        self.position = stop

    def _before_its_close(self, start: int, stop: int) -> int:
        """Return where a line's value ends: the last of several lines in quotes ends with the quote."""
        value = self.source.text[start:stop]
        if value[:1] in {'"', "'"}:
            self.unclosed = value[0] if value.count(value[0]) == 1 else ""
        elif self.unclosed and value.endswith(self.unclosed):
            self.unclosed, stop = "", stop - 1
        return stop

    def _solid_value(self, end: int) -> None:
        """Take the one word behind a name in a note or a log, with the brackets and signs in it."""
        text = self.source.text
        solid = _SOLID.match(text, self.position, end)
        found = solid or _WORD.match(text, self.position, end)
        if found and (solid or found["last"] is not None or not found["blank"]):
            self._take(Token(*found.span("value"), found["value"], quoted=False))
            self.position = found.end("value")

    def _boundary(self, token: regex.Match[str]) -> None:
        text, statement, frame = token[0], self.statement, self.frame
        is_block = frame.kind not in "([{" or frame.name in _DECLARING
        if text in ",\uff0c" and not statement.separator and is_block and len(statement.left) < 6:
            names = names_of(statement.words, self.position)
            if names and not any(word.quoted or is_value(word.text) for word in statement.words):
                statement.left.append(names)
                statement.words = []
                return
        cell = " ".join(word.text for word in statement.words)
        self._flush()
        order = statement.order[1:] if text in ",\uff0c" else ()
        self.statement = _Statement(order)
        if text == ";":
            self.columns, self.in_rows = [], False
            self.copied = notations.copied_columns(self.source.text, self.line_start, self.position)
        if text == "|":
            frame.last = cell or frame.last
        if order:
            self.statement.names, self.statement.separator = order[0], "="

    def _other(self, token: regex.Match[str]) -> None:
        """Read an element that stands in a text: <apiKey>V</apiKey>."""
        in_page = self.source.syntax is Syntax.PROSE
        at = token.start()
        stop = markup.element_end(self.source.text, at, self.end, in_page=in_page) if token[0] == "<" else -1
        if stop >= 0:
            markup.read_markup(self.source, self.frame, at, stop)
        elif token[0] == "<" and in_page:
            stop = markup.inline_end(self.source.text, at)
        self.position = max(self.position, stop)

    def _blank(self, _: regex.Match[str]) -> None:
        """End an item of a shell's array: KEYS=("a" "b")."""
        if self.frame.is_array and self.statement.words:
            self._flush()
            self.statement = _Statement()

    # --- brackets

    def _open(self, token: regex.Match[str]) -> None:
        kind = {"\uff08": "("}.get(token[0], token[0])
        statement = self.statement
        if self._opens_nothing(kind, token) or len(self.outer) >= MAX_DEPTH:
            return
        if kind == "(" and self.source.syntax is Syntax.CODE:
            self.position = notations.parameters_end(self.source.text, token.end())
        callee = self._callee(kind, token.start())
        is_array = kind == "(" and self._opens_array(callee)
        kind = "[" if is_array else kind
        label = callee or (statement.names[0].text if statement.names else joined(statement.words))
        is_entry = bool(statement.names) and kind in "{["
        outer = self.frame
        if is_entry and is_carrier(label) and (block := notations.block_label(outer)) and outer.parent:
            label, outer = block, outer.parent  # variable "okx_api_keys" { default = { ann = .. } }
        frame = Frame(kind, self.source.at(token.start()), outer, label, is_entry=is_entry, index=outer.count)
        frame.is_variable = is_entry and statement.separator in {"=", ":="}
        frame.maker = self._maker(kind, callee, token.start())
        frame.inherited = ((Name(callee, Bond.CALLEE),) if callee and kind == "(" else ()) + tuple(
            Name(name.text, Bond.WRAPPED) for name in self._handed_on() or self._passed_on() or self._paired(callee)
        )
        if kind == "{" and not frame.inherited and self._is_body():
            frame.inherited = self._returned_as(names_of(statement.words, token.end()))
        if kind == "{" and _INITIALISER.match(self.source.text, token.start()):
            frame.inherited = tuple(Name(n.text, Bond.FRAME) for n in names_of(statement.words, token.end()))
        if kind == "{" and self.frame.kind == "[" and self.frame.last:
            frame.inherited = (Name(self.frame.last.strip().rpartition("\n")[2], Bond.PAIR),)
        self._follow(frame, callee)
        frame.is_array = is_array
        frame.order = statement.order
        if self._opens_attribute(token.start(), callee):
            frame.attribute_from = len(self.source.literals)
        if kind == "(" and not self.frame.order:
            before = statement.words[-1].text if statement.words else self.above.rpartition(" ")[2]
            self.in_rows = before.upper() == "VALUES" or (self.in_rows and not statement.words)
            if before.upper() == "VALUES" and not self.columns:
                table = statement.words[-2].text if len(statement.words) > 1 else self.above.rstrip().rpartition(" ")[0]
                self.columns = self.created.get(table.rpartition(" ")[2].strip('`"[]'), [])
        if kind == "(" and self.in_rows and not self.frame.order:
            frame.order = tuple((Name(column, Bond.ASSIGNED),) for column in self.columns)
        if kind == "(" and callee:
            self.source.calls.append(frame)
        self.outer.append((self.frame, statement, token.start()))
        self.frame, self.statement = frame, _Statement()

    def _callee(self, kind: str, at: int) -> str:
        """Return what a bracket calls, or takes an element of."""
        word = self.statement.words[-1] if self.statement.words else None
        if kind not in "([" or word is None or word.quoted or word.text.isdigit():
            return ""
        if self.source.syntax is Syntax.PROSE and _GLOSS.match(self.source.text, at):
            return ""
        return self.source.called(word.text) if at - word.end <= 1 else ""

    def _follow(self, frame: Frame, callee: str) -> None:
        """Tie a call or a block to the call before it: env.get("NAME").default("V"), ENV.fetch("NAME") { "V" }."""
        before = self.closed
        is_offer = before is not None and frame.kind == "{" and notations.is_offered(before.name)
        if is_offer or callee[:1] in {".", "-"}:
            frame.follows = before
        if is_offer and before is not None and before.facts:
            frame.inherited = (Name(before.facts[0][1], Bond.WRAPPED), *frame.inherited)

    def _opens_array(self, callee: str) -> bool:
        """Say whether a parenthesis opens a shell's array: KEYS=("a" "b"), $keys = @("a", "b")."""
        is_set = self.statement.separator in {"=", "+="}
        return self.source.syntax is Syntax.SHELL and is_set and callee in {"", "@"}

    def _opens_attribute(self, at: int, callee: str) -> bool:
        first = not self.statement.words and not self.statement.names
        return self.source.syntax is Syntax.CODE and attributes.opens(self.source.text, at, callee, first=first)

    def _declare(self, attribute: Frame, end: int) -> None:
        """Hand the name of a declaration to the default in an attribute before it, and take the attribute's for it."""
        name = attributes.declared_behind(self.source.text, end)
        if name:
            attributes.name_defaults(name, self.source.literals[attribute.attribute_from :], attribute)
            self.renamed[name] = attributes.label_of(attribute)
        if [word.text for word in self.statement.words] == [attribute.name]:
            self.statement.words = []

    def _maker(self, kind: str, callee: str, at: int) -> str:
        """Return what makes the thing that a bracket opens: Options{..}, provider "name" {..}, A.builder().key(..)."""
        words = self.statement.words
        if not words or self.source.syntax is not Syntax.CODE:
            return ""
        if kind == "{":
            return notations.made_of(words, at)
        if kind == "(" and words[0].text[:1] != ".":
            self.chain = words[0].text
        return self.chain if callee.startswith(".") else ""

    def _opens_nothing(self, kind: str, token: regex.Match[str]) -> bool:
        """Read what is no bracket but a word of Tcl's or a type of PowerShell's."""
        if kind == "{" and (name := notations.sets(self.statement.words)) and self._braced(name, token.start()):
            return True
        cast = _CAST.match(self.source.text, token.start()) if self.source.syntax is Syntax.SHELL else None
        self.position = cast.end() if cast else self.position
        return cast is not None

    def _braced(self, name: str, at: int) -> bool:
        """Take a word that Tcl has in braces, as the value of what a command sets."""
        span = notations.braced(self.source.text, at)
        if span is not None:
            self.statement.words, self.statement.names = [], (Name(name, Bond.ASSIGNED),)
            self._take(Token(*span, self.source.text[slice(*span)], quoted=True))
            self.position = span[1] + 1
        return span is not None

    def _returned_as(self, names: tuple[Name, ...], outer: Frame | None = None) -> tuple[Name, ...]:
        """Return the names of a block for what it returns: its function's, also within a branch of it."""
        if not names or names[0].text.partition(" ")[0] in notations.NO_NAMES:
            return (outer or self.frame).inherited
        return tuple(Name(name.text, Bond.WRAPPED) for name in names)

    def _is_body(self) -> bool:
        """Say whether a brace opens what is done, in a function, a branch or by itself: no class, no block of HCL."""
        words = self.statement.words
        return not words or words[0].text in notations.NO_NAMES or not all(word.text for word in words)

    def _handed_on(self) -> tuple[Name, ...]:
        """Return the names of what a call gives, behind a carrier also its frame's: key = o(default = f("V"))."""
        names = self.statement.names
        if not names or not is_carrier(names[0].text):
            return names
        return (*(name for name in self.frame.inherited if name.bond is Bond.WRAPPED), *names)

    def _passed_on(self) -> tuple[Name, ...]:
        """Return the names that a call hands to the call inside it: Some(String::from("..."))."""
        frame = self.frame
        if frame.count < len(frame.order):
            return frame.order[frame.count]  # VALUES (encrypt('...'), ...)
        if frame.kind in _BLOCKS and (not frame.count or _is_return(self.statement.words)):
            return tuple(name for name in frame.inherited if name.bond is Bond.WRAPPED)
        if frame.kind != "(" or frame.count:
            return ()
        return tuple(name for name in frame.inherited if name.bond in {Bond.WRAPPED, Bond.CALLEE})

    def _paired(self, callee: str) -> tuple[Name, ...]:
        """Return the name before a call that decodes: define("KEY", hex2bin("..."))."""
        frame = self.frame
        return (
            (Name(frame.last, Bond.WRAPPED),) if frame.last and frame.kind == "(" and notations.decodes(callee) else ()
        )

    def _close(self, token: regex.Match[str]) -> None:
        opener = _CLOSES[token[0]]
        frames = reversed(self._open_frames())
        depth = next((n for n, frame in enumerate(frames) if _opener(frame) == opener), None)
        if depth is None or depth > 3:
            return  # closes nothing that is open
        for _ in range(depth + 1):
            self._flush()
            inner = self.frame
            self.frame, self.statement, start = self.outer.pop()
        self.closed = inner
        if inner.attribute_from >= 0:
            self._declare(inner, token.end())
        self._note_columns(inner)
        if not self._is_element(inner, start, token.end()):
            self._take(Token(start, token.end(), "", quoted=False))

    def _note_columns(self, inner: Frame) -> None:
        """Keep the columns that a statement of SQL names: INSERT INTO t (a, b), CREATE TABLE t (a int, b int)."""
        words = self.statement.words
        if inner.kind != "(" or inner.order or self.frame.kind == "(":
            return
        columns = [value for name, value in inner.facts if not name]
        if len(words) > 2 and any(word.text.upper() == "TABLE" for word in words[:-1]):
            self.created[words[-1].text] = [column for column in columns if column.upper() not in notations.KEYS]
        self.columns = columns if all(map(str.isidentifier, columns)) else []

    def _is_element(self, inner: Frame, start: int, end: int) -> bool:
        """Take a name with its subscript as one: headers["OK-ACCESS-KEY"], getenv("OKX_API_KEY"), ([ann]="V")."""
        words = self.statement.words
        if self.frame.is_array and inner.kind == "[" and not words and inner.facts:
            self._take(Token(start, end, inner.facts[0][1], quoted=False))
            return True
        if not words or words[-1].end != start:
            return False
        sets = notations.sets_element(words, inner)
        key = sets or _subscript(inner, words[-1])
        name = f"{words[-1].text}.{key}"
        if key:
            words[-1] = Token(words[-1].start, end, name, quoted=False)
        if sets:
            self._bind("--", end)
            self._braced(name, end)
        return bool(key)

    # --- literals

    def _flush(self) -> None:
        """Emit what stands in the value's place, and whatever else the statement holds."""
        statement, frame = self.statement, self.frame
        words = [word for word in statement.words if word.text.strip(DECORATION) or word.quoted or not word.text]
        names = statement.names or self._positional_names()
        if returned := self._returned(words):
            words = [returned]
            names = (*names, *(name for name in frame.inherited if name.bond is Bond.WRAPPED))
        label = joined([word for word in words[:-1] if word.text]) if len(words) < 7 else ""
        for order, word in enumerate(words):
            if not word.text:
                continue
            near = self._before(words, order)
            near += [label] if label and order == len(words) - 1 else []
            if frame.last and frame.kind not in "([{":
                near.append(frame.last)
            if len(words) == 1 and not statement.names and frame.kind not in "([{":
                near.append(self.above)
            weak = tuple(Name(text, Bond.NEAR) for text in near if len(text) <= 60)
            self._emit(word, (*names, *weak) if order == 0 else (*weak, *weakened(names)))
        if words:
            first = next((word for word in words if word.text), None)
            if first is not None:
                named = statement.names and statement.names[0].bond is Bond.ASSIGNED
                remark = self.in_comment or (self.in_text and frame is self.root)
                frame.fact(statement.names[0].text if named else "", first.text, remark=remark)
            frame.count += 1
            frame.last = words[-1].text if len(words) == 1 and self._is_key(words[0]) else ""

    def _is_key(self, word: Token) -> bool:
        """Say whether a value that stands alone may name the next: ("KEY", "V"), and Erlang's {key, "V"}."""
        taken = self.frame.kind == "{" or (self.frame.kind == "(" and notations.takes_name(self.frame.name))
        return word.quoted or (taken and self.source.syntax is not Syntax.LINE and word.text.isidentifier())

    @staticmethod
    def _before(words: list[Token], order: int) -> list[str]:
        """Return what stands before a word, or what a copula says of it: 'the passphrase is ...'."""
        if not order or not words[order - 1].text:
            return []
        if order > 1 and words[order - 1].text.lower() in notations.COPULAS:
            subject = [word.text for word in words[max(0, order - 5) : order - 2]]  # the passphrase you set was ...
            return [words[order - 2].text, joined(words[max(0, order - 3) : order - 1]), *reversed(subject)]
        return [words[order - 1].text]

    def _positional_names(self) -> tuple[Name, ...]:
        frame = self.frame
        names: list[Name] = []
        if frame.count < len(frame.order):
            names += frame.order[frame.count]
        if frame.last and frame.kind in "([{":
            names.append(Name(frame.last, Bond.PAIR))
        if frame.kind == "item" and frame.parent is not None and frame.parent.kind == "indent":
            names.append(Name(frame.parent.name, Bond.FRAME))  # OK-ACCESS-KEY: and its values as a list below
        if (frame.count == 0 and frame.kind == "(") or frame.kind == "[" or (frame.kind == "{" and self._is_list()):
            names += frame.inherited
        elif frame.count == 0 and frame.kind == "{":
            names += (name for name in frame.inherited if name.bond is Bond.FRAME)  # an initialiser
        return tuple(names)

    def _returned(self, words: Sequence[Token]) -> Token | None:
        """Return the string that a statement hands to whoever calls its block: return "V", and { "V" }."""
        if not words or self.statement.names or self.frame.kind not in _BLOCKS:
            return None
        says = _is_return(words)
        if not says and (self.frame.kind != "{" or self.frame.count):
            return None
        kept = [word for word in words[says:] if word.quoted or word.text[:1] not in {"", "."}]  # "V".to_string()
        return kept[0] if len(kept) == 1 and kept[0].quoted else None

    def _is_list(self) -> bool:
        """Say whether a brace opens a list: []string{"a", "b"}, new String[] {"a", "b"}."""
        text, opened = self.source.text, self.outer[-1][2] if self.outer else -1
        return opened > 0 and notations.is_array(text, opened)

    def _list(self, found: Sequence[Token], names: tuple[Name, ...]) -> None:
        frame = Frame("[", self.source.at(found[0].start), self.frame)
        for item in found:
            self.source.add(item, names, frame, depth=MAX_NESTED)
            frame.count += 1

    def _emit(self, token: Token, names: tuple[Name, ...]) -> None:
        if names and names[0].bond is Bond.ASSIGNED and (found := items(token, self.source.text, names[0].text)):
            self._list(found, names)
            return
        if self._is_called(token):
            return
        in_line = self.source.syntax is Syntax.LINE
        nests = token.quoted or (in_line and ("=" in token.text or " " in token.text or is_row(token.text)))
        depth = self.depth if nests else MAX_NESTED
        self.source.add(token, names, self.frame, limit=self.limit, depth=depth, undo=self._undo(token))

    def _is_called(self, token: Token) -> bool:
        """Say whether a word of a shell's is a function's name."""
        text = self.source.text
        return self.source.syntax is Syntax.SHELL and not token.quoted and text.startswith("(", token.end)

    def _undo(self, token: Token) -> Callable[[str], tuple[str, list[int]]] | None:
        """Return what makes of a string's text what it stands for; nothing where that is the same."""
        raw = self.source.text[token.start : token.end]
        if not token.quoted or token.text == raw:
            return None
        return joints_undone if has_joint(raw) else unescaped


def _opener(frame: Frame) -> str:
    """Return the bracket that a frame opens with."""
    return "(" if frame.is_array else frame.kind


def _subscript(inner: Frame, of: Token) -> str:
    """Return the one key in brackets behind a name; in braces, of a name of Perl's."""
    is_one = inner.count == 1 and (inner.kind in "[(" or (inner.kind == "{" and of.text[:1] == "$"))
    return inner.last if is_one and _KEY.fullmatch(inner.last) else ""


def _is_return(words: Sequence[Token]) -> bool:
    return bool(words) and words[0].text == "return" and not words[0].quoted
