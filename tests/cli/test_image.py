"""`keyguard scan --image` reads an image of containers layer by layer, and takes nothing else for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keyguard.packs import expand
from tests.text import packing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

ENV = expand("OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n", "image").encode()


@pytest.mark.parametrize("made", [packing.docker_save, packing.oci])
def test_an_image_is_scanned_and_nothing_beside_it(keyguard: Keyguard, tmp_path: Path, made: object) -> None:
    assert callable(made)
    (tmp_path / "bot.tar").write_bytes(made([{"app/.env": ENV}, {"app/.wh..env": b""}]))
    (tmp_path / "beside.env").write_bytes(ENV.replace(b"OKX_", b"OKX_OTHER_"))
    ran = keyguard("scan", "--image", "bot.tar", cwd=tmp_path)
    assert ran.code == 1
    assert "!/app/.env:1" in ran.out
    assert "beside.env" not in ran.out


@pytest.mark.parametrize("data", [b"", b"text", packing.taped({"app/.env": ENV}), packing.docker_save([])[:700]])
def test_what_is_no_image_is_refused(keyguard: Keyguard, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bot.tar").write_bytes(data)
    ran = keyguard("scan", "--image", "bot.tar", cwd=tmp_path)
    assert ran.code == 2
    assert "is no image of docker save" in ran.err


def test_an_image_that_is_not_there_is_an_error(keyguard: Keyguard, tmp_path: Path) -> None:
    ran = keyguard("scan", "--image", "bot.tar", cwd=tmp_path)
    assert (ran.code, "does not exist" in ran.err) == (2, True)
