"""Shapes that no shipped pack has: of several lines, with the signs of base64, with a prefix, two alike."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from keyguard import api, packs
from keyguard.packs import expand

if TYPE_CHECKING:
    from pathlib import Path

    from keyguard.packs import RuleSet

_SHAPES: dict[str, dict[str, dict[str, Any]]] = {
    "pemex": {
        "key_name": {"shape": r"orgs/[0-9a-f-]{36}/keys/[0-9a-f-]{36}", "names": "keyname"},
        "private_key": {
            "shape": r"-----BEGIN EC PRIVATE KEY-----(?:\\n|\s+)(?:[0-9A-Za-z+/=]{1,76}(?:\\n|\s+))+"
            r"-----END EC PRIVATE KEY-----(?:\\n|\s+)?",
            "names": "privatekey",
            "maximum": 400,
        },
    },
    "basex": {
        "api_key": {"shape": "[0-9A-Za-z+/]{56}", "names": "apikey"},
        "api_secret": {"shape": "[0-9A-Za-z+/]{86}==", "names": "apisecret"},
    },
    "twinex": {
        "api_key": {"shape": "[0-9A-Za-z]{40}", "names": "apikey", "short_names": "key"},
        "api_secret": {"shape": "[0-9A-Za-z]{40}", "names": "apisecret", "short_names": "secret"},
    },
    "prefex": {"token": {"shape": "prefex_(?:live|test)_[0-9A-Za-z]{24}", "names": "token"}},
    "casex": {
        "api_key": {"shape": "[0-9a-f]{24}", "names": "apikey"},
        "api_secret": {"shape": "[0-9A-F]{24}", "names": "apisecret"},
    },
}
_BODY = "<alnum64:1>\n<alnum64:2>\n<alnum32:3>+/=="
_PEM = f"-----BEGIN EC PRIVATE KEY-----\n{_BODY}\n-----END EC PRIVATE KEY-----"
_NAME = "orgs/<uuid:1>/keys/<uuid:2>"
_KEY, _SECRET = "<alnum40:1>", "<alnum40:2>"
_BASE_KEY, _BASE_SECRET = "<alnum32:1>/<alnum22:2>+", "<alnum64:3>+/<alnum20:4>=="


def _escaped(text: str) -> str:
    return text.replace("\n", "\\n")


_TEXTS = {
    "pemex": {
        "key.json": f'{{\n  "name": "pemex",\n  "keyName": "{_NAME}",\n  "privateKey": "{_escaped(_PEM)}"\n}}\n',
        "escaped.env": f'PEMEX_KEY_NAME={_NAME}\nPEMEX_PRIVATE_KEY="{_escaped(_PEM)}"\n',
        "lines.env": f'PEMEX_KEY_NAME={_NAME}\nPEMEX_PRIVATE_KEY="{_PEM}"\n',
        "block.yml": f"pemex:\n  key_name: {_NAME}\n  private_key: |\n    " + _PEM.replace("\n", "\n    ") + "\n",
        "bot.py": f'import pemex\nkey_name = "{_NAME}"\nprivate_key = """{_PEM}"""\n',
        "key.toml": f'[pemex]\nkey_name = "{_NAME}"\nprivate_key = """\n{_PEM}\n"""\n',
        "main.tf": f'variable "pemex_private_key" {{\n  default = <<EOT\n{_PEM}\nEOT\n}}\n'
        f'variable "pemex_key_name" {{ default = "{_NAME}" }}\n',
    },
    "basex": {
        ".env": f"BASEX_API_KEY={_BASE_KEY}\nBASEX_API_SECRET={_BASE_SECRET}\n",
        "a.yml": f"basex:\n  api_key: {_BASE_KEY}\n  api_secret: {_BASE_SECRET}\n",
        "bot.py": f'basex.Client("{_BASE_KEY}", "{_BASE_SECRET}")\n',
        "notes.txt": f"basex\napi key: {_BASE_KEY}\napi secret: {_BASE_SECRET}\n",
    },
    "twinex": {
        ".env": f"TWINEX_API_KEY={_KEY}\nTWINEX_API_SECRET={_SECRET}\n",
        "a.json": f'{{"twinex": {{"secret": "{_SECRET}", "key": "{_KEY}"}}}}',
        "bot.py": f'twinex.Client("{_KEY}", "{_SECRET}")\n',
        "a.csv": f"exchange,key,secret\ntwinex,{_KEY},{_SECRET}\n",
    },
    "prefex": {
        ".env": "PREFEX_TOKEN=prefex_live_<alnum24>\n",
        "run.sh": "curl -H 'Authorization: Bearer prefex_test_<alnum24>' https://api.example\n",
        "notes.txt": "https://api.example/?session=prefex_live_<alnum24>&x=1\n",
    },
    "casex": {".env": "CASEX_API_KEY=<hex24:1>\nCASEX_API_SECRET=<hex24:2|upper>\n"},
}


def _pack(provider: str, folder: Path) -> RuleSet:
    parts = {name: {"title": name, "identity": True, **part} for name, part in _SHAPES[provider].items()}
    rule: dict[str, Any] = {
        "title": "t",
        "severity": "high",
        "why": "w",
        "fix": "f",
        "examples": {"match": ["x"], "clean": ["y"]},
    }
    of_parts = [{"id": f"{provider}-{name.replace('_', '-')}", "part": name, **rule} for name in parts]
    pack = {
        "schema": 1,
        "kind": "pack",
        "provider": {"id": provider, "title": provider, "words": provider},
        "parts": parts,
        "credential": {"rule": f"{provider}-credential", "incomplete": "medium"},
        "rules": [{"id": f"{provider}-credential", **rule}, *of_parts],
    }
    file = folder / f"{provider}.yml"
    file.write_text(json.dumps(pack))  # YAML, too
    return packs.load([file])


@pytest.mark.parametrize("provider", _TEXTS)
def test_a_pack_of_such_parts_is_found_whole_in_any_notation(provider: str, tmp_path: Path) -> None:
    rules = _pack(provider, tmp_path)
    for name, text in _TEXTS[provider].items():
        [finding] = api.scan_text(name, expand(text, provider), rules=rules).findings
        assert (name, finding.missing) == (name, ())
        values = {match.part or "": match.value.reveal().decode() for match in finding.matches}
        assert set(values) == set(_SHAPES[provider])
        for part, value in values.items():
            assert re.fullmatch(_SHAPES[provider][part]["shape"], value)


@pytest.mark.parametrize(
    ("provider", "text"),
    [
        ("casex", "CASEX_API_KEY=<hex24:1|upper>\nCASEX_API_SECRET=<hex24:2>\n"),
        ("prefex", "TOKEN=prefix_live_<alnum24>\nPREFEX_TOKEN=<alnum24>\n"),
        ("pemex", "pemex has no -----BEGIN EC PRIVATE KEY----- of ours: <alnum64>\n"),
    ],
)
def test_what_has_not_the_shape_is_no_part(provider: str, text: str, tmp_path: Path) -> None:
    assert api.scan_text(".env", expand(text, provider), rules=_pack(provider, tmp_path)).findings == ()
