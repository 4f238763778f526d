"""Demo lowers a finding to medium, so only what says it beyond doubt does: never a passphrase, a comment or a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keyguard import packs
from keyguard.model import Severity
from tests.cases import findings

if TYPE_CHECKING:
    from pathlib import Path

PAIR = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\n"
WHOLE = PAIR + "OKX_PASSPHRASE=<passphrase>\n"
CALL = 'AccountAPI("<api_key>", "<secret_key>", "<passphrase>", False, "{}")'
DICT = '{"apiKey": "<api_key>", "secret": "<secret_key>", "password": "<passphrase>"}'
NEW = 'OkxClient("<api_key>", "<secret_key>", "<passphrase>")'
JAVA = "".join(
    f'  private static final String OKX_{n.upper()} = "<{n}>";\n' for n in ("api_key", "secret_key", "passphrase")
)
YAML = "".join(f"      {part}: <{part}>\n" for part in ("api_key", "secret_key", "passphrase"))

NOT_DEMO = {
    "a passphrase called demo beside a pair": (".env", PAIR + "OKX_DEMO_PASSPHRASE=<passphrase>\n"),
    "two passphrases, one called demo": (".env", WHOLE + "OKX_DEMO_PASSPHRASE=<passphrase:2>\n"),
    "a demo passphrase above": (".env", "OKX_SIMULATED_PASSPHRASE=<passphrase>\n" + PAIR),
    "a key and a demo passphrase": (".env", "OKX_API_KEY=<api_key>\nOKX_PASSPHRASE_DEMO=<passphrase>\n"),
    "a passphrase in a mapping called demo": (
        "c.yml",
        "okx:\n  api_key: <api_key>\n  secret_key: <secret_key>\n  demo:\n    passphrase: <passphrase>\n",
    ),
    "another exchange's switches": (".env", "BINANCE_DEMO=true\nTESTNET=true\n" + WHOLE),
    "a comment with the switch": (".env", "# FLAG=1 is for demo trading\n" + WHOLE),
    "a comment above": (".env", "# demo:\n" + WHOLE),
    "a comment behind": ("a.py", 'okx_api_key = "<api_key>"  # flag = "1" for demo\nokx_secret_key = "<secret_key>"\n'),
    "a comment with the demo host": ("a.js", f"// wss://wspap.okx.com:8443 for demo\nconst okx = {DICT};\n"),
    "a block comment": ("A.java", f"/*\n * sandbox: true\n * wspap.okx.com\n */\nObject okx = {DICT};\n"),
    "a comment in an INI file": ("okx.ini", "; flag = 1\n" + WHOLE),
    "a comment in SQL": ("okx.sql", f"-- flag = 1\ninsert into okx values ('{DICT}');\n"),
    "a docstring": ("a.py", f'"""Use okx passphrase=...\n\nflag = 1\n"""\nokx = {DICT}\n'),
    "a comment that opens a block": (
        "a.py",
        f"class Okx:\n    # demo:\n    conf = {DICT}\n",
    ),
    "a comment in XML": (
        "a.config",
        """<okx>
        <!-- <add key="flag" value="1"/> -->
        <add key="OKX_API_KEY" value="<api_key>"/><add key="OKX_SECRET_KEY" value="<secret_key>"/>
        </okx>""",
    ),
    "a note about the demo host": ("notes.md", "The demo host is wspap.okx.com.\n\n" + WHOLE),
    "code with both hosts": (
        "a.py",
        f'HOSTS = {{"a": "wss://ws.okx.com:8443", "b": "wss://wspap.okx.com:8443"}}\nokx = {DICT}\n',
    ),
    "a class around it": ("DemoApplication.java", f"public class DemoApplication {{\n{JAVA}}}\n"),
    "a class around the call": ("a.py", f"class DemoBot:\n    def __init__(self):\n        self.okx = {NEW}\n"),
    "a function around the call": ("a.py", f"def demo():\n    okx = {NEW}\n"),
    "a function in Go": (
        "a.go",
        'func runDemo() {\n\tc := okx.Config{APIKey: "<api_key>", SecretKey: "<secret_key>"}\n}\n',
    ),
    "a test's title": ("a.ts", f'describe("demo", () => {{ const c = new {NEW}; }});\n'),
    "a namespace": ("a.cs", f"namespace Demo {{ class P {{ OkxClient c = new {NEW}; }} }}\n"),
    "a shell's function": ("a.sh", "demo() {\n" + WHOLE + "}\n"),
    "a module of Terraform": (
        "a.tf",
        'module "demo" {\n  okx_api_key = "<api_key>"\n  okx_secret_key = "<secret_key>"\n}\n',
    ),
    "a class of tests": ("a.py", f"class TestSandbox(TestCase):\n    def test_a(self):\n        c = {NEW}\n"),
    "a service": (
        "docker-compose.yml",
        f"services:\n  demo:\n    environment:\n{YAML}",
    ),
    "a switch of the whole file": (".env", WHOLE + "SIMULATED=1\n"),
    "a switch that OKX does not have": (".env", "TESTNET=true\n" + WHOLE),
    "a switch of another exchange": (".env", "BYBIT_API_KEY=abc\nSIMULATED=1\n\n\n" + WHOLE),
    "a switch of a program": ("a.py", f"demo = True\nokx = {DICT}\n"),
    "a live flag in the call": ("a.py", CALL.format(0)),
    "a demo variable with a live flag": ("a.py", "okx_demo = " + CALL.format(0)),
    "a demo mapping whose switch says live": ("a.py", f"okx = {{'demo': {DICT[:-1]}, 'sandbox': False}}}}\n"),
}
DEMO = {
    "the names": (".env", WHOLE.replace("OKX_", "OKX_DEMO_")),
    "the key's name": (".env", WHOLE.replace("OKX_API_KEY", "OKX_DEMO_API_KEY")),
    "the call": ("a.py", CALL.format(1)),
    "the first argument": ("a.py", 'OKXEnvironment("demo", "<api_key>", "<secret_key>", "<passphrase>")'),
    "the last argument": ("a.js", "new OkxClient('<api_key>', '<secret_key>', '<passphrase>', 'paper')"),
    "a field of a printed structure": (
        "a.log",
        "okx &{ApiKey:<api_key> SecretKey:<secret_key> Passphrase:<passphrase> Simulated:true Timeout:10s}\n",
    ),
    "the variable in capitals": ("a.py", f"OKX_DEMO = {NEW}\n"),
    "an account of a mapping": (
        "c.yml",
        f"demo:\n  okx:\n    credentials:\n{YAML}",
    ),
    "the variable": ("a.py", f"okx_demo = {DICT}\n"),
    "the mapping": ("c.yml", "okx:\n  demo:\n    api_key: <api_key>\n    secret_key: <secret_key>\n"),
    "the switch in the mapping": ("a.py", f"okx = {DICT[:-1]}, 'sandbox': True}}\n"),
    "the switch beside one credential": (".env", WHOLE + "OKX_FLAG=1\n"),
    "the header": (
        "a.sh",
        'curl -H "OK-ACCESS-KEY: <api_key>" -H "OK-ACCESS-PASSPHRASE: <passphrase>" -H "x-simulated-trading: 1" $URL\n',
    ),
    "the demo host in code": ("a.js", f'const url = "wss://wspap.okx.com:8443";\nconst okx = {DICT};\n'),
}


def _severities(folder: Path, name: str, text: str) -> list[tuple[Severity, str | None]]:
    (folder / name).write_text(packs.expand(text, name))
    return [(finding.severity, finding.realm) for finding in findings(folder) if len(finding.matches) > 1]


@pytest.mark.parametrize("what", NOT_DEMO)
def test_what_does_not_say_demo_of_key_or_secret_lowers_nothing(what: str, tmp_path: Path) -> None:
    severities = _severities(tmp_path, *NOT_DEMO[what])
    assert severities
    assert all(severity >= Severity.HIGH and realm != "demo" for severity, realm in severities)


@pytest.mark.parametrize("what", DEMO)
def test_key_secret_call_header_and_variable_say_demo(what: str, tmp_path: Path) -> None:
    assert _severities(tmp_path, *DEMO[what]) == [(Severity.MEDIUM, "demo")]


def test_a_copy_without_a_word_keeps_a_demo_key_demo_and_another_key_lowers_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text(packs.expand(WHOLE.replace("OKX_", "OKX_DEMO_")))
    (tmp_path / "b.env").write_text(packs.expand(WHOLE))
    assert [finding.severity for finding in findings(tmp_path)] == [Severity.MEDIUM]
    (tmp_path / "c.env").write_text(packs.expand(WHOLE.replace("<api_key>", "<api_key:2>")))
    assert [finding.severity for finding in findings(tmp_path)] == [Severity.CRITICAL]


def test_the_switch_in_one_mapping_says_nothing_of_another(tmp_path: Path) -> None:
    other = '{"secret": "<secret_key:2>", "password": "<passphrase:2>", "flag": "1"}'
    severities = _severities(tmp_path, "a.py", f"okx_a = {DICT}\nokx_b = {other}\n")
    assert severities == [(Severity.CRITICAL, None), (Severity.MEDIUM, "demo")]
