"""The one way in which a value becomes a name that may be written down.

Only of values that are long and random (`identity` in a pack: over 120 random bits): whoever has the hash of such a
value has nothing. What people choose, such as a passphrase, could be guessed from its hash and is never given here.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from keyguard.model import Sealed

if TYPE_CHECKING:
    from keyguard.model import Secret


def digest(text: str) -> str:
    """Return 40 hex digits for a text."""
    return hashlib.sha256(f"keyguard:1:{text}".encode("utf-8", "surrogateescape")).hexdigest()[:40]


def of_secret(provider: str, part: str, secret: Secret) -> str:
    """Return the fingerprint of a long and random value that may be no longer here."""
    known = secret.fingerprint if isinstance(secret, Sealed) else ""
    return known or of_value(provider, part, secret.reveal())


def of_value(provider: str, part: str, value: bytes) -> str:
    """Return the fingerprint of a long and random value, whatever the case of its letters."""
    return digest(f"{provider}:{part}:" + value.lower().decode("utf-8", "surrogateescape"))
