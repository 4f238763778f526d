"""The reader of all notations: what it calls a value, where it says it stands, and that nothing upsets it."""

# ruff: noqa: RUF001 - full-width signs, as people type them

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keyguard import packs
from keyguard.text import outline
from keyguard.text.outline import Bond, Literal, Syntax
from keyguard.text.outline.tokens import unescape
from tests.examples import examples

V = packs.value_of_mark("<alnum16>", "outline")
_PATHS = [
    "a.py", "a.js", "a.json", "a.yml", ".env", "a.ini", "a.toml", "a.sh", "Dockerfile", "a.xml", "a.html", "a.csv",
    "a.tsv", "a.md", "a.txt", "a.log", "a", "a.ipynb", "a.sql", "a.ps1", "a.tf", "okx_key",
]  # fmt: skip
_SIGNS = "abKx019=:\"'`(){}[]<>,;|\\#-_+*/ \n\r\t\0.$&%?!~^@é：，「“”（）\u3000\u2028🔑\udcff"


def _holds_value(text: str) -> bool:
    return V in text and len(text) > len(V)


def _texts() -> st.SearchStrategy[str]:
    pieces = st.sampled_from(
        [
            V, "key", "okx", '"', "'", '"""', "'''", "`", "\\", '\\"', "\\n", "=", ": ", "=>", "->", "(", ")", "{", "}",
            "[", "]", "<", ">", "</a>", "<a b='c'>", "<!--", "-->", "<![CDATA[", "\n", "\r\n", "\n\n", "  ", "\n  - ",
            "| a | b |\n", "|---|\n", "[section]\n", "INSERT INTO t (a, b) VALUES (", "${A:-b}", "{{ x }}", "#", "//",
            "--key ", "or ", "||", "??", ",", ";", "\t", "%(a)s", "[[", "]]", "''", "\u201c", "\u201d", "export ", "\0",
        ]
    )  # fmt: skip
    return st.text() | st.text(_SIGNS, max_size=120) | st.lists(pieces, max_size=40).map("".join)


@given(text=_texts(), path=st.sampled_from(_PATHS), nested=st.booleans())
@examples(250)
@example(text="\\u12 '\\x' \"\\", path="a.py", nested=True)
@example(text='<?xml <a b="', path="a.txt", nested=False)
def test_no_text_upsets_the_reader_and_every_span_points_back(text: str, path: str, nested: bool) -> None:
    literals = outline.read(text, path, lambda _: nested).literals
    assert [(literal.start, literal.end) for literal in literals] == sorted((li.start, li.end) for li in literals)
    for literal in literals:
        assert 0 <= literal.start <= literal.end <= len(text)
        raw = text[literal.start : literal.end]
        if not any(sign in raw for sign in ("\\", "&", "''", '""')):
            assert raw == literal.value
        assert len(list(literal.frame.chain())) <= 140
        assert all(frame.start < len(text) for frame in literal.frame.chain())


@given(st.text(_SIGNS, max_size=60))
@settings(deadline=None)
def test_unescaping_never_raises_and_leaves_plain_text_alone(text: str) -> None:
    assert unescape(text) == text or "\\" in text


_VALUES = st.text("abcdefgh0123456789ABCDEF!@%^*+._~-", min_size=9, max_size=30).filter(lambda v: v[0] != "-")


@given(_VALUES, st.sampled_from(['"', "'"]), st.sampled_from([" = ", "=", ": ", " => ", " := "]), st.text(max_size=20))
@examples(150)
def test_a_quoted_value_is_read_as_it_is_whatever_stands_on_the_lines_around_it(
    value: str, quote: str, separator: str, noise: str
) -> None:
    noise = "".join(c for c in noise if c.isalnum() or c in " .\n")
    text = f"{noise}\n\nname{separator}{quote}{value}{quote}\n{noise}"
    found = [
        literal
        for literal in outline.read(text, "a.py", _holds_value).literals
        if literal.value == value and literal.quoted and not literal.is_use  # the noise may be the name
    ]
    assert [(literal.start, literal.names[0].text) for literal in found] == [(text.index(quote) + 1, "name")]


# --- time: bombs


