"""Notations in which a name does not stand right before its value: behind it, before a type, above it, in a command."""

from __future__ import annotations

import regex

from keyguard.expressions import regex_expression
from keyguard.text.outline.frames import LABELS, NEUTRAL, Bond, Frame, Name, Syntax, Token, plain
from keyguard.text.outline.tokens import DECORATION, is_type

# apiKey: string | null = "...": what stands before the `=` is a type, unless the colon ends an `if`.
_TYPE = regex_expression(
    r"(?=[ \t]*[\w&*'\[(])(?:[\w.&*?!'| \t]|::|<(?:[^<>=\n()]|<[^<>=\n()]*>)*>|\[[^\[\]\n=\"']*\])+=(?![=>~])"
)
NO_NAMES = frozenset("case default if elif else for while with try except finally def class switch when lambda".split())
# key, _ := f("..."): what a program that looks at errors calls the first of two results
_TWO_RESULTS = regex_expression(r"[ \t]*(?:(?:var|let|const)[ \t]+)?(\w+)[ \t]*,[ \t]*(?:_|err|ok|error|e)[ \t]*:?=")
# 'value'::text, and 'value'::character varying(64)
_CAST = regex_expression(r"[A-Za-z_][\w.]*(?: varying)?(?:\[\])?(?:\(\d+(?:, ?\d+)?\))?")
_BEHIND = regex_expression(
    r"""
    [\])]?,?\s*for(?:Key|HTTPHeaderField|Header|Name|HTTPHeader)\s*:\s*@?"(?P<key>[^"\n]{1,80})"  # setObject:V forKey:N
  | \s+(?:AS|as)\s+["`\[]?(?P<column>[A-Za-z_]\w{0,79})  # SELECT V AS n
    """,
    regex.VERBOSE,
)
_INTO = regex_expression(
    r"""
    \s*(?:
        >>?\s*["']?(?P<file>[\w./~${}\-]*\w)  # echo V > secrets/name
      | \|\s*(?:sudo\s+)?tee\s+(?:-a\s+)?["']?(?P<tee>[\w./~${}\-]*\w)
      | \|\s*(?:docker|podman)\s+secret\s+create\s+(?P<secret>[\w.\-]+)
      | \|\s*(?:sudo\s+|npx\s+)?[\w./-]{2,40}(?:\s+[\w:.-]{1,30}){0,3}?  # | vercel env add NAME production
        \s+(?:add|put|set|create|insert|write|store|save|versions\s+add)(?:\s+-{1,2}[\w-]+(?:=[^\s|]*)?)*
        \s+["']?(?P<kept>[A-Za-z_][\w/.:\-]{2,80})
      | \|\s*(?:pass|vault|kubectl|gh)\s[^\n|>]{0,40}?(?P<other>[\w/.\-]{3,80})\s+-?\s*(?=\n|$)
    )
    """,
    regex.VERBOSE,
)
_KEYWORD = regex_expression(r"(?<=[\s{(\[]):([A-Za-z][\w.?!*+-]{0,60})\s{1,40}\Z")  # {:secret-key "V"} of a Lisp
_OBJECTS = regex_expression(r"\s*,\s*@\"([^\"\n]{1,80})\"")  # dictionaryWithObjectsAndKeys: V, N, V, N, nil
_TAG = regex_expression(
    r"""[ \t]*!(?:!?str(?:ing)?|!\w+(?:/\w+)?|<tag:yaml\.org,2002:str>
    |[A-Za-z]\w{0,40}(?=[ \t]+["'])  # a tag of its own
    |(?!(?i:ref|sub|getatt|secret|env|envvar|include|import\w*|reference|join|findinmap|lookup)\b)  # no look-up
     [A-Za-z]\w{0,40}(?=[ \t]+[^\s"'])
    )[ \t]+""",
    regex.VERBOSE,
)
_ARROW = regex_expression(r"[ \t\u2502|]*\u2514[\u2500 ]*")
_ACCOUNT = regex_expression(r"//([^\s:@/\"'`<>]{1,200}):([^\s:@/\"'`<>]{1,200})@")
_BLOCK = regex_expression(
    r"""[ \t]*[|>][+\-\d]{0,2}[ \t]*(?:\#[^\n]*)?\r?\n(?:[ \t]*+\r?\n)*+(?P<indent>[ \t]++)
    (?![A-Za-z_][\w.\-]*[=:])(?P<value>[^\s]++)[ \t\r]*+(?=\n|$)(?!\n(?:[ \t]*+\r?\n)*+(?P=indent)[ \t]*\S)""",
    regex.VERBOSE,
)
# $(echo V | base64 -d), $(base64 -d <<< V), and $(cat <<EOF with one line below it, or <<EOF alone
_SUBSTITUTED = regex_expression(
    r"""[ \t]*+(?:["']?(?:\$\(|`)\s*(?:echo|printf)\s+(?:-\w+\s+|["']?%s(?:\\n)?["']?\s+)*
        ["']?(?P<value>[^\s"'|()$`]+)["']?
        \s*\|\s*(?:base64|base32|xxd|openssl)\b[^\n()`]{0,60}(?:\)|`)["']?
      | ["']?(?:\$\(|`)\s*(?:base64|base32|xxd|openssl)\b[^\n()`<]{0,60}<<<\s*
        ["']?(?P<value>[^\s"'|()$`]+)["']?\s*(?:\)|`)["']?
      | ["']?(?:(?:\$\(|`)\s*cat\s+)?<<[-~<]?\s*["']?(?P<tag>[A-Za-z_]\w*)["']?[ \t]*\r?\n
        [ \t]*(?P<line>[^\s$`]+)[ \t\r]*\n
        [ \t]*(?P=tag)\b(?:\s*(?:\)|`)["']?)?)""",
    regex.VERBOSE,
)
# <<~TAG and <<<TAG, <<TAG in capitals or quotes; its text begins on the next line
_HEREDOC = regex_expression(
    r"<<(?:[-~<][ \t]*[\"'`]?(?P<tag>[A-Za-z_]\w{0,40})"
    r"|[ \t]*(?P<quote>[\"'`]?)(?P<tag>[A-Z_][A-Z0-9_]{0,40})(?P=quote))"
)
_MOST_HEREDOC = 1 << 16  # code points
_READ = regex_expression(r"\bread\s(?:[^\n|;]*\s)?([A-Za-z_]\w*)\s*<<-?\s*[\"']?\w+[\"']?\s*$")
_IDENTIFIER = regex_expression(r"[\w.]*")
_IS = "\u662f\u4e3a\u70ba\u306f"
# Words that say that what follows them is what stands before them.
COPULAS = frozenset(
    ("is", "was", "are", "\u662f", "\u4e3a", "\u70ba", "ist", "lautet", "es", "est", "\u00e8", "->", "\u2192")
)
# What is said of a name in Chinese or Japanese, without a blank before it or behind: 口令是V, パスフレーズはVです
_SAID = regex_expression(r"[ \t]*(?P<value>[!-~]*[!-+\--~])[,.;:]?")
# COPY t (a, b) FROM stdin; and rows whose cells are parted by tabs
_COPY = regex_expression(r"(?i)\bCOPY\s+[\w.\"]+\s*\(([^()]*)\)\s+FROM\s+stdin\b")
KEYS = frozenset("PRIMARY KEY UNIQUE INDEX CONSTRAINT FOREIGN CHECK FULLTEXT SPATIAL".split())  # no columns
_ARRAY = regex_expression(r"\[\d*\](?:\w+(?:\.\w+)?)?(?:\s*=)?\s*\Z")
_BRACED = regex_expression(r"[ \t]*\{([^\s{}]+)\}")
_PARAMETERS = regex_expression(r"\s{0,8}(?:move\s+)?\|[\w\s,&:]{0,80}\|(?!\|)")
_IMPORT = regex_expression(r"(?m)^[ \t]*(?:from[ \t]+[\w.]+[ \t]+)?(?:import|use)\b[^\n]{0,300}\bas\b[^\n]{0,80}")
_AS = regex_expression(r"([\w.:]+)\s+as\s+([A-Za-z_]\w*)")
_MAKING = frozenset(("return", "new"))
_CASTS = frozenset("uuid uniqueidentifier binary varbinary raw nchar json jsonb".split())  # types, beside those of text
_QUOTED = regex_expression(r"[ \t]*[\"']")
_OFFERING = frozenset("fetch getorput getorelse getordefault computeifabsent".split())
_TAKING = regex_expression(r"-define|DEFINE_\w+|put[A-Z]\w*|setdefault|define|setenv")
_DECODES = regex_expression(r"(?i)decode|base64|b64|fromhex|hex2bin|unhex|atob")
_OPTION = regex_expression(r"(?:--?|:)[A-Za-z][\w-]*$")


