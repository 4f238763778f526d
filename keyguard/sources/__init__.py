"""Where bytes come from: the `Source` protocol, one file per kind of source; and what a source may remember."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from keyguard.errors import SourceError
    from keyguard.model import Blob, History, Origin, Skipped

PIECE = 8 * 1024 * 1024
"""The most bytes that a source hands out at once; whatever a file's size, no more of it is in memory."""


Traces: TypeAlias = "dict[int, tuple[History, tuple[Origin, ...]]]"
"""By the number of a finding: its way through the history, and each commit that brought it somewhere."""


class Source(Protocol):
    """Names blobs in an order that is the same on every run, and reads them; trouble is noted, never raised.

    The three notes are complete when all blobs have been named and read.
    """

    skipped: list[Skipped]  # what could not be read, with the reason
    left_out: Counter[str]  # what was passed over by design, with counts
    failures: list[SourceError]  # targets that cannot be scanned; the rest is, and the run then exits with 2
    commits: int = 0  # how many it walked
    refs: int = 0  # from how many it walked
    known: int = 0  # contents that an earlier run has read
    repositories: int = 0  # of how many git was asked for what they hold
    touched: Collection[str] = ()  # the paths that a change changes
    is_change: bool = False  # whether it reads what a change adds, and `replaced` what was there before
    algorithm: str = ""  # with which git names contents, where those of this source are to be known by their ids

    def blobs(self) -> Iterator[Blob]:
        """Name what there is to read; a size of 0 may mean that nobody has looked yet."""
        ...

    def revisit(self) -> Iterator[Blob]:
        """Name once more, when all blobs were read and settled, what a further name may make something else of."""
        return iter(())

    def replaced(self) -> Iterator[Blob]:
        """Name the contents that a change replaced, when all blobs were named; no source but a change has any."""
        return iter(())

    def listed_paths(self) -> Collection[str]:
        """Name the files that are there though no work tree shows them."""
        return ()

    def excludes_all(self) -> bool:
        """Say whether no file of the repository is left by what is excluded; asked of a change that was not read."""
        return False

    def superseded(self, blob: Blob) -> bool:  # noqa: ARG002 - for those that cannot know at once
        """Say whether a blob turned out to lie under another name, under which it was named again."""
        return False

    def read(self, blobs: Sequence[Blob]) -> Iterator[tuple[Blob, Iterable[bytes]]]:
        """Read blobs in their order, each before the next is asked for.

        Most give one piece, an empty one the empty piece; none at all means that it was not read. A blob that is given
        once more, without any, turned out to be cut.
        """
        ...

    def record(self, clean: Iterable[Blob], open_: Iterable[Blob]) -> None:  # noqa: ARG002 - for those that remember
        """Take note of blobs that were read: those without anything in them, and the others."""
        return

    def release(self) -> None:
        """Let go of what reading needs; it may go on later."""
        return

    def close(self, *, complete: bool) -> None:  # noqa: ARG002 - for those that remember
        """Let go of what was needed for reading; `complete` says that all blobs were read or noted."""
        return

    def history_of(self, held: Mapping[Blob, Mapping[int, int]]) -> Traces:  # noqa: ARG002 - for those that can
        """Tell of findings, by their numbers, how they went through the history; a source without one tells nothing.

        `held` says of each blob which findings have which of their parts in it, a bit for each part.
        """
        return {}


class Memory(Protocol):
    """What is known of one repository from earlier runs under the same rules: ids of objects, nothing else."""

    @property
    def is_shared(self) -> bool:
        """Whether it is of several repositories: then a content is known by its path, too."""
        ...

    def walked(self) -> Collection[str]:
        """Return the commits behind which everything has been read."""
        ...

    def open(self) -> Mapping[str, str]:
        """Return the ids behind those commits in which there was something, the newest first.

        Each comes with a commit that brought it, '' where that is not known; a message with the commit itself.
        """
        ...

    def missing(self) -> Collection[str]:
        """Return the ids behind those commits that could not be read, since they are not there."""
        ...

    def clean(self, ids: Sequence[str]) -> Collection[str]:
        """Return which of these ids there was nothing in."""
        ...

    def add(self, clean: Iterable[str]) -> None:
        """Remember ids in which there was nothing."""
        ...

    def contents(self) -> int:
        """Return how many contents behind those commits there was nothing in."""
        ...

    def finish(self, walked: Iterable[str], open_: Mapping[str, str], missing: Iterable[str], contents: int) -> None:
        """Remember that everything behind these commits has been read, where there was something, and what was not."""
        ...

    def close(self) -> None:
        """Let go of what it is kept in; nothing is known or remembered any more."""
        ...
