"""What a text is read into: literals with their names, in the frames around them."""

from __future__ import annotations

import posixpath
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING

from keyguard.frozen import dataclass
from keyguard.text.outline.escapes import NONE as NO_ESCAPES
from keyguard.text.outline.escapes import Escapes, escapes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_DEPTH = 60  # frames; deeper nesting is machine-made and says nothing about names
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
        " hcl tfvars toml vue svelte sql proto graphql pine mq4 mq5 matlab nix pyx clj cljs cljc edn",
        Syntax.LINE: "env yml yaml ini cfg conf properties cnf service desktop editorconfig envrc",
        Syntax.SHELL: "sh bash zsh fish ksh ps1 psm1 bat cmd mk make dockerfile curl just",
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


@dataclass(frozen=True, slots=True)
class Notation:
    """How a text is written, as far as its path says."""

    syntax: Syntax
    yaml: bool = False
    blanks: bool = False  # a blank parts a name from its value, as in .properties
    tabs: bool = False  # a table whose cells are parted by tabs alone
    label: str = ""  # the file's name, which names a text that is nothing but a value
    escapes: Escapes = NO_ESCAPES


def notation_of(path: str) -> Notation:
    """Tell from a path how its text is written."""
    lower = path.lower()
    return Notation(
        syntax_of(path),
        lower.endswith((".yml", ".yaml")),
        lower.endswith(".properties"),
        lower.endswith(".tsv"),
        posixpath.basename(path),
        escapes_of(path),
    )


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
    index: int = 0  # among the elements of the frame around it
    count: int = 0  # elements so far
    facts: list[tuple[str, str]] = field(default_factory=list)  # short siblings: (name or '', value)
    remarks: set[tuple[str, str]] = field(default_factory=set)  # those of them that only a comment or a text says
    inherited: tuple[Name, ...] = ()
    order: tuple[tuple[Name, ...], ...] = ()  # names by position, from `a, b = (..., ...)`
    last: str = ""  # the last element's text, for pairs
    sets_off: bool = False  # an element that only sets off a part of a text: <p>API key: <code>V</code></p>
    said: str = ""  # the last text in an element of markup, at whatever depth of what only sets off parts of it
    is_remark: bool = False  # opened by a comment
    is_entry: bool = False  # of a mapping, a file's section, an element: a value with a name, not a block of code
    is_variable: bool = False  # an entry that a program assigns
    maker: str = ""  # a type before a brace, or what a chain of calls begins with
    entries: list[str] = field(default_factory=list)  # names of such frames inside this one
    attribute_from: int = -1  # of what stands before a declaration: how many literals there were
    is_array: bool = False  # of a shell: blanks part its items
    follows: Frame | None = None  # the call before it in a chain: env.get("NAME").default("V")

    def __post_init__(self) -> None:
        if self.is_entry and self.name and self.parent is not None and len(self.parent.entries) < MAX_FACTS:
            self.parent.entries.append(self.name)

    def chain(self) -> Iterator[Frame]:
        """Walk outwards, this frame first."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.parent

    def fact(self, name: str, value: str, *, remark: bool = False) -> None:
        """Keep a short sibling as context."""
        if len(self.facts) < MAX_FACTS and len(value) <= 64:
            if remark and (name, value) not in self.facts:
                self.remarks.add((name, value))
            elif not remark:
                self.remarks.discard((name, value))
            self.facts.append((name, value))


@dataclass(slots=True)
class Literal:
    """A value in the text, with everything that surrounds it."""

    start: int  # in the whole
    end: int
    value: str
    quoted: bool
    names: tuple[Name, ...]
    frame: Frame
    index: int
    text: str  # that it was read in: the whole, or what a string holds
    begin: int  # where it starts there
    limit: int = -1  # within a string: where that string ends, there
    back: Sequence[int] | None = None  # offsets in the whole of that text's characters; None where they are the same
    is_use: bool = False  # a constant, with the names and the frame of where it is used

    def whole(self, at: int) -> int:
        """Return the offset in the whole of one in the text that it was read in."""
        return at if self.back is None else self.back[at]


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a string."""

    start: int  # of the text, without its quotes
    end: int
    text: str  # unescaped
    quoted: bool


# Carriers, which say nothing: `{"name": "OKX_API_KEY", "value": ...}` is named by its sibling or its parent.
NEUTRAL = frozenset(
    (
        "value val default defaultvalue initialvalue currentvalue text content data string v initial secretstring "
        "plaintext plaintextvalue from stringvalue parametervalue body secretvalue simplevalue rawvalue defaultval "
        "factory defaultfactory base64encoded fallback"
    ).split()
)
# Names of such siblings.
LABELS = frozenset(
    (
        "name key id variable field header label title param parameter n k option env parameterkey alias envvar "
        "validationalias secretid secretname parametername variablename envname dest names longname "
        "placeholder arialabel"
    ).split()
)


def is_carrier(name: str) -> bool:
    """Say whether a name says nothing but that a value follows: value, default, envDefault, server_default."""
    bare = plain(name)
    return bare in NEUTRAL or bare.endswith("default")


def plain(name: str) -> str:
    """Return a name in lower case without its separators."""
    return "".join(filter(str.isalnum, name)).lower()
