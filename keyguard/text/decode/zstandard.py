"""Zstandard: by Python itself from 3.14 on, before that by `backports.zstd` where it is installed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from keyguard.text.decode.budget import Refused
from keyguard.text.decode.stream import single

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.body import Body
    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the views of what was packed."""
    for name in ("compression.zstd", "backports.zstd"):
        try:
            module = import_module(name)
        except ImportError:
            continue
        return single(visit, body, path, via, module.ZstdDecompressor)
    raise Refused("it is packed with zstd; to read it, install keyguard with its extra 'archives'")
