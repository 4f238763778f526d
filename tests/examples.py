"""How many examples a property is tried on."""

from __future__ import annotations

from typing import Any

from hypothesis import settings


def examples(count: int, **more: Any) -> settings:
    """Try a property on so many examples in CI, and on a quarter of them in the default run."""
    return settings(max_examples=max(1, count * settings().max_examples // 100), **more)
