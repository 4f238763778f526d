"""What a path says beside the text that lies under it: of two paths that say the same one has to be read."""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import regex

    from keyguard.detect.names import PackNames
    from keyguard.packs import RuleSet
    from keyguard.settings import Settings

_TELLING = frozenset(("yml", "yaml", "tsv", "ipynb"))  # endings that mean more than a syntax


class Paths:
    """Compares paths by what the stages behind a source make of them, under some rules and settings."""

    def __init__(self, rules: RuleSet, settings: Settings) -> None:
        self._rules, self._settings = rules, settings
        self._words = tuple({word.lower() for pack in rules.packs for word in pack.words})

    def speaks(self, path: str) -> bool:
        """Say whether a path names a provider, so that a text under it may tell what it does not elsewhere."""
        path = path.lower()
        return any(word in path for word in self._words)

    def is_waived(self, path: str) -> bool:
        """Say whether something of what lies under a path is ignored for that path's sake."""
        return any(waives(path) for waives in self._waivers)

    def kind(self, path: str) -> tuple[Hashable, ...]:
        """Return what a path says: its syntax, providers, whether it is a label, and who waives it."""
        from keyguard.text import outline  # not at the start: most scans never compare paths

        ending = path.lower().rpartition(".")[2]
        return (
            outline.syntax_of(path),
            ending if ending in _TELLING else "",
            *(_said(path, names, label) for names, label in self._names),
            *(waives(path) for waives in self._waivers),
        )

    @cached_property
    def _names(self) -> list[tuple[PackNames, regex.Pattern[str]]]:
        import regex

        from keyguard.detect.names import Lexicon
        from keyguard.packs import free_names

        names = Lexicon(self._rules.packs, self._rules.vocabulary, self._rules.rivals).packs.values()
        return [(one, regex.compile(rf"(?i){'|'.join(free_names(one.pack)) or '(?!)'}")) for one in names]

    @cached_property
    def _waivers(self) -> list[Callable[[str], bool]]:
        from keyguard.detect.ignores import waivers_of_paths

        return waivers_of_paths(self._settings)


def _said(path: str, names: PackNames, label: regex.Pattern[str]) -> Hashable:
    name = posixpath.basename(path)
    meaning = names.of(name)
    return (
        names.provider.search(path) is not None,
        names.rival.search(path) is not None,
        label.search(name) is not None,
        meaning if meaning.part or meaning.bare else None,
    )
