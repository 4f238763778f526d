"""`--image`: what `docker save` or a tool of OCI wrote; a file that is none of these is refused before the scan."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIGNS = frozenset(("manifest.json", "oci-layout", "index.json", "repositories"))
_MANY = 10_000  # members that are looked at


def check(files: Iterable[str]) -> None:
    """Raise SettingsError for a file that is no image."""
    for file in files:
        if Path(file).exists() and not _is_image(file):  # what is not there is reported like any other path
            raise SettingsError(
                f"{file!r} is no image of docker save, and no OCI archive",
                "write one with 'docker save IMAGE -o FILE.tar'; other archives are named as paths",
            )


def _is_image(file: str) -> bool:
    """Say whether a tar holds what says which layers make an image up; from member to member, reading none."""
    import tarfile

    try:
        with tarfile.open(file, "r:") as archive:
            return any(member.name.removeprefix("./") in _SIGNS for member in islice(archive, _MANY))
    except (tarfile.TarError, OSError, EOFError, ValueError):
        return False
