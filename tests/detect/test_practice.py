"""Practices: where they are seen, where they are left alone, and whose host an address is."""

from __future__ import annotations

import pytest

from keyguard import api
from keyguard.detect.practice.hosts import address, kind
from keyguard.detect.practice.languages import language_of
from keyguard.packs import expand
from tests.cases import rule_set

(_USAGE,) = rule_set().usages.values()


def _rules(path: str, text: str) -> list[tuple[str, int]]:
    outcome = api.scan_text(path, text, rules=rule_set())
    assert not outcome.skipped
    return [(practice.rule, practice.region.line) for practice in outcome.practices]


class TestHosts:
    @pytest.mark.parametrize(
        ("text", "whose"),
        [
            ("https://www.okx.com/api/v5", "own"),
            ("wss://ws.okx.com:8443/ws/v5/private", "own"),
            ("HTTPS://OpenAPI.OKX.com.", "own"),
            ("https://my.okex.com", "own"),
            ("https://okx.vip", "imitation"),
            ("https://okx-login.com", "imitation"),
            ("https://www.okx.com.example.net", "imitation"),
            ("https://okx.com-login.example", "imitation"),
            ("https://www.0kx.com", "imitation"),
            ("https://okkx.com", "imitation"),
            ("https://\u043ekx.com", "imitation"),
            ("https://ok\u0445.com", "imitation"),
            ("https://xn--kx-emc.com", "imitation"),
            ("https://www.okx.com@198.51.100.7/", "imitation"),
            ("https://okx.co.uk", "imitation"),
            ("https://ouyicn.help", "imitation"),
            ("https://webhook.site/1", "collector"),
            ("https://a-b.trycloudflare.com", "collector"),
            ("http://198.51.100.7:8080/x", "address"),
            ("http://[2001:db8::7]/x", "address"),
            ("http://127.0.0.1:8080", "local"),
            ("http://192.168.1.5", "local"),
            ("http://okx-proxy:8080", "local"),
            ("https://okx.trading.example.com", "other"),
            ("https://github.com/okx/agent-skills", "other"),
            ("https://okx.github.io", "other"),
            ("https://api.binance.com", "other"),
            ("https://bookx.com", "other"),
        ],
    )
    def test_an_address_is_somebodys(self, text: str, whose: str) -> None:
        found = address(text)
        assert found is not None
        assert kind(found, _USAGE) == whose

    @pytest.mark.parametrize(
        "text", ["https://{host}/api", "https://${BASE}/api", "www.okx.com", "mailto:a@okx.com", ""]
    )
    def test_a_host_that_is_put_together_is_none(self, text: str) -> None:
        assert address(text) is None


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("bot/main.py", "python"),
        ("a/Dockerfile.live", "docker"),
        ("requirements/base.txt", "manifest"),
        ("notes/base.txt", "prose"),
        ("requirements-dev.txt", "manifest"),
        ("uv.lock", "manifest"),
        (".env.production", "config"),
        ("deploy/live.env", "config"),
        ("Makefile", "shell"),
        ("SKILL.md", "prose"),
        ("LICENSE", ""),
        ("data.bin", ""),
        ("plan.docx!/word/styles.xml", ""),
        ("bot.zip!/bot/main.py", "python"),
    ],
)
def test_the_language_is_told_by_the_name(path: str, language: str) -> None:
    assert language_of(path) == language


class TestWhereTheyAreSeen:
    def test_a_line_has_one_practice_of_a_rule(self) -> None:
        text = 'import okx\nprint(secret_key, passphrase, f"{secret_key}")\n'
        assert _rules("bot.py", text) == [("okx-secret-logged", 2)]

    def test_a_call_of_several_lines_is_one_call(self) -> None:
        text = (
            'requests.get(\n    "https://www.okx.com/api/v5/account/balance",\n    headers=h,\n    verify=False,\n)\n'
        )
        assert _rules("bot.py", text) == [("okx-tls-off", 4)]

    def test_a_large_file_is_read_as_a_whole(self) -> None:
        filler = "def f():\n    return 1\n\n" * 3000
        text = f"import okx\n{filler}requests.get(url, verify=False)\n{filler}"
        assert _rules("bot.py", text) == [("okx-tls-off", 9002)]

    def test_what_a_large_file_says_of_a_place_counts_from_afar(self) -> None:
        filler = "def f():\n    return 1\n\n" * 3000
        string = f'HELP = """\nimport okx\n{filler}requests.get(url, verify=False)\n{filler}"""\nimport okx\n'
        assert _rules("bot.py", string) == []
        assert _rules("bot.py", f"import okx\n{filler}# {filler}# requests.get(url, verify=False)\n") == []
        spread = (
            f"import okx\n{filler}requests.get(\n    url,\n    headers=h,\n    json=b,\n    verify=False,\n)\n{filler}"
        )
        assert _rules("bot.py", spread) == [("okx-tls-off", 9006)]

    def test_a_place_and_what_speaks_of_the_whole_text_may_be_far_apart(self) -> None:
        filler = "def f():\n    return 1\n\n" * 30
        text = f'import okx.Trade as Trade\nflag = "0"\n{filler}api = Trade.TradeAPI(KEY, SECRET, WORD, False, flag)\n'
        assert _rules("tests/test_orders.py", text) == [("okx-live-in-tests", 2)]
        assert _rules("tests/test_orders.py", f"{text}{filler}server = mock.server()\n") == []

    def test_a_notebook_has_its_place_in_the_file(self) -> None:
        text = (
            '{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": [\n'
            '"import okx\\n",\n"print(secret_key)\\n"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
        )
        assert _rules("bot.ipynb", text) == [("okx-secret-logged", 3)]

    def test_the_values_in_its_line_are_masked(self) -> None:
        text = expand(
            'OKX = "www.okx.com"\nrun(api_key="<api_key>", secret_key="<secret_key>", passphrase="<passphrase>")\n'
        )
        line = expand(
            'ccxt.okx({"apiKey": "<api_key>", "secret": "<secret_key>", "password": "<passphrase>", "verbose": True})\n'
        )
        outcome = api.scan_text("bot.py", text + line, rules=rule_set())
        (practice,) = outcome.practices
        assert practice.rule == "okx-client-debug"
        assert practice.text.count("********") == 3
        assert not any(expand(mark) in practice.text for mark in ("<api_key>", "<secret_key>", "<passphrase>"))
        assert outcome.findings


class TestWhereTheyAreLeftAlone:
    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("bot.py", "requests.get(url, verify=False)\n"),
            ("bot.py", "# import okx\nrequests.get(url, verify=False)\n"),
            ("bot.py", '"""Works with www.okx.com.\n\nprint(secret_key)\n"""\nrequests.get(url, verify=False)\n'),
            ("bot.js", "/* www.okx.com\n   console.log(secretKey) */\nconsole.log(secretKey);\n"),
            ("README.md", "Use okx.com:\n\n    requests.get(url, verify=False)\n    print(secret_key)\n"),
            ("notes", "import okx\nprint(secret_key)\n"),
            ("page.html", "<!-- OKX_API_KEY= --><p>print(secret_key)</p>\n"),
            ("test.py", "import okx\nassert client.verify is False\nif verify == False: pass\n"),
            ("body.py", 'import okx\nexpected = \'{"perm": "trade", "ip": ""}\'\n'),
        ],
    )
    def test_what_uses_nothing_or_says_nothing(self, path: str, text: str) -> None:
        assert _rules(path, text) == []