_BOMBS = [
    "(", "[", "{", '"', "'", "`", '"""', "'''", '\\"', "\\", "[[", "<a", "<a>", "<a b='", "<!--", "<", ">", "=", ":",
    ",", "a=", "a:", "a: {", '{"a":', '["', "('", "|", "| a ", "-", "- ", "\n- ", "#", "${", "{{", "%(", "<%",
    "=[[", "=''",
    "\u201c", "--a ", "a or ", "||", "\n", "\r", " ", "\t", "\0", "a", "a ", '"a" ', "\\n", '\\\\"', "b'", "f(",
    "a.b.c(", "[a]\n", "a:\n ", "''", "'' ", "（", "：", "x=1,", "?", "&", "\n  a:", "a\n\n", '"\\', "don't ",
    "INSERT (a) VALUES (",
]  # fmt: skip


@pytest.mark.parametrize("bomb", _BOMBS)
def test_no_repetition_of_anything_takes_long(bomb: str) -> None:
    # 2 KB each: what is cubic, or worse, is told by that.
    text = bomb * (2_000 // len(bomb))
    for path in ("a.py", "a.yml", "a.xml", "a.csv", "a.md"):
        outline.read(text, path, lambda _: True, time.process_time() + 10)


@pytest.mark.parametrize("bomb", ["(", '"', '"""', '\\"', "`", "[[", "<a", "'", "{"])
def test_large_bombs_end_before_the_deadline(bomb: str) -> None:
    text = bomb * (200_000 // len(bomb))
    outline.read(text, "a.html" if bomb == "<a" else "a.js", lambda _: True, time.process_time() + 100)


def test_a_deadline_that_is_past_ends_the_reading() -> None:
    with pytest.raises(TimeoutError):
        outline.read("a = 1\n" * 20_000, "a.py", _holds_value, time.process_time() - 1)


def test_deep_nesting_is_bounded_and_what_follows_is_still_read() -> None:
    for opener, closer in (("(", ")"), ("[", "]"), ("{", "}")):
        literals = outline.read(opener * 5000 + closer * 5000 + f'\n\n\nkey = "{V}"\n', "a.py", _holds_value).literals
        assert V in {literal.value for literal in literals}
        literals = outline.read(opener * 5000 + f'\n\n\nkey = "{V}"\n', "a.py", _holds_value).literals
        assert V in {literal.value for literal in literals}


# --- notations: path, text, the names, the frame (what opens it, and its name), the index

_ = ""
_NOTATIONS: list[tuple[str, str, str, str, str, int]] = [
    # Python
    ("a.py", 'api_key = "V"\n', "api_key", "file", _, 0),
    ("a.py", 'api_key: str = "V"\n', "api_key", "file", _, 0),
    ("a.py", "key = '''V'''\n", "key", "file", _, 0),
    ("a.py", 'f(key=b"V")\n', "key", "(", "f", 0),
    ("a.py", 'x = dict(a=1, api_key="V")\n', "api_key", "(", "dict", 1),
    ("a.py", 'x = {"key": "V"}\n', "key", "{", "x", 0),
    ("a.py", 'os.environ["OKX_KEY"] = "V"\n', "os.environ.OKX_KEY", "file", _, 0),
    ("a.py", 'os.getenv("OKX_KEY", "V")\n', "OKX_KEY", "(", "os.getenv", 1),
    ("a.py", 'AccountAPI("a", "V", "c")\n', "a", "(", "AccountAPI", 1),
    ("a.py", 'key, secret = "W", "V"\n', "secret", "file", _, 1),
    ("a.py", 'api.set_key("V")\n', "api.set_key", "(", "api.set_key", 0),
    ("a.py", 'self.key = key or "V"\n', "key|self.key", "file", _, 0),
    ("a.ipynb", '{"source": ["key = \\"V\\"\\n"]}', "key", "[", "source", 0),
    # JavaScript, TypeScript
    ("a.js", 'const key = "V";\n', "const key|key", "file", _, 0),
    ("a.js", 'const ex = new ccxt.okx({ apiKey: "V" });\n', "apiKey", "{", _, 0),
    ("a.js", 'headers["OK-KEY"] = `V`;\n', "headers.OK-KEY", "file", _, 0),
    ("a.js", 'const key = process.env.KEY || "V"\n', "process.env.KEY|const key|key", "file", _, 0),
    ("a.js", 'const key = process.env.KEY ?? "V"\n', "process.env.KEY|const key|key", "file", _, 0),
    ("a.ts", 'const key: string = "V";\n', "const key|key", "file", _, 0),
    # other languages
    ("a.go", 'apiKey := "V"\n', "apiKey", "file", _, 0),
    ("a.go", 'cfg := Config{Key: "V"}\n', "Key", "{", "cfg", 0),
    ("a.rs", 'key: Some("V".to_string()),\n', "Some|key", "(", "Some", 0),
    ("a.java", 'private static final String KEY = "V";\n', "final String KEY|String KEY|KEY", "file", _, 0),
    ("a.java", 'builder.apiKey("V").build();\n', "builder.apiKey", "(", "builder.apiKey", 0),
    ("a.cs", 'public const string Key = "V";\n', "const string Key|string Key|Key", "file", _, 0),
    ("a.php", '$key = "V";\n', "key", "file", _, 0),
    ("a.php", "define('KEY', 'V');\n", "KEY", "(", "define", 1),
    ("a.php", "'key' => 'V',\n", "key", "file", _, 0),
    ("a.rb", 'key = "V"\n', "key", "file", _, 0),
    ("a.r", 'key <- "V"\n', "key", "file", _, 0),
    ("a.lua", "key = [[V]]\n", "key", "file", _, 0),
    ("a.nix", "key = ''V'';\n", "key", "file", _, 0),
    ("a.vb", 'Const Key As String = "V"\n', "Const Key|Key", "file", _, 0),
    ("a.swift", 'let key: String = "V"\n', "let key|key", "file", _, 0),
    ("a.kt", 'val key = "V"\n', "val key|key", "file", _, 0),
    ("a.ex", 'config :okx, key: "V"\n', "key", "file", _, 1),
    ("a.m", 'key = @"V";\n', "key", "file", _, 0),
    ("a.cpp", '#define KEY "V"\n', "KEY|#define KEY", "file", _, 0),
    ("a.sql", "INSERT INTO t (name, key) VALUES ('a', 'V');\n", "key|a", "(", "VALUES", 1),
    # configuration
    (".env", "KEY=V\n", "KEY", "file", _, 0),
    (".env", "export KEY=V # note\n", "export KEY|KEY", "file", _, 0),
    (".env", 'KEY="V"\n', "KEY", "file", _, 0),
    ("a.yml", "key: V\n", "key", "file", _, 0),
    ("a.yml", 'key: "V" # note\n', "key", "file", _, 0),
    ("a.yml", "okx:\n  key: V\n", "key", "indent", "okx", 0),
    ("a.yml", "okx:\n  a: 1\n  key: V\n", "key", "indent", "okx", 1),
    ("a.yml", "okx:\n  - key: V\n", "key", "item", _, 0),
    ("a.yml", "okx:\n  - a: 1\n    key: V\n", "key", "item", _, 1),
    ("a.yml", "- name: KEY\n  value: V\n", "KEY|value", "file", _, 1),
    ("a.yml", "environment:\n  - KEY=V\n", "KEY", "item", _, 0),
    ("a.toml", '[profiles.live]\nkey = "V"\n', "key", "section", "profiles.live", 0),
    ("a.toml", '[[accounts]]\nkey = "V"\n', "key", "section", "accounts", 0),
    ("a.ini", "[okx]\nkey = V\n", "key", "section", "okx", 0),
    ("a.properties", "okx.key=V\n", "okx.key", "file", _, 0),
    ("a.properties", "okx.key: V\n", "okx.key", "file", _, 0),
    ("a.json", '{"okx": {"key": "V"}}', "key", "{", "okx", 0),
    ("a.json", '{"accounts": [{"key": "V"}]}', "key", "{", _, 0),
    ("a.json", '{"name": "KEY", "value": "V"}', "KEY|value", "file", _, 1),
    ("a.json", '{"env": "KEY=V"}', "KEY", "{", _, 0),
    ("a.tf", 'variable "okx_key" {\n  default = "V"\n}\n', "variable okx_key|default", "file", _, 0),
    ("a.xml", "<okx><key>V</key></okx>", "key", "element", "okx", 0),
    ("a.xml", "<okx><a>1</a><key>V</key></okx>", "key", "element", "okx", 1),
    ("a.xml", '<add key="KEY" value="V" />', "KEY|add|value", "file", _, 1),
    ("a.html", "<tr><td>KEY</td><td>V</td></tr>", "td|KEY", "element", "tr", 1),
    # tables
    ("a.csv", "name,key\nmain,V\n", "key|main", "row", _, 1),
    ("a.csv", 'name;key\nmain;"V"\n', "key|main", "row", _, 1),
    ("a.tsv", "name\tkey\nmain\tV\n", "key|main", "row", _, 1),
    ("a.md", "| Name | Key |\n|---|---|\n| main | V |\n", "Key|main", "row", _, 1),
    # shell and HTTP
    ("a.sh", "export KEY=V\n", "export KEY|KEY", "file", _, 0),
    ("a.sh", "run --key V --other W\n", "key", "file", _, 0),
    ("a.sh", 'gh secret set KEY --body "V"\n', "body|KEY|set|secret|gh", "file", _, 0),
    ("a.sh", 'aws put --name /a/key --type T --value "V"\n', "value|a/key|T|put|aws", "file", _, 2),
    ("a.sh", "java -Dapp.key=V -jar x\n", "java app.key|app.key", "file", _, 0),
    ("a.sh", 'echo "V" > secrets/key\n', "secrets/key", "file", _, 0),
    ("a.m", '[d setObject:@"V" forKey:@"KEY"];\n', "KEY", "[", "", 0),
    ("a.sql", "SELECT 'V' AS key;\n", "key", "file", _, 0),
    ("a.sql", "INSERT INTO t (a, key) VALUES ('x', trim('V'::text));\n", "trim|key", "(", "trim", 0),
    ("a.sql", "DECLARE @key NVARCHAR(64) = N'V';\n", "DECLARE key|key", "file", _, 0),
    ("a.ts", 'private key: Map<string, string> | null = "V";\n', "private key|key", "file", _, 0),
    ("a.rs", 'const KEY: &\'static str = "V";\n', "const KEY|KEY", "file", _, 0),
    ("a.cpp", 'std::string key{"V"};\n', "std::string key|key", "{", "std::string key", 0),
    ("a.erl", '{key, "V"}.\n', "key", "{", _, 1),
    ("a.yml", "key: !!str V\n", "key", "file", _, 0),
    ("a.log", "f(key)\n  \u2514 'V'\n", "key", "file", _, 1),
    ("a.sh", "run --key=V\n", "key", "file", _, 0),
    ("a.sh", "curl -H 'KEY: V'\n", "KEY", "file", _, 0),
    ("a.ps1", '$env:KEY = "V"\n', "KEY|env", "file", _, 0),
    ("a.bat", "set KEY=V\n", "set KEY|KEY", "file", _, 0),
    ("Dockerfile", "ENV KEY V\n", "KEY|ENV KEY", "file", _, 0),
    ("Dockerfile", "ENV KEY=V\n", "ENV KEY|KEY", "file", _, 0),
    ("a.http", "KEY: V\n", "KEY", "file", _, 0),
    # notes and logs
    ("a.md", "Key: `V`\n", "Key", "file", _, 0),
    ("a.md", "- **Key**: V\n", "Key", "item", _, 0),
    ("a.txt", "密钥：V\n", "密钥", "file", _, 0),
    ("a.txt", "Key：“V”\n", "Key", "file", _, 0),
    ("a.txt", "Key\nV\n", "Key", "file", _, 1),
    ("a.log", '{\\"key\\": \\"V\\"}\n', "key", "{", _, 0),
    ("a.log", 'body={"key":"V"}\n', "key", "{", "body", 0),
    ("okx_key", "V\n", "okx_key", "file", _, 0),
]


def _literal(text: str, path: str) -> Literal:
    """Return the outermost literal that is the value."""
    found = [literal for literal in outline.read(text, path, _holds_value).literals if literal.value == V]
    assert found, "the value was not read"
    assert text[found[0].start : found[0].end] == V
    return found[0]


@pytest.mark.parametrize(("path", "text", "names", "kind", "name", "index"), _NOTATIONS)
def test_a_notation_gives_names_frame_and_index(  # noqa: PLR0917 - columns of a table
    path: str, text: str, names: str, kind: str, name: str, index: int
) -> None:
    literal = _literal(_filled(text), path)
    said = [said.text for said in literal.names]
    wanted = names.split("|")
    assert said[: len(wanted)] == wanted
    assert (literal.frame.kind, literal.frame.name, literal.index) == (kind, name, index)


def _filled(text: str) -> str:
    return re.sub(r"(?<![A-Za-z])V(?![A-Za-z])", V, text)


def test_the_notations_of_the_first_lines_are_read_as_drawn() -> None:
    """okx: {apiKey: "K"} | AccountAPI("K", "S", "P") | [profiles.live] api_key = ..."""
    mapping = _literal(f'okx: {{apiKey: "{V}"}}', "a.txt")
    assert (mapping.frame.kind, mapping.frame.name, mapping.names[0].text) == ("{", "okx", "apiKey")
    for index in range(3):
        arguments = ["x", "y", "z"]
        arguments[index] = V
        literal = _literal("AccountAPI({})".format(", ".join(f'"{a}"' for a in arguments)), "a.py")
        assert (literal.frame.kind, literal.frame.name, literal.index) == ("(", "AccountAPI", index)
    section = _literal(f'[profiles.live]\napi_key = "a"\nsecret_key = "{V}"\n', "a.toml")
    assert (section.frame.kind, section.frame.name, section.names[0].text) == ("section", "profiles.live", "secret_key")


@pytest.mark.parametrize(
    ("path", "text", "bond"),
    [
        ("a.py", 'key = "V"', Bond.ASSIGNED),
        ("a.json", '{"name": "KEY", "value": "V"}', Bond.FRAME),
        ("a.py", 'os.getenv("KEY", "V")', Bond.PAIR),
        ("a.py", 'set_key("V")', Bond.CALLEE),
        ("Dockerfile", "ENV KEY V", Bond.NEAR),
    ],
)
def test_how_a_name_came_to_its_value_is_told(path: str, text: str, bond: Bond) -> None:
    assert _literal(_filled(text), path).names[0].bond is bond


@pytest.mark.parametrize(
    "text",
    [
        "curl -H 'OK-ACCESS-KEY: V' https://www.okx.com/api\n",
        "curl -H 'OK-ACCESS-KEY: V' -d a=1\n",
        'run "key=V" --flag name=1\n',
    ],
)
def test_a_string_in_front_of_a_separator_on_its_line_is_still_read(text: str) -> None:
    assert _literal(text.replace("V", V, 1), "a.sh").names


@pytest.mark.parametrize("quote", ['"', "'", "`", '"""', "'''", '\\"', "\\'", '\\\\"', "“", "b'", 'f"', 'r"', '@"'])
def test_every_kind_of_quote_holds_its_value(quote: str) -> None:
    close = quote.lstrip("bfr@").replace("“", "”")
    assert _literal(f"key = {quote}{V}{close}\n", "a.py").quoted


def test_strings_within_strings_keep_their_offsets() -> None:
    deep = f'key = "{V}"'
    for _level in range(3):
        deep = '{"text": "' + deep.replace("\\", "\\\\").replace('"', '\\"') + '"}'
        assert _literal(deep, "a.json").names[0].text.rstrip(" =\\") == "key"


def _spans(text: str, syntax: Syntax, start: int = 0) -> str:
    begin, end = outline.rest_of_value(text, start, syntax)
    return text[begin:end]


@pytest.mark.parametrize(
    ("text", "line", "shell"),
    [
        (" abc\n", "abc", "abc"),
        ("abc # note", "abc", "abc"),
        ("abc#def", "abc#def", "abc#def"),
        ("a b c", "a b c", "a"),
        ("abc;", "abc;", "abc"),
        ("abc | tee x", "abc | tee x", "abc"),
        ("abc,", "abc,", "abc"),
        ("a=b)c", "a=b)c", "a=b)c"),
        ("abc)", "abc)", "abc"),
        ("abc\r\nnext", "abc", "abc"),
        ("", "", ""),
        ("   ", "", ""),
    ],
)
def test_an_unquoted_value_ends_as_its_notation_says(text: str, line: str, shell: str) -> None:
    assert _spans(text, Syntax.LINE) == line
    assert _spans(text, Syntax.SHELL) == shell


@pytest.mark.parametrize(
    ("path", "syntax"),
    [
        ("a.py", Syntax.CODE), ("A.PY", Syntax.CODE), (".env", Syntax.LINE), (".env.local", Syntax.LINE),
        ("prod.env", Syntax.LINE), ("x/.bashrc", Syntax.SHELL), ("Dockerfile", Syntax.SHELL),
        ("a.yml.bak", Syntax.LINE),
        ("config.py.example", Syntax.CODE), ("a.json.j2", Syntax.CODE), ("web.config", Syntax.MARKUP),
        ("a.csv", Syntax.TABLE), ("README", Syntax.PROSE), ("README.md", Syntax.PROSE), ("a.b/c", Syntax.PROSE),
        ("", Syntax.PROSE), (".", Syntax.PROSE), ("a.", Syntax.PROSE), (".bak", Syntax.PROSE),
    ],
)  # fmt: skip
def test_a_files_name_tells_its_syntax(path: str, syntax: Syntax) -> None:
    assert outline.syntax_of(path) is syntax
