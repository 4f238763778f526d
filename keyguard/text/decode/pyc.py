"""Python's compiled modules, written out as assignments and calls again; read as bytes, never loaded or run.

`marshal.loads` is not for bytes of strangers, so its format is followed here, and of the code only which constant is
stored under which name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from keyguard.text.decode.budget import Refused
from keyguard.text.decode.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit

_HEADER = 16
_DEPTH = 100
_OBJECTS = 500_000
_MAGIC_38, _MAGIC_311 = 3400, 3450
_NULL = object()
# Numbers of the instructions that are followed, up to 3.12; from 3.13 on they differ, and strings are listed alone.
_LOAD, _STORE_FAST, _KEYWORDS, _SUBSCRIPT, _BUILD_MAP, _EXTENDED = 100, 125, 172, 60, 105, 144
_STORE_NAMES = frozenset({90, 95, 97})


@dataclass
class _Code:
    """What matters of a code object."""

    code: bytes = b""
    consts: tuple[Any, ...] = ()
    names: tuple[Any, ...] = ()
    locals: tuple[Any, ...] = ()
    name: str = ""


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield what the module assigns, as Python."""
    data = body.whole(visit.budget.limits.entry)
    if data[2:4] != b"\r\n":
        raise Refused("it is no compiled module of Python that is known here")
    reader = _Reader(data, int.from_bytes(data[:2], "little"))
    reader.read()
    lines: list[str] = []
    for code in reader.codes:
        lines += _written(code)
    yield View(path, ["\n".join(lines).encode("utf-8", "replace")], via, ".py", lambda region: (region, ()))


@dataclass
class _Reader:
    """Reads marshal's format as far as it can be followed."""

    data: bytes
    magic: int
    place: int = _HEADER
    refs: list[Any] = field(default_factory=list)
    codes: list[_Code] = field(default_factory=list)
    count: int = 0

    def read(self) -> None:
        """Read all; what was read before something unknown stays."""
        try:
            self._object(0)
        except (ValueError, IndexError, TypeError):
            if not self.codes:
                raise Refused("it is damaged or cut off") from None

    def _bytes(self, size: int) -> bytes:
        if size < 0 or self.place + size > len(self.data):
            raise ValueError("cut off")
        found = self.data[self.place : self.place + size]
        self.place += size
        return found

    def _int(self, size: int = 4) -> int:
        return int.from_bytes(self._bytes(size), "little", signed=size == 4)

    def _object(self, depth: int) -> Any:
        self.count += 1
        if depth > _DEPTH or self.count > _OBJECTS:
            raise ValueError("too deep")
        tag = self._bytes(1)[0]
        kind = chr(tag & 0x7F)
        slot = -1
        if tag & 0x80:
            slot = len(self.refs)
            self.refs.append(None)
        found = self._of_kind(kind, depth)
        if slot >= 0:
            self.refs[slot] = found
        return found

    def _of_kind(self, kind: str, depth: int) -> Any:
        if kind in _PLAIN:
            return _PLAIN[kind](self)
        if kind in "()[<>":
            size = self._int(1 if kind == ")" else 4)
            if not 0 <= size <= len(self.data) - self.place:
                raise ValueError("cut off")
            return tuple(self._object(depth + 1) for _ in range(size))
        if kind == "{":
            return self._dict(depth)
        if kind == "c":
            return self._code(depth)
        if kind == ":":
            return tuple(self._object(depth + 1) for _ in range(3))
        raise ValueError("unknown")

    def _dict(self, depth: int) -> dict[str, Any]:
        found = {}
        while (key := self._object(depth + 1)) is not _NULL:
            found[str(key)] = self._object(depth + 1)
        return found

    def _code(self, depth: int) -> _Code:
        code = _Code()
        self.codes.append(code)
        newer = self.magic >= _MAGIC_311
        self._bytes(4 * (6 if _MAGIC_38 <= self.magic < _MAGIC_311 else 5))
        code.code, code.consts, code.names = (self._object(depth + 1) for _ in range(3))
        code.locals = self._object(depth + 1)
        if newer:
            self._object(depth + 1)
        else:
            self._object(depth + 1)
            self._object(depth + 1)
        self._object(depth + 1)
        code.name = str(self._object(depth + 1))
        if newer:
            self._object(depth + 1)
        self._int()
        self._object(depth + 1)
        if newer:
            self._object(depth + 1)
        return code


def _long(reader: _Reader) -> int:
    reader._bytes(2 * abs(reader._int()))  # noqa: SLF001 - a part of it
    return 0


