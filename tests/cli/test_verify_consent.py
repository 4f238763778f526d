"""Where a credential goes is the user's to say: asked host by host, in settings of their own, through a proxy."""

from __future__ import annotations

import json
import os
import pty
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.conftest import put, values
from tests.cli.test_verify import SITES, credential
from tests.fakes.okx import CONFIG, Exchange, Server
from tests.fakes.proxy import PASSWORD, USER, Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.cli.conftest import Keyguard, Ran

VARIABLES = {"api_key": "OKX_API_KEY", "secret_key": "OKX_SECRET_KEY", "passphrase": "OKX_PASSPHRASE"}
PARTS = {VARIABLES[part]: value for part, value in json.loads(credential()).items()}


def answer(process: int, terminal: int, typed: bytes) -> None:
    """Type an answer; an interrupt again while the process goes on: right behind a question one may be lost."""
    os.write(terminal, typed)
    while typed == b"\x03" and not _ends(process):
        os.write(terminal, typed)


def _ends(process: int, seconds: float = 10) -> bool:
    """Wait for the end of a process, which is still to be fetched; False when it did not come."""
    until = time.monotonic() + seconds
    while not os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT | os.WNOHANG):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def on_terminal(arguments: Sequence[str | Path], answers: Sequence[bytes]) -> tuple[int, str]:
    """Run the command on a terminal, answer its questions in order, and return what was seen."""
    process, terminal = pty.fork()
    if not process:
        os.execve(sys.executable, [sys.executable, "-m", "keyguard", *map(str, arguments)], os.environ | PARTS)  # noqa: S606
    seen, asked = b"", 0
    try:
        while data := os.read(terminal, 1024):
            seen += data
            if seen.count(b"[y/N]: ") > asked:
                answer(process, terminal, answers[asked])
                asked += 1
    except OSError:
        pass
    os.close(terminal)
    assert asked == len(answers)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), " ".join(seen.decode().split())


class TestConsent:
    def test_nothing_is_sent_where_nobody_can_agree(self, keyguard: Keyguard, okx: Server) -> None:
        ran = keyguard("verify", *okx.options, stdin=credential())
        assert (ran.code, ran.out, okx.exchange.calls) == (2, "", [])
        assert "asks before it sends anything, and nobody is there to answer" in ran.err
        assert "hint: Add --yes" in ran.err

    @pytest.mark.parametrize("answer", [b"n\n", b"\n"])
    def test_no_is_no(self, answer: bytes, okx: Server) -> None:
        code, seen = on_terminal(["verify", *okx.options], [answer])
        assert (code, okx.exchange.calls) == (2, [])
        assert f"Send it to www.okx.com at {okx.url[8:]}? [y/N]" in seen
        assert "nothing was sent, as you wished" in seen

    def test_a_key_that_the_first_host_knows_is_asked_about_once(self, okx: Server) -> None:
        okx.exchange.add("cli")
        code, seen = on_terminal(["verify", *okx.options], [b"y\n"])
        assert (code, [call.host for call in okx.exchange.calls]) == (1, SITES[:1])
        assert "live: It works" in seen

    @pytest.mark.parametrize("agreed", range(1, 5))
    def test_each_further_host_is_asked_for_and_a_no_ends_it(self, agreed: int, okx: Server) -> None:
        code, seen = on_terminal(["verify", *okx.options], [b"y\n"] * agreed + [b"n\n"])
        assert (code, [call.host for call in okx.exchange.calls]) == (2, SITES[:agreed])
        assert f"That did not settle it. Send it to {SITES[agreed]} at {okx.url[8:]} too?" in seen
        assert "not all that may know it said so" in seen
        assert "Left to ask: " in seen

    def test_agreed_to_all_it_is_gone(self, okx: Server) -> None:
        code, seen = on_terminal(["verify", *okx.options], [b"y\n"] * 5)
        assert (code, [call.host for call in okx.exchange.calls]) == (0, SITES)
        assert "It is gone: each host that may know it was asked, and none knows it." in seen

    def test_an_interrupt_at_a_question_sends_no_more(self, okx: Server) -> None:
        code, _ = on_terminal(["verify", *okx.options], [b"y\n", b"\x03"])
        assert (code, [call.host for call in okx.exchange.calls]) == (130, SITES[:1])

    def test_a_site_that_was_typed_is_agreed_to_by_one_answer(self, okx: Server) -> None:
        code, _ = on_terminal(["verify", "--okx-site", "eea,us", *okx.options], [b"y\n"])
        assert (code, [call.host for call in okx.exchange.calls]) == (2, SITES[1:3])

    def test_a_scan_asks_for_each_further_host_once(self, okx: Server, tmp_path: Path) -> None:
        for number in range(1, 4):
            text = "OKX_API_KEY=<api_key:{0}>\nOKX_SECRET_KEY=<secret_key:{0}>\nOKX_PASSPHRASE=<passphrase:{0}>\n"
            put(tmp_path / "bots" / str(number) / ".env", text.format(number))
        _, seen = on_terminal(["scan", "--verify", *okx.options, tmp_path / "bots"], [b"y\n", b"y\n", b"n\n"])
        assert seen.count("Send what is not settled to") == 2
        hosts = [call.host for call in okx.exchange.calls]
        assert {host: hosts.count(host) for host in hosts} == dict.fromkeys(SITES[:2], 3)