def keyword_before(text: str, start: int) -> str:
    """Return the keyword that names a string which begins there, as Lisps have it: :secret-key "V"."""
    found = _KEYWORD.search(text, max(0, start - 104), start) if text[start - 1 : start].isspace() else None
    return found[1] if found else ""


def type_ends(text: str, at: int, end: int, words: list[Token]) -> int:
    """Return where the type behind a name's colon ends with its `=`, or -1."""
    if not words or words[-1].quoted or words[0].text in NO_NAMES:
        return -1
    found = _TYPE.match(text, at, end)
    # An odd number of quotes opens a string that holds the `=`; a lifetime stands behind an ampersand.
    is_string = found is not None and found[0].replace("&'", "").count("'") % 2
    return found.end() if found and not is_string else -1


def of_two_results(text: str, line: int, end: int) -> str:
    """Return what the first of two results is called whose second is an error, up to the `=` that ends there."""
    found = _TWO_RESULTS.match(text, line, end)
    return found[1] if found and found.end() == end else ""


def cast_ends(text: str, at: int, end: int) -> int:
    """Return where the type of a cast ends: 'value'::text."""
    found = _CAST.match(text, at, end)
    return found.end() if found else at


def tag_ends(text: str, at: int, end: int) -> int:
    """Return where a YAML tag ends that says no more than that the value is text."""
    found = _TAG.match(text, at, end)
    return found.end() if found else at