def _sized(size: int, *, text: bool) -> Callable[[_Reader], Any]:
    def read(reader: _Reader) -> Any:
        data = reader._bytes(reader._int(size))  # noqa: SLF001 - a part of it
        return data.decode("utf-8", "replace") if text else data

    return read


def _skipped(size: int) -> Callable[[_Reader], Any]:
    return lambda reader: reader._bytes(size) and None  # noqa: SLF001 - a part of it


_PLAIN: dict[str, Callable[[_Reader], Any]] = {
    "0": lambda _: _NULL,
    **dict.fromkeys("NFTS.", lambda _: None),
    "i": _skipped(4), "I": _skipped(8), "g": _skipped(8), "y": _skipped(16), "l": _long,
    "f": _sized(1, text=False), "s": _sized(4, text=False),
    **dict.fromkeys("tuaA", _sized(4, text=True)),
    **dict.fromkeys("zZ", _sized(1, text=True)),
    "r": lambda reader: reader.refs[reader._int()],  # noqa: SLF001 - a part of it
}  # fmt: skip


_ARGUMENTS = 3  # a key, a secret and a passphrase


def _written(code: _Code) -> Iterator[str]:
    """Write out what a code object says of strings."""
    consts = code.consts if isinstance(code.consts, tuple) else ()
    names = [name for name in code.names if isinstance(name, str)] if isinstance(code.names, tuple) else []
    yield f"def {''.join(c if c.isalnum() else '_' for c in code.name)}():  # {' '.join(names)[:2000]}"
    used: set[str] = set()
    for pairs, call in _assignments(code, consts):
        used.update(value for _, value in pairs)
        text = [f"{_name(name)}={_quoted(value)}" if name else _quoted(value) for name, value in pairs]
        yield f"    {call}({', '.join(text)})" if call else f"    {text[0]}"
    strings = (_text(const) for const in consts)
    yield from (f"    {_quoted(text)}" for text in strings if text is not None and text not in used)


def _assignments(code: _Code, consts: tuple[Any, ...]) -> Iterator[tuple[list[tuple[str, str]], str]]:
    """Yield names with the constants that are stored under them, one by one or as a mapping's or a call's."""
    loaded: list[Any] = []
    for number, argument in _instructions(code.code if isinstance(code.code, bytes) else b""):
        if number in {_LOAD, _KEYWORDS}:
            const = consts[argument] if argument < len(consts) else None
            keys = const if isinstance(const, tuple) else ()
            if keys and len(keys) <= len(loaded) and all(isinstance(key, str) for key in keys):
                values = [_text(value) for value in loaded[-len(keys) :]]
                if pairs := [(k, v) for k, v in zip(keys, values, strict=True) if v is not None]:
                    yield pairs, "dict"
                loaded = loaded[: -len(keys)]
            elif number == _LOAD:
                loaded.append(const)
        elif number in _STORE_NAMES or number == _STORE_FAST:
            pool = code.locals if number == _STORE_FAST else code.names
            name = pool[argument] if isinstance(pool, tuple) and argument < len(pool) else None
            if loaded and isinstance(name, str) and (value := _text(loaded[-1])) is not None:
                yield [(name, value)], ""
            loaded = []
        elif number == _BUILD_MAP and argument and 2 * argument <= len(loaded):
            flat = [_text(value) for value in loaded[-2 * argument :]]
            pairs = [(k, v) for k, v in zip(flat[::2], flat[1::2], strict=True) if k is not None and v is not None]
            if pairs:
                yield pairs, "dict"
            loaded = []
        elif number == _SUBSCRIPT and len(loaded) >= 2:
            value, key = _text(loaded[-2]), _text(loaded[-1])
            if key is not None and value is not None:
                yield [(key, value)], ""
            loaded = []
        else:
            yield from _arguments(loaded)


def _arguments(loaded: list[Any]) -> Iterator[tuple[list[tuple[str, str]], str]]:
    """Yield constants that lie ready for something that takes them by their places, and take them away."""
    values = [_text(value) for value in loaded]
    if sum(value is not None for value in values) >= _ARGUMENTS:
        yield [("", value or "") for value in values], "call"
        loaded.clear()


def _instructions(code: bytes) -> Iterator[tuple[int, int]]:
    extended = 0
    for place in range(0, len(code) - 1, 2):
        number, argument = code[place], code[place + 1] | extended << 8
        if number == _EXTENDED:
            extended = argument & 0xFFFFFF
            continue
        extended = 0
        yield number, argument


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None


def _name(name: str) -> str:
    return name if name.isidentifier() else "".join(c if c.isalnum() else "_" for c in name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
