"""The example of a rule as files on the disk, with the repository, the modes and the ages that it asks for."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from keyguard.packs import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyguard.packs import Example

_DAY = 86_400


@contextmanager
def laid_out(example: Example) -> Iterator[str]:
    """Write an example into a folder of its own, which is gone at the end; its owner alone reads what has no mode."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in example.files:
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(expand(text, "example"), "utf-8")
            path.chmod(int(dict(example.modes).get(name, "600"), 8))
        if example.committed is not None:
            from keyguard.git import calls

            calls.run(["init", "--quiet", "."], cwd=folder)
            if example.committed:
                calls.run(["add", "--force", "--", *example.committed], cwd=folder)
        for name, days in example.ages:
            then = time.time() - days * _DAY
            os.utime(Path(folder, name), (then, then))
        yield folder