def account_in_address(text: str, at: int, end: int) -> list[tuple[int, int]]:
    """Return where the user and the password of an address stand, whose scheme and its colon are before a place."""
    found = _ACCOUNT.match(text, at, end)
    return [found.span(1), found.span(2)] if found else []


def block_scalar(text: str, at: int, end: int, indent: int) -> tuple[int, int] | None:
    """Return where the one value of a YAML block stands (`|`, `>-`); nothing for a text or an assignment."""
    found = _BLOCK.match(text, at, end)
    if found is None or len(found["indent"].expandtabs(4)) <= indent:
        return None
    return found.span("value")


def substituted(text: str, at: int, end: int) -> tuple[tuple[int, int], int] | None:
    """Return where a value stands that a shell's command only hands on, and where the command ends."""
    found = _SUBSTITUTED.match(text, at, end)
    return (found.span("value" if found["value"] is not None else "line"), found.end()) if found else None


def said(text: str, at: int, end: int) -> tuple[int, int] | None:
    """Return where a value stands that a text says of a name, behind the Chinese or Japanese word for `is`."""
    found = _SAID.match(text, at, end) if text[at - 1] in _IS and text[at : at + 1] not in {'"', "'", "`"} else None
    return found.span("value") if found else None


def heredoc(text: str, at: int, end: int) -> tuple[int, int, int] | None:
    """Return where the text of a heredoc begins and ends, and where its last line does, for one that opens here."""
    found = _HEREDOC.match(text, at, end)
    begin = text.find("\n", found.end(), end) + 1 if found else 0
    if found is None or not begin:
        return None
    tag = regex.escape(found["tag"])
    last = regex.compile(rf"(?m)^[ \t]*{tag}\b").search(text, begin, min(end, begin + _MOST_HEREDOC))
    return (begin, max(begin, last.start() - 1), last.end()) if last else None


def read_into(line: str) -> str:
    """Return the variable that a command reads the next line into: read -r NAME <<EOF."""
    found = _READ.search(line)
    return found[1] if found else ""


def name_behind(text: str, at: int, syntax: Syntax, *, pairs: bool) -> str:
    """Return the name that stands behind a string which ends at a place, if its notation binds it; `pairs`: V, N."""
    if pairs and (found := _OBJECTS.match(text, at)):
        return found[1]
    found = _BEHIND.match(text, at)
    if found is None and syntax in {Syntax.SHELL, Syntax.PROSE}:
        found = _INTO.match(text, at)
    name = next(filter(None, found.groups()), "") if found else ""
    return "" if is_type(name, "") or name.lower() in _CASTS else name  # CAST(V AS text)


def name_under(line: str, above: str) -> tuple[str, int]:
    """Return what an arrow points at, and where the arrow ends: a traceback that shows the values below a line.

    client = OkxClient(key, secret)
                       │    └ 'value of secret'
    """
    found = _ARROW.match(line)
    if found is None:
        return "", 0
    column = line.index("\u2514")
    name = _IDENTIFIER.match(above, column)
    return (name[0] if name else ""), found.end()


def copied_columns(text: str, start: int, end: int) -> list[str]:
    """Return the columns of the rows that follow `COPY t (a, b) FROM stdin;`."""
    found = _COPY.search(text, start, end)
    return [column.strip(' "') for column in found[1].split(",")] if found else []


