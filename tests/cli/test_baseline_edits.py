"""A baseline over a repository that is edited at random: real git, the real command, files and history."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import Phase, given
from hypothesis import strategies as st

from keyguard.packs import expand
from tests import command
from tests.cli.test_baseline import FILE, git
from tests.detect.test_baseline import Account, Layout, Repository, accounts, layouts
from tests.examples import examples

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence


class Edited(Repository):
    """A repository whose files are laid out anew by each commit."""

    def __init__(self) -> None:
        super().__init__()
        self._aside = Path(tempfile.mkdtemp())
        git(self.root, "init", "-q")

    def lay_out(self, chosen: Sequence[tuple[Account, Layout]], changed: tuple[int, str] | None = None) -> None:
        """Write all files anew, and commit them."""
        (self.root / ".git").rename(self._aside / "git")
        super().lay_out(chosen, changed)
        (self._aside / "git").rename(self.root / ".git")
        git(self.root, "add", "-A")
        git(self.root, "commit", "-qm", "edit", "--allow-empty")

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        shutil.rmtree(self._aside)

    def squash(self) -> None:
        """Make one commit of all, and forget the others."""
        git(self.root, "checkout", "-q", "--orphan", "squashed")
        git(self.root, "commit", "-qm", "squashed")
        git(self.root, "branch", "-qD", "main")
        git(self.root, "reflog", "expire", "--expire=now", "--all")
        git(self.root, "gc", "-q", "--prune=now")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return command.run(*arguments, cwd=self.root, env={"KEYGUARD_CACHE_DIR": str(self._aside)})

    def open_ones(self, *options: str) -> list[str]:
        """Return the masks of all that a scan with the baseline counts."""
        ran = self.run("scan", "--baseline", FILE, "-f", "json", *options)
        found = [finding for finding in json.loads(ran.stdout)["findings"] if not finding["suppressed"]]
        assert ran.returncode == bool(found)
        return [part["mask"] for finding in found for part in finding["parts"]]


@examples(8, phases=[Phase.generate])  # to shrink takes minutes
@given(data=st.data(), drawn=accounts)
def test_no_commit_and_no_squash_brings_a_finding_back_and_a_new_key_is_new(
    drawn: list[Account], data: st.DataObject
) -> None:
    repository = Edited()
    with repository:
        repository.lay_out([(account, data.draw(layouts)) for account in drawn])
        assert repository.run("baseline", "create").returncode == 0
        for _ in range(2):
            chosen = [(account, data.draw(layouts)) for account in drawn]
            repository.lay_out(chosen)
        assert repository.open_ones() == []
        if data.draw(st.booleans()):
            repository.squash()
            assert repository.open_ones() == []
        hashed = [(account.number, part) for account in drawn for part in account.parts if part != "passphrase"]
        if hashed:
            number, part = data.draw(st.sampled_from(hashed))
            repository.lay_out(chosen, (number, part))
            new = expand(f"<{part}:{number + 50}>", "edits")[:4] + "********"
            for options in ((), ("--range", "HEAD~..HEAD")):
                assert new in repository.open_ones(*options)
