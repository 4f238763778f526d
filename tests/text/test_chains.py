"""A credential is found whole under any few encodings and containers, at places that lead to it."""

from __future__ import annotations

import base64
import gzip
import json
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from keyguard.packs import expand
from tests.cases import findings, values_of
from tests.examples import examples
from tests.text import packing

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = "chains"
PARTS = ("api_key", "secret_key", "passphrase")
TEXTS = {
    ".env": "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n",
    "okx.json": '{"exchange": "okx", "apiKey": "<api_key>", "secret": "<secret_key>", "password": "<passphrase>"}\n',
    "okx.yaml": "okx:\n  api_key: <api_key>\n  secret_key: <secret_key>\n  passphrase: <passphrase>\n",
    "bot.py": 'import okx.Trade as T\n\napi = T.TradeAPI("<api_key>", "<secret_key>", "<passphrase>", False, "0")\n',
}


def _in(written: str, encode: Callable[[bytes], bytes], name: str) -> Callable[[str, bytes], tuple[str, bytes]]:
    return lambda _, data: (name, written.encode() % encode(data))


def _utf16(name: str, data: bytes) -> tuple[str, bytes]:
    return (name, data.decode().encode("utf-16")) if _is_plain(name, data) else (name, data)


def _is_plain(name: str, data: bytes) -> bool:
    """Say whether bytes are a text that may be written in another way; a mail is told by its name."""
    return data.isascii() and b"\0" not in data and not name.endswith(".eml")


def _json(name: str, data: bytes) -> tuple[str, bytes]:
    if not _is_plain(name, data):
        return name, data
    return "map.json", json.dumps({"okx": data.decode()}).encode()


STEPS: dict[str, Callable[[str, bytes], tuple[str, bytes]]] = {
    "base64": _in("okx:\n  file: %b\n", base64.b64encode, "map.yaml"),
    "base64url": _in("OKX_FILE=%b\n", lambda data: base64.urlsafe_b64encode(data).rstrip(b"="), "more.env"),
    "base64 in lines": _in("-- okx --\n%b-- end --\n", base64.encodebytes, "okx.txt"),
    "hex": _in("OKX = bytes.fromhex('%b')\n", lambda data: data.hex().encode(), "blob.py"),
    "base32": _in("okx %b\n", base64.b32encode, "okx.txt"),
    "gzip in base64": _in("okx: %b\n", lambda data: base64.b64encode(gzip.compress(data)), "map.yaml"),
    "zlib in base64": _in('okx = "%b"\n', lambda data: base64.b64encode(zlib.compress(data)), "blob.py"),
    "UTF-16": _utf16,
    "JSON": _json,
    "zip": lambda name, data: ("a.zip", packing.zipped({f"bot/{name}": data})),
    "tar.gz": lambda name, data: ("a.tar.gz", packing.taped({name: data}, "w:gz")),
    "7z": lambda name, data: ("a.7z", packing.seven_zipped({name: data})),
    "xz": lambda name, data: (f"{name}.xz", packing.STREAMS["xz"](data)),
    "attachment": lambda name, data: ("a.eml", packing.mail("See there.", attachments={name: data})),
}


@examples(100)
@given(st.sampled_from(sorted(TEXTS)), st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=3))
def test_a_credential_is_found_under_any_three_encodings_and_containers(name: str, chain: list[str]) -> None:
    data = expand(TEXTS[name], SEED).encode()
    for step in chain:
        name, data = STEPS[step](name, data)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        [finding] = findings(Path(folder))
        # A value is read again at its place.
        assert values_of(finding) == {(part, expand(f"<{part}>", SEED)) for part in PARTS}
        assert {match.blob.file for match in finding.matches} == {name}
        lines = data.count(b"\n") + 1
        assert all(match.region.line <= lines for match in finding.matches if not match.blob.inner)