class TestOwnSettings:
    @pytest.fixture
    def own(self, tmp_path: Path) -> Callable[[str], dict[str, str]]:
        def write(text: str) -> dict[str, str]:
            file = tmp_path / "own" / "keyguard" / "config.yml"
            file.parent.mkdir(parents=True, mode=0o700)
            file.write_text(text)
            return {"XDG_CONFIG_HOME": str(tmp_path / "own"), "HOME": str(tmp_path / "own")}

        return write

    @pytest.mark.parametrize("text", ["okx_site: eea\n", "okx_site: [eea]\n"])
    def test_the_site_is_kept_there(
        self, text: str, own: Callable[[str], dict[str, str]], keyguard: Keyguard, okx: Server
    ) -> None:
        env = own(text)
        keyguard("verify", "--yes", *okx.options, stdin=credential(), env=env)
        keyguard("verify", "--yes", "--okx-site", "tr", *okx.options, stdin=credential(), env=env)
        assert [call.host for call in okx.exchange.calls] == ["eea.okx.com", "tr.okx.com"]

    @pytest.mark.parametrize(
        "text", ["okx_site: 7\n", "okx_site: {a: b}\n", "proxy: http://a:1\n", "- eea\n", "a: [\n"]
    )
    def test_what_it_cannot_mean_is_an_error(
        self, text: str, own: Callable[[str], dict[str, str]], keyguard: Keyguard, okx: Server
    ) -> None:
        ran = keyguard("verify", "--yes", *okx.options, stdin=credential(), env=own(text))
        assert (ran.code, okx.exchange.calls) == (2, [])
        assert "okx_site" in ran.err

    def test_it_is_not_believed_where_the_scanned_party_could_write_it(
        self, own: Callable[[str], dict[str, str]], keyguard: Keyguard, okx: Server, tmp_path: Path
    ) -> None:
        env = own("okx_site: eea\n")
        put(tmp_path / "bot" / ".env")
        okx.exchange.add("cli")
        ran = keyguard("scan", "--verify", "--yes", *okx.options, tmp_path, env=env)
        assert "are not used: it lies inside the scanned tree" in ran.err
        assert [call.host for call in okx.exchange.calls] == SITES[:1]

    @pytest.mark.skipif(os.name == "nt", reason="a mode says nothing there")
    @pytest.mark.parametrize("is_link", [False, True])
    def test_a_file_that_others_may_write_is_not_believed(
        self, is_link: bool, own: Callable[[str], dict[str, str]], keyguard: Keyguard, okx: Server, leak: Path
    ) -> None:
        env = own("okx_site: eea\n")
        file = Path(env["HOME"]) / "keyguard" / "config.yml"
        if is_link:
            (leak / "config.yml").write_text("okx_site: eea\n")
            file.unlink()
            file.symlink_to(leak / "config.yml")
        else:
            file.chmod(0o666)
        put(leak / ".env")
        okx.exchange.add("cli")
        ran = keyguard("scan", "--verify", "--yes", *okx.options, leak, env=env)
        assert ("are not used: it lies inside" if is_link else "are not used: others may write to it") in ran.err
        assert [call.host for call in okx.exchange.calls] == SITES[:1]

    def test_a_repository_has_no_say(self, keyguard: Keyguard, okx: Server, leak: Path) -> None:
        (leak / ".keyguard.yml").write_text("okx_site: eea\n")
        assert keyguard("scan", "--verify", "--yes", *okx.options, leak).code == 2
        assert okx.exchange.calls == []


