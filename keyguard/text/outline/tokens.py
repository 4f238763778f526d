"""Cuts a text into tokens: strings of any quoting, words, separators; and says where an unquoted value ends."""

from __future__ import annotations

import regex

from keyguard.expressions import regex_expression
from keyguard.text.outline.frames import Bond, Name, Syntax, Token

TOKEN = regex_expression(
    r"""
    (?P<newline>\r?\n|\\r\\n|\\n)
  | (?P<blank>[ \t\r\f\v\u00a0\u3000]+|\\t)
  | (?P<reference>\$\{(?!["'])[^{}\n]{0,200}\}
        |\$\([^()\n"']{0,80}\)|\{\{[^{}\n]{0,200}\}\}|%\([\w.]{1,80}\)s|<%[^%\n]{0,200}%>
        |ENC\[AES256_GCM,[^\[\]\n]*\])
  | (?P<string>(?:[bBrRuUfFLNE@$]{0,2}|_utf8(?:mb[34])?)(?:
        (?=\[)(?<=[=(,]\s{0,3})\[(?P<level>=*+)\[(?P<s8>[^\[\]\n]*+)\](?P=level)\]  # of Lua
      | (?=')(?<==\s{0,3})''(?P<s9>[^'\s,;]++)''
      | (?=\#)(?<=[rR]|[=(,:\[]\s{0,3})(?P<hashes>\#{1,8}+)"(?P<s13>(?:[^"]|"(?!(?P=hashes)))*+)"(?P=hashes)
      | (?=")(?<=R)"(?P<mark>[^\s()\\"]{0,16}+)\((?P<s14>(?:[^)]|\)(?!(?P=mark)"))*+)\)(?P=mark)"  # of C++
      | (?=["'])(?<=@)(?P<here>["'])\r?\n[ \t]*(?P<s15>(?:[^\r\n]|\r?\n(?![ \t]*(?P=here)@)){0,20000}+)\r?\n[ \t]*
        (?P=here)@  # of PowerShell
      | "{3}(?P<s1>(?:[^"\\]|\\.|"(?!""))*+)"{3}
      | '{3}(?P<s2>(?:[^'\\]|\\.|'(?!''))*+)'{3}
      | (?=["'])(?<=[=(,]\s{0,3})(?P<lines>["'])
        (?=\r?\n?[ \t]*[A-Za-z_][\w.]{0,60}[ ]?[=:][^"'\n]{1,200}\r?\n[ \t]*[A-Za-z_\#])
        (?P<s19>(?:[^"'\\]|\\.){1,20000}+)(?P=lines)(?=\s{0,9}[;,)])  # of PHP, over several lines
      | "(?P<s3>(?:[^"\\\n]|\\.)*+)"
      | '(?P<s4>(?:[^'\\\n]|\\.)*+)'
      | `(?P<s5>(?:[^`\\]|\\.){0,4000}+)`
      | (?P<escape>(?<!\\)\\++["'])(?P<s6>(?:(?!(?P=escape))[^\n])*+)(?P=escape)
      | [\u201c\u201d](?P<s7>[^\u201c\u201d\n]*+)[\u201c\u201d]
      | \u300c(?P<s19>[!-~]++)\u300d
    )|~[sS][({\[<](?P<s10>[^(){}\[\]<>\n]*+)[)}\]>]
      |(?=q)(?<=[=(,]\s{0,3})q"[({\[<](?P<s16>[^"\n]*?)[)}\]>]"  # of D
      |(?=[q%])(?<=[=>,(:]\s{0,2})(?:qq?|%[qQ]?)[{(\[](?P<s12>[^{}()\[\]\n]*+)[})\]]  # of Perl and Ruby
      |(?=[q%~])(?<=[=>,(:]\s{0,2})(?:qq?|%[qQ]|~[sS])(?P<bar>[|!/~^])(?P<s17>[^\n]*?)(?P=bar)
      |(?=\$)(?<=[=(,]\s{0,3})(?P<dollars>\$(?:[A-Za-z_]\w{0,30})?\$)(?P<s18>[^$\n]++)(?P=dollars)  # of PostgreSQL
      |(?P<s11>-----BEGIN\ [A-Z0-9 ]{2,40}-----(?:[^-]++|-(?!----))*+-----END\ [A-Z0-9 ]{2,40}-----))  # armour
  | (?P<open>[(\[{\uff08])
  | (?P<close>[)\]}\uff09])
  | (?P<heredoc><<(?=[-~<]?[ \t]*["'`]?[A-Za-z_]))
  | (?P<operator>\|\||\?\?|\?:|&&|\?)
  | (?P<separator>=>|:=|<-|\?=|\+=|===?|=|::?|\uff1a|\uff1d|[\u662f\u4e3a\u70ba\u306f](?=[ \t]*[!-~\u300c]))
  | (?P<boundary>[,;|\uff0c\uff1b\u3001])
  | (?P<padded>(?=[0-9A-Za-z+/]{24,}={1,2}(?:[\s,;)\]}<]|$))
        (?=[A-Za-z+/]*[0-9])(?=[^\sa-z]*[a-z])(?=[^\sA-Z]*[A-Z])[0-9A-Za-z+/]++=++)  # base64
  | (?P<word>(?:[^\s"'`()\[\]{},;|=:?&\\<\uff08\uff09\uff0c\uff1a\uff1b\uff1d\u201c\u201d\u3001\u662f\u4e3a\u70ba\u306f]
        |(?<=\w)::(?=[A-Za-z_])|[\u662f\u4e3a\u70ba\u306f](?![ \t]*[!-~\u300c]))+
        (?:'(?:t|s|re|ll|ve|d|m)\b)*+)
  | (?P<other>.)
    """,
    regex.VERBOSE | regex.DOTALL,
)
STRINGS = tuple(f"s{number}" for number in range(1, 20))  # the groups of what a string holds
ARMOUR = "s11"
RAW = frozenset(("s8", "s13", "s14", "s15", "s16", "s18"))  # those in which a backslash is one
_ESCAPE = regex_expression(
    r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|u\{0{0,4}[0-9a-fA-F]{1,4}\}|U0000[0-9a-fA-F]{4}|[0-3][0-7]{2}|[ntr0\"'`\\/$])"
)
DEFAULT = regex_expression(r"\$\{\s*([\w.\-/]+)\s*:[-=]?(.+)\}", regex.DOTALL)
_LINE_STARTS = regex_expression(r"\r?\n[ \t]*")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_TYPES = frozenset(
    "string str text varchar nvarchar varchar2 char character bytea bytes clob wstring cstring nsstring".split()
)
_TYPE_ENDS = ("type", "string", "str", "text")
_SYSTEM_PROPERTY = regex_expression(r"^[\"']?-D(?=[a-z])")
# What comes behind one value when another name follows on the same line: A=1,B=2 and A=1&B=2.
_NEXT = r"[,;&](?=[A-Za-z_][\w.\-]*=)"
_LINE_END = regex_expression(rf"\s+[#;](?:\s|$)|{_NEXT}|\s+(?=[A-Z][A-Z0-9_]{{2,60}}=\S)")
# What may end a value does so unless one word alone goes on behind it: Foo1;bar, Foo1|bar, Foo1<bar.
_ONE_WORD = r"[^\s;|=:<>\"'`]+(?:\s|$)"
_WORD_END = regex_expression(rf"[\s\uff0c\u3002]|[;|<](?!{_ONE_WORD})|,(?:[\s\"']|$)|\\n|[)\]}}]+[,;]?$|{_NEXT}")
_ESCAPED = regex_expression(r"\\[^\w\n]")
DECORATION = " \t*_~#>+-&@$!^/<`.\\%"
# What ends behind a separator: **Name:** value, <b>Name:</b> value.
_EMPHASIS = regex_expression(r"[ \t]?(\*{1,3}|_{1,3}|~~?|==|\+|'{2,5})(?=\s)")
_TAGS = regex_expression(r"(?i)(?:[ \t]*</?(?:b|i|u|em|tt|kbd|code|mark|samp|span|small|strong)>)*+")


def behind_emphasis(text: str, start: int) -> int:
    """Return where a value begins whose name is emphasised together with its separator: `**Name:** value`."""
    if (found := _EMPHASIS.match(text, start)) is None:
        tags = _TAGS.match(text, start)
        return tags.end() if tags else start
    opened = text.rfind(found[1], text.rfind("\n", 0, start) + 1, start)
    return found.end() if opened >= 0 and text[opened + len(found[1]) : start][:1].strip() else start


def rest_of_value(text: str, start: int, syntax: Syntax, limit: int = -1) -> tuple[int, int]:
    """Return the span of an unquoted value that begins behind a separator, as its notation ends it."""
    limit = limit if limit >= 0 else len(text)
    end = text.find("\n", start, limit)
    line = text[start : end if end >= 0 else limit].rstrip("\r")
    begin = start + len(line) - len(line.lstrip())
    line = line.strip()
    if syntax is Syntax.LINE:
        line = _LINE_END.split(line, maxsplit=1)[0].rstrip()
    else:
        # What a backslash stands before ends no word of a shell.
        read = _ESCAPED.sub("__", line).partition("&")[0] if syntax is Syntax.SHELL else line
        line = line[: len(_WORD_END.split(read, maxsplit=1)[0].rstrip(","))]
    return begin, begin + len(line)


def dedented(raw: str) -> str:
    """Return a value of several lines without what its notation puts before each: blanks of a block."""
    return _LINE_STARTS.sub("\n", raw)


def unescape(raw: str) -> str:
    """Undo backslash escapes; an unknown one stays as it is, as most languages have it."""
    if "\\" not in raw:
        return raw

    def plain(found: regex.Match[str]) -> str:
        code = found[1]
        if len(code) == 1:
            return _PLAIN.get(code, code)
        return chr(int(code, 8) if code.isdigit() else int(code.strip("uUx{}"), 16))

    return _ESCAPE.sub(plain, raw)


def unescaped(raw: str) -> tuple[str, list[int]]:
    """Undo backslash escapes, and return where each character began, and the end."""
    pieces: list[str] = []
    offsets: list[int] = []
    position = 0
    for found in _ESCAPE.finditer(raw):
        pieces += [raw[position : found.start()], unescape(found[0])]
        offsets += [*range(position, found.start()), found.start()]
        position = found.end()
    pieces.append(raw[position:])
    offsets += range(position, len(raw) + 1)
    return "".join(pieces), offsets


def joined(words: list[Token]) -> str:
    """Return the last words as they stand, parted by blanks."""
    return " ".join(word.text for word in words[-3:])


def names_of(words: list[Token], behind: int, bond: Bond = Bond.ASSIGNED) -> tuple[Name, ...]:
    """Return what the words before a separator may name, the longest first: 'Secret Key', then 'Key'."""
    kept = [word for word in words if word.text.strip(DECORATION)]
    if not kept:
        return ()
    if kept[-1].quoted:
        return (Name(kept[-1].text, bond, behind),)
    texts = [_SYSTEM_PROPERTY.sub("", word.text).strip(DECORATION) for word in _untyped(kept)[-3:] if not word.quoted]
    while len(texts) > 1 and texts[0][:1].isdigit():
        texts = texts[1:]  # a log's time stands in front of the name
    joined = [" ".join(texts[n:]) for n in range(len(texts))]
    return tuple(Name(text, bond, behind) for text in joined if len(text) <= 80)


def _untyped(words: list[Token]) -> list[Token]:
    """Leave out the type behind a name: `Const Key As String`, `apiKey string`, `@key NVARCHAR`."""
    typed = next((n for n, word in enumerate(words) if n and word.text == "As"), len(words))
    words = words[:typed]
    while len(words) > 1 and not words[-2].quoted and is_type(words[-1].text, words[-2].text):
        words = words[:-1]
    return words


def is_type(text: str, before: str) -> bool:
    """Say whether a word behind another is that one's type."""
    lower = text.lower().strip("*&?[]")
    if lower in _TYPES:
        return before.lower() not in _TYPES
    return text[:1].isupper() and lower.endswith(_TYPE_ENDS) and before.lower() not in _TYPES and before[:1].islower()


def is_value(text: str) -> bool:
    """Say whether a word is too long and mixed for a name."""
    return len(text) >= 32 and any(c.isdigit() for c in text) and ("-" in text or text.isalnum())


def weakened(names: tuple[Name, ...]) -> tuple[Name, ...]:
    """Return names as they count for what stands near and is not bound to them."""
    return tuple(Name(name.text, Bond.NEAR) for name in names)