def cells(text: str, start: int, end: int) -> list[Token]:
    """Return the cells of a line that tabs part."""
    found = []
    for cell in text[start:end].rstrip("\r").split("\t"):
        found.append(Token(start, start + len(cell), cell, quoted=True))
        start += len(cell) + 1
    return found


def sets_element(words: list[Token], inner: Frame) -> str:
    """Return the element of a Tcl array that a command sets: set okx(phrase) V."""
    is_set = len(words) == 2 and words[0].text == "set" and inner.kind == "(" and inner.count == 1
    return inner.facts[0][1] if is_set and inner.facts and not inner.facts[0][0] else ""


def sets(words: list[Token]) -> str:
    """Return what a command of Tcl sets: set okx::phrase {V}, dict set okx phrase {V}, and set okx(phrase) {V}."""
    texts = [word.text for word in words]
    if len(texts) == 4 and texts[:2] == ["dict", "set"]:
        return f"{texts[2]}.{texts[3]}"
    return texts[1] if len(texts) == 2 and texts[0] == "set" else ""


def braced(text: str, at: int) -> tuple[int, int] | None:
    """Return where a word stands that Tcl has in braces: {V}."""
    found = _BRACED.match(text, at)
    return found.span(1) if found else None


def parameters_end(text: str, at: int) -> int:
    """Return where the parameters of a closure end that is a call's first argument: unwrap_or_else(|_| "V")."""
    found = _PARAMETERS.match(text, at)
    return found.end() if found else at


def aliases(text: str) -> dict[str, str]:
    """Return by what other names a program calls functions and modules: from base64 import b64decode as d."""
    found: dict[str, str] = {}
    for line in _IMPORT.finditer(text):
        found |= {alias: name for name, alias in _AS.findall(line[0])}
    return found


def is_anonymous(words: list[Token]) -> bool:
    """Say whether words open a function without a name, whose value is its own: default_factory=lambda: "V"."""
    return any(word.text == "lambda" and not word.quoted for word in words)


def made_of(words: list[Token], at: int) -> str:
    """Return the type or the label before a brace: `return &Options{`, `provider "name" {`, but no class."""
    *before, last = words
    if last.quoted:
        return last.text if before and not before[0].quoted else ""
    return last.text if last.end == at and all(word.text in _MAKING for word in before) else ""


def block_label(block: Frame) -> str:
    """Return what a block is called behind the word for its kind: variable "okx_api_keys" {."""
    kind, _, label = block.name.partition(" ")
    return label if block.kind == "{" and kind == "variable" and " " not in label else ""


def is_array(text: str, brace: int) -> bool:
    """Say whether a brace opens the values of an array: []string{"a"}, new String[] {"a"}."""
    return _ARRAY.search(text, max(0, brace - 40), brace) is not None


def is_either(text: str, at: int, words: list[Token]) -> bool:
    """Say whether two slashes part what is taken from what else is: $ENV{NAME} // "V"."""
    return bool(words) and words[-1].text[:1] == "$" and _QUOTED.match(text, at) is not None


def is_offered(callee: str) -> bool:
    """Say whether a call gives what the block behind it does, where it finds nothing: ENV.fetch("NAME") { "V" }."""
    return plain(callee.rpartition(".")[2]) in _OFFERING


def decodes(callee: str) -> bool:
    """Say whether a call gives what its argument stands for encoded."""
    return _DECODES.search(callee) is not None


def takes_name(callee: str) -> bool:
    """Say whether a call takes a bare name before its value: DEFINE_string(okx_api_key, "V", "..")."""
    return _TAKING.fullmatch(callee.rpartition(".")[2]) is not None


def labels_of(command: list[Token]) -> tuple[Name, ...]:
    """Return what the words of a command call the value of its `--value`: what `--name` says, else what stands bare."""
    said: list[str] = []
    bare: list[str] = []
    option = ""
    for word in command:
        if not word.quoted and _OPTION.match(word.text):
            option = word.text
            continue
        text = word.text.strip(DECORATION)
        says_nothing = not text or plain(option) in NEUTRAL or option[:1] == ":"  # a keyword, as in `type: "string"`
        (said if plain(option) in LABELS else [] if says_nothing else bare).append(text)
        option = ""
    return tuple(Name(text, Bond.FRAME) for text in (*reversed(said), *reversed(bare[-4:])) if 0 < len(text) <= 80)