class TestProxy:
    def check(
        self,
        keyguard: Keyguard,
        okx: Server,
        proxy: Proxy,
        *options: str,
        url: str = "",
        env: Mapping[str, str] = {},
    ) -> tuple[Ran, dict[str, Any]]:
        named = [] if env else ["--proxy", url or f"http://{proxy.address}"]
        arguments = ["verify", "--yes", "-f", "json", *okx.options, *named, *options]
        ran = keyguard(*arguments, stdin=credential(), env=env)
        assert not any(value.encode() in proxy.seen for value in values())
        assert not any(value in ran.out + ran.err for value in (*values(), PASSWORD))
        return ran, json.loads(ran.out)

    def test_one_that_lets_through_sees_names_and_nothing_else(self, keyguard: Keyguard, okx: Server) -> None:
        okx.exchange.add("cli", site="eea")
        with Proxy("allow").running() as proxy:
            ran, verdict = self.check(keyguard, okx, proxy)
        assert (ran.code, verdict["status"], verdict["proxy"]) == (1, "live", proxy.address)
        assert proxy.asked == [f"CONNECT {okx.url[8:]} HTTP/1.1"] * 2
        assert [call.path for call in okx.exchange.calls] == [CONFIG] * 2
        assert b"OK-ACCESS" not in proxy.seen
        assert f"through the proxy {proxy.address}" in ran.err

    def test_it_is_named_by_the_variable_as_well(self, keyguard: Keyguard, okx: Server) -> None:
        okx.exchange.add("cli")
        with Proxy("allow").running() as proxy:
            ran, verdict = self.check(keyguard, okx, proxy, env={"KEYGUARD_PROXY": f"http://{proxy.address}"})
            keyguard("verify", "--yes", "--proxy", "", *okx.options, stdin=credential(), env={"KEYGUARD_PROXY": "x"})
        assert (ran.code, verdict["proxy"], len(proxy.asked), len(okx.exchange.calls)) == (1, proxy.address, 1, 2)

    def test_a_scan_goes_the_same_way(self, keyguard: Keyguard, okx: Server, leak: Path) -> None:
        okx.exchange.add("cli")
        with Proxy("allow").running() as proxy:
            env = {"KEYGUARD_PROXY": f"http://{proxy.address}"}
            ran = keyguard("scan", "--verify", "--yes", "-f", "json", *okx.options, leak, env=env)
            assert keyguard("scan", leak, env=env).code == 1  # and without a check it is no matter
        assert ran.report["findings"][0]["verdict"]["proxy"] == proxy.address
        assert len(proxy.asked) == 1

    @pytest.mark.parametrize("mood", ["allow", "refuse"])
    def test_the_text_names_it(self, keyguard: Keyguard, okx: Server, leak: Path, mood: str) -> None:
        okx.exchange.add("cli")
        with Proxy(mood).running() as proxy:
            options = ("--yes", "--proxy", f"http://{proxy.address}", *okx.options)
            for ran in (keyguard("verify", *options, stdin=credential()), keyguard("scan", "--verify", *options, leak)):
                assert f"Through the proxy {proxy.address}." in " ".join(ran.out.split())

    @pytest.mark.parametrize(("mood", "status"), [("refuse", 403), ("redirect", 302)])
    def test_one_that_refuses_leaves_it_undecided_and_nothing_is_sent(
        self, mood: str, status: int, keyguard: Keyguard, okx: Server
    ) -> None:
        with Proxy(mood).running() as proxy:
            ran, verdict = self.check(keyguard, okx, proxy)
        assert (ran.code, verdict["status"], verdict["hosts"], len(verdict["left"])) == (2, "undecided", [], 5)
        assert f"The proxy refused the connection ({status}); the credential was not sent" in verdict["reading"]
        assert len(proxy.asked) == 5
        assert ". Check from a network that lets TLS through" in verdict["reading"]

    @pytest.mark.parametrize("mood", ["refuse", "opens"])
    def test_what_lets_none_through_is_told_with_where_to_go_on(
        self, mood: str, keyguard: Keyguard, okx: Server
    ) -> None:
        with Proxy(mood).running() as proxy:
            ran = keyguard("verify", "--yes", "--proxy", f"http://{proxy.address}", *okx.options, stdin=credential())
        told = " ".join(ran.out.split())
        assert "the credential was not sent. Check from a network that lets TLS through to the host" in told
        assert "Left to ask: the global site, the EEA site" in told
        assert "--okx-site global,eea,us,tr,web3 asks all." in told

    @pytest.mark.parametrize(("user", "code"), [("", 2), ("ada:wrong@", 2), (f"{USER}:p%40ss%3Aword%2F1@", 1)])
    def test_one_that_needs_a_password(self, user: str, code: int, keyguard: Keyguard, okx: Server) -> None:
        okx.exchange.add("cli")
        with Proxy("password").running() as proxy:
            ran, verdict = self.check(keyguard, okx, proxy, url=f"http://{user}{proxy.address}")
        assert (ran.code, verdict["proxy"], len(proxy.asked)) == (code, proxy.address, 1)
        assert ("The proxy asks for a user and a password" in verdict["reading"]) is (code == 2)

    @pytest.mark.parametrize(
        ("mood", "words"),
        [
            ("plain", "does not speak TLS as the host does; the credential was not sent"),
            (
                "opens",
                "something on the way opens TLS, where the passphrase could be read; the credential was not sent",
            ),
            ("web", "What answered in the proxy's place is no proxy; the credential was not sent"),
        ],
    )
    def test_one_that_meddles_gets_nothing_and_ends_it(
        self, mood: str, words: str, keyguard: Keyguard, okx: Server
    ) -> None:
        okx.exchange.add("cli")
        with Proxy(mood).running() as proxy:
            ran, verdict = self.check(keyguard, okx, proxy)
        assert (ran.code, verdict["status"], verdict["hosts"], len(verdict["left"])) == (2, "undecided", [], 5)
        assert words in verdict["reading"]
        assert (len(proxy.asked), okx.exchange.calls) == (1, [])

    def test_one_that_is_not_there_ends_it(self, keyguard: Keyguard, okx: Server) -> None:
        with Proxy("allow").running() as proxy:
            ran, verdict = self.check(keyguard, okx, proxy, url="http://127.0.0.1:9")
        assert (ran.code, verdict["hosts"]) == (2, [])
        assert "No connection to the proxy could be made; the credential was not sent." in verdict["reading"]

    @pytest.mark.parametrize(
        "url", ["https://a:1", "socks5://a:1", "a:1", "http://a", "http://a:1/b", "http://u:Typed#7@a:1", "http://:1"]
    )
    def test_what_is_no_proxy_is_an_error_that_repeats_nothing(self, url: str, keyguard: Keyguard, okx: Server) -> None:
        for ran in (
            keyguard("verify", "--yes", "--proxy", url, *okx.options, stdin=credential()),
            keyguard("verify", "--yes", *okx.options, stdin=credential(), env={"KEYGUARD_PROXY": url}),
        ):
            assert (ran.code, ran.out, okx.exchange.calls) == (2, "", [])
            assert "the proxy must be of the form http://HOST:PORT" in ran.err
            assert "Typed" not in ran.err

    def test_no_other_proxy_of_the_environment_is_used(self, keyguard: Keyguard, okx: Server) -> None:
        with Proxy("allow").running() as proxy:
            env = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY"), f"http://{proxy.address}")
            keyguard("verify", "--yes", *okx.options, stdin=credential(), env=env)
        assert proxy.asked == []


def test_a_network_that_opens_tls_is_told_as_such_without_a_proxy_too(keyguard: Keyguard, tmp_path: Path) -> None:
    with Server(Exchange(), tmp_path, other_ca=True).running() as server:
        ran = keyguard("verify", "--yes", *server.options, stdin=credential())
    assert "something on the way opens TLS, where the passphrase could be read" in " ".join(ran.out.split())
    assert server.exchange.calls == []
