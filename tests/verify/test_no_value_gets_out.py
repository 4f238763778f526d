"""No value in any output, whatever fails at whatever step: every output of a check is searched for every value."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import logging
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import stamina
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from keyguard.cli import main
from keyguard.packs import expand
from tests.cli.conftest import ENV_FILE, put, values
from tests.examples import examples
from tests.fakes.okx import MOODS, Exchange, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Where something is made to fail, with every value in the exception's text.
STEPS = (
    "keyguard.providers.okx.facts.sign",
    "keyguard.providers.okx.facts.timestamp",
    "keyguard.verify.plan",
    "keyguard.verify.notice",
    "keyguard.verify.heed",
    "keyguard.verify.join",
    "keyguard.verify.https.Reader.get",
    "keyguard.verify.https._body",
    "keyguard.verify.https._failure",
    "keyguard.verify.https._Gate.handle_request",
    "keyguard.verify.okx._parsed",
    "keyguard.verify.okx._permissions",
    "keyguard.verify.okx.OkxVerifier._sites",
    "keyguard.verify.okx.OkxVerifier._verdict",
    "keyguard.verify.memory.Memory.recall",
    "keyguard.report.record.verdict_record",
    "keyguard.report.sarif.verdict_record",
    "keyguard.report.sarif.lost",
    "keyguard.report.text.lost",
    "keyguard.report.remedy.steps",
    "keyguard.report.loss.facts",
    "httpx.HTTPTransport.handle_request",
    "httpx.Client.stream",
    "pyrate_limiter.Limiter.try_acquire",
    "ssl.SSLContext.load_verify_locations",
)
ERRORS = (RuntimeError, OSError, ValueError, KeyError, httpx.ReadError, httpx.LocalProtocolError, httpx.ConnectTimeout)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("values")
    put(folder / "bot" / ".env")
    put(folder / "bot" / "b.env", "OKX_OLD_PASSPHRASE=<passphrase:2>\n")
    return folder


@pytest.fixture(scope="module")
def okx(place: Path) -> Iterator[Server]:
    with stamina.set_testing(True, attempts=2), Server(Exchange(), place).running() as server:
        yield server


def _run(arguments: list[str], given: str) -> str:
    """Run the command in this process, with all logging on, and return all that it wrote."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(given.encode()))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main(arguments)
    finally:
        sys.stdin = stdin
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
        os.environ.pop("KEYGUARD_DEBUG", None)
    for stream in (out, err):
        stream.flush()
    return (out.buffer.getvalue() + err.buffer.getvalue()).decode() + log.getvalue()


def _target(step: str) -> tuple[Any, str]:
    names = step.split(".")
    for cut in range(len(names) - 1, 0, -1):
        with contextlib.suppress(ModuleNotFoundError):
            owner: Any = importlib.import_module(".".join(names[:cut]))
            for name in names[cut:-1]:
                owner = getattr(owner, name)
            return owner, names[-1]
    raise AssertionError(step)


# What is imported while something is replaced would keep the replacement.
for _step in STEPS:
    _target(_step)


def _commands(okx: Server, place: Path) -> dict[str, list[str]]:
    scan = ["scan", "--verify", "--yes", str(place / "bot")]
    commands = {f"scan {form}": [*scan, "-f", form] for form in ("text", "json", "jsonl", "sarif")}
    commands |= {f"verify {form}": ["verify", "-f", form] for form in ("text", "json")}
    more = [*okx.options, "--debug", "--show-account", "--verify-timeout", "0.3"]
    return {name: [*command, *more] for name, command in commands.items()}


def _secrets() -> set[str]:
    """Return every value whole, and every run of eight characters of it."""
    return {value[start : start + 8] for value in values() for start in range(max(1, len(value) - 7))}


def _assert_clean(written: str) -> None:
    assert written
    assert not [run for run in _secrets() if run in written]


_SETTINGS = examples(80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def _given() -> str:
    return json.dumps({part: expand(f"<{part}>", "cli") for part in ("api_key", "secret_key", "passphrase")})


@given(data=st.data())
@_SETTINGS
def test_no_value_gets_out_when_a_step_fails(data: st.DataObject, okx: Server, place: Path) -> None:
    step, error = data.draw(st.sampled_from(STEPS)), data.draw(st.sampled_from(ERRORS))
    command = data.draw(st.sampled_from(sorted(_commands(okx, place))))
    okx.exchange.keys.clear()
    okx.exchange.add("cli", codes=data.draw(st.sampled_from([[], ["50105"], ["50113", "50119"], ["50102"]])))

    def fail(*_: object, **__: object) -> None:
        raise error(" ".join(values()))

    owner, name = _target(step)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, fail)
        written = _run(_commands(okx, place)[command], _given())
    _assert_clean(written)
    if command.startswith("scan") and step.startswith("keyguard.verify."):
        assert "okx-credential" in written  # what was found is reported whatever becomes of the check


@given(data=st.data())
@examples(40, parent=_SETTINGS)
def test_no_value_gets_out_however_the_host_misbehaves(data: st.DataObject, okx: Server, place: Path) -> None:
    mood = data.draw(st.sampled_from([*MOODS, None]))
    command = data.draw(st.sampled_from(sorted(_commands(okx, place))))
    okx.exchange.keys.clear()
    okx.exchange.add("cli", mood=mood, label=values()[2], perm=f"read_only,{values()[1]},{values()[2]}")
    _assert_clean(_run(_commands(okx, place)[command], _given()))


def test_an_error_in_the_middle_keeps_what_was_answered_before_it(
    okx: Server, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keyguard.verify.okx import OkxVerifier

    okx.exchange.keys.clear()
    okx.exchange.mood, okx.exchange.ahead = None, 0.0
    okx.exchange._recent.clear()  # what the tests before have asked
    okx.exchange.add("cli")
    put(place / "more" / "bot" / ".env")
    put(place / "more" / "late" / ".env", ENV_FILE.replace(">", ":2>"))
    check, asked = OkxVerifier.check, []

    def once(self: OkxVerifier, question: Any) -> Any:
        asked.append(question)
        if len(asked) > 1:
            raise RuntimeError(" ".join(values()))
        return check(self, question)

    monkeypatch.setattr(OkxVerifier, "check", once)
    written = _run(["scan", "--verify", "--yes", "-f", "json", *okx.options, str(place / "more")], "")
    _assert_clean(written)
    assert '"status": "live"' in written
    assert "RuntimeError" in written


def test_no_exception_of_the_way_out_holds_a_value(okx: Server, place: Path) -> None:
    from keyguard.verify import https

    okx.exchange.keys.clear()
    reader = https.Reader({"www.okx.com": (9, 1.0)}, timeout=0.3, stand_in=https.endpoint(okx.url, okx.ca))
    for mood in ("slow", "cut", "half", "redirect", "endless", "gzip", None):
        okx.exchange.mood = mood
        bad = b"\n" if mood is None else b""
        try:
            reader.get("www.okx.com", "/", lambda bad=bad: {"X": "".join(values()).encode() + bad})  # type: ignore[misc]
        except https.Unanswered as error:
            _assert_clean("".join(traceback.format_exception(error)))
        else:
            pytest.fail(f"{mood} is no answer")
    okx.exchange.mood = None
