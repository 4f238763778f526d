"""The user's own settings, for every repository: a file in the user's configuration folder.

It says what no repository may say: to which site of an exchange a credential goes. So it is not read where the scanned
party could write it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from keyguard import providers
from keyguard.cli import screen
from keyguard.errors import SettingsError
from keyguard.frozen import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = "config.yml"
_MOST = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Own:
    """What the file says."""

    sites: tuple[tuple[str, str], ...] = ()  # a provider and one of its sites


def file() -> Path:
    """Return where the file is."""
    import platformdirs

    return Path(platformdirs.user_config_dir("keyguard", appauthor=False)) / _NAME


def load(scanned: Iterable[str] = ()) -> Own:
    """Read the file if there is one, unless somebody who can change a scanned tree could change it."""
    from keyguard import cache

    path = file()
    if not path.is_file():
        return Own()
    there = path.resolve()  # a link may lead into what is scanned
    scanned = list(scanned)
    reasons = (cache.distrust(place, scanned) for place in dict.fromkeys((path.parent, there.parent, there)))
    if reason := next(filter(None, reasons), None):
        screen.say_note(f"the settings in {path} are not used: {reason}")
        return Own()
    with path.open("rb") as stream:
        return _parsed(stream.read(_MOST), path)


def _parsed(data: bytes, path: Path) -> Own:
    import yaml

    try:
        settings = yaml.safe_load(data) or {}
    except (yaml.YAMLError, RecursionError, UnicodeError):
        settings = None
    options = {provider.option: provider.id for provider in providers.known().values()}
    form = f"Its keys are {', '.join(options)}: a site, or a list of sites."
    if not isinstance(settings, dict) or not set(settings) <= set(options):
        raise SettingsError(f"{path} holds something else than settings", form)
    sites: list[tuple[str, str]] = []
    for option, said in settings.items():
        words = [said] if isinstance(said, str) else said
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise SettingsError(f"{path}: {option} is no site and no list of sites", form)
        sites += [(options[option], word) for word in words]
    return Own(tuple(sites))
