"""tar, read as a stream; an image of `docker save`, or of OCI, is a tar of tars, and comes apart in the same way."""

from __future__ import annotations

import tarfile
from functools import partial
from typing import IO, TYPE_CHECKING, cast

from keyguard.text.decode.body import Body
from keyguard.text.decode.budget import DAMAGED, MIB, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.text.decode.open import Visit
    from keyguard.text.decode.view import View

_FACTS = frozenset({tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, b"X"})
_LONGEST = MIB  # of what tells a name or other facts of an entry, which is read at once


class _Entry(tarfile.TarInfo):
    """An entry whose facts are as long as facts are."""

    def _proc_member(self, tape: tarfile.TarFile) -> tarfile.TarInfo:
        """Read what belongs to the header, as `tarfile` lets its kinds of entries do."""
        if self.type in _FACTS and self.size > _LONGEST:
            raise Refused(DAMAGED)
        return super()._proc_member(tape)  # type: ignore[misc,no-any-return]


def open_views(visit: Visit, body: Body, path: str, via: tuple[str, ...]) -> Iterator[View]:
    """Yield the views of its files, those too that a later entry replaces; links and devices hold nothing."""
    with tarfile.open(fileobj=cast("IO[bytes]", body), mode="r|", bufsize=64 * 1024, tarinfo=_Entry) as tape:
        while (entry := tape.next()) is not None:
            tape.members.clear()  # type: ignore[attr-defined]  # it keeps every entry otherwise
            handle = tape.extractfile(entry) if entry.isreg() else None
            if handle is None:
                visit.budget.count_entry()
                continue
            member = Body(handle.read, visit.budget, partial(max, entry.size, 1))
            yield from visit.inside(member, path, entry.name, via)
