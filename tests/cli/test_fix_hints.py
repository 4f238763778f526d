"""`--fix-hints`: a masked diff for reading, and one with values that git applies; what it makes parses and is clean."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from keyguard.packs import expand
from tests.cli.conftest import put

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Keyguard

PARTS = ("api_key", "secret_key", "passphrase")
FILES = {
    "bot.py": '''"""A bot."""
from __future__ import annotations
# what follows is configuration
import okx.Account as Account

API_KEY = "<api_key>"
api = Account.AccountAPI(API_KEY, "<secret_key>", passphrase='<passphrase>', flag="0")
''',
    "client.js": """const { RestClient } = require('okx-api');
const c = new RestClient({ apiKey: '<api_key:2>', apiSecret: "<secret_key:2>", apiPass: `<passphrase:2>` });
""",
    "main.go": """package main

import (
\t"fmt"
)

func main() {
\tc := okx.NewClient("<api_key:3>", "<secret_key:3>", "<passphrase:3>")
\tfmt.Println(c)
}
""",
    "run.sh": """export OKX_API_KEY=<api_key:4>
export OKX_SECRET_KEY='<secret_key:4>'
export OKX_PASSPHRASE="<passphrase:4>\"""",
    "a folder/docker-compose.yml": """services:
  bot:
    environment:
      OKX_API_KEY: <api_key:5>\r
      OKX_SECRET_KEY: "<secret_key:5>"
      OKX_PASSPHRASE: '<passphrase:5>'
""",
    ".github/workflows/trade.yml": """on: push
env:
  OKX_API_KEY: <api_key:6>
  OKX_SECRET_KEY: <secret_key:6>
  OKX_PASSPHRASE: "<passphrase:6>"
""",
    "okx.rs": """let api_key = "<api_key:7>".to_string();
let secret_key = String::from("<secret_key:7>");
let okx_passphrase = "<passphrase:7>".to_owned();
""",
    "Okx.java": """class Okx {
  static final String OKX_API_KEY = "<api_key:8>";
  static final String OKX_SECRET_KEY = "<secret_key:8>";
  static final String OKX_PASSPHRASE = "<passphrase:8>";
}
""",
}
VALUES = [expand(f"<{part}:{number}>", "cli") for part in PARTS for number in range(1, 10)]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository in which each file holds a credential of its own."""
    root = tmp_path / "repository"
    for name, text in FILES.items():
        put(root / name, text)
    put(root / ".env", "OKX_API_KEY=<api_key:9>\nOKX_SECRET_KEY=<secret_key:9>\nOKX_PASSPHRASE=<passphrase:9>\n")
    put(root / ".gitignore", "build/")
    _git(root, "init", "-q")
    _git(root, "add", "-A")
    return root


def _git(root: Path, *arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        [shutil.which("git") or "git", *arguments],
        cwd=root,
        input=stdin.encode("utf-8"),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return done.stdout.decode()


def test_the_diff_with_values_applies_and_what_it_makes_is_clean(keyguard: Keyguard, repository: Path) -> None:
    ran = keyguard("scan", "--fix-hints", "--show-secrets", "--no-history", ".", cwd=repository)
    assert ran.code == 1
    _git(repository, "apply", "--whitespace=nowarn", stdin=ran.out)
    text = {name: (repository / name).read_text("utf-8") for name in FILES}
    tree = ast.parse(text["bot.py"])
    assert any(isinstance(one, ast.Import) and one.names[0].name == "os" for one in tree.body)
    assert 'os.environ["API_KEY"]' in text["bot.py"]
    if node := shutil.which("node"):
        subprocess.run([node, "--check", repository / "client.js"], check=True, timeout=60)
    subprocess.run([shutil.which("sh") or "sh", "-n", repository / "run.sh"], check=True, timeout=60)
    assert text["main.go"].count('"os"') == 1
    composed = yaml.safe_load(text["a folder/docker-compose.yml"])["services"]["bot"]["environment"]
    assert all(value.startswith("${OKX_") for value in composed.values())
    assert "${{ secrets.OKX_API_KEY" in yaml.safe_load(text[".github/workflows/trade.yml"])["env"]["OKX_API_KEY"]
    assert text["okx.rs"].count("std::env::var(") == 3
    _git(repository, "rm", "-q", "--cached", ".env")
    assert _git(repository, "check-ignore", ".env").strip() == ".env"
    left = keyguard("scan", "--no-history", "--format", "json", *FILES, cwd=repository)
    assert (left.code, left.rules) == (0, [])


def test_gnu_patch_takes_it_too(keyguard: Keyguard, repository: Path) -> None:
    if not (patch := shutil.which("patch")):
        pytest.skip("no patch here")
    ran = keyguard("scan", "--fix-hints", "--show-secrets", "bot.py", "run.sh", cwd=repository)
    subprocess.run([patch, "-p1", "-s"], cwd=repository, input=ran.out.encode(), check=True, timeout=60)
    assert keyguard("scan", "--no-history", "bot.py", "run.sh", cwd=repository).code == 0


def test_by_default_no_value_is_shown_and_nothing_is_changed(keyguard: Keyguard, repository: Path) -> None:
    short = put(repository / "short.py", 'import okx\nokx_api_key = "<api_key>"; okx_passphrase = "Ab1!x"\n')
    before = {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}
    ran = keyguard("scan", "--fix-hints", "--no-history", ".", cwd=repository)
    assert "keyguard scan --fix-hints --show-secrets | git apply" in ran.out
    assert "To be typed: git rm --cached -- .env" in ran.out
    assert '-API_KEY = "********"\n+API_KEY = os.environ["API_KEY"]\n' in ran.out
    assert "Ab1!x" not in ran.out
    assert not any(value in ran.out + ran.err for value in VALUES)
    assert short in before
    assert all(path.read_bytes() == content for path, content in before.items())


def test_in_a_job_of_a_ci_it_never_shows_values(keyguard: Keyguard, repository: Path) -> None:
    ran = keyguard("scan", "--fix-hints", "--show-secrets", ".", cwd=repository, env={"CI": "true"})
    assert (ran.code, ran.out) == (2, "")
    assert "--show-secrets is refused in a CI job" in ran.err


EXPRESSIONS = {  # of languages, in place of a whole literal
    "Okx.cs": (
        'var okx = new OkxClient(apiKey: "<api_key>", secretKey: "<secret_key>", passphrase: "<passphrase>");\n',
        'System.Environment.GetEnvironmentVariable("{}")',
    ),
    "Okx.kt": (
        'val okxApiKey = "<api_key>"\nval okxSecretKey = "<secret_key>"\nval okxPassphrase = "<passphrase>"\n',
        'System.getenv("{}")',
    ),
    "okx.php": (
        "<?php\n$okxApiKey = '<api_key>';\n$okxSecretKey = '<secret_key>';\n$okxPassphrase = \"<passphrase>\";\n",
        "getenv('{}')",
    ),
    "okx.rb": (
        "okx_api_key = '<api_key>'\nokx_secret_key = '<secret_key>'\nokx_passphrase = '<passphrase>'\n",
        'ENV.fetch("{}")',
    ),
    "okx.ps1": (
        '$OkxApiKey = "<api_key>"\n$OkxSecretKey = "<secret_key>"\n$OkxPassphrase = "<passphrase>"\n',
        "$env:{}",
    ),
    "okx.ts": (
        "const okx = { apiKey: '<api_key>', apiSecret: \"<secret_key>\", apiPass: `<passphrase>` };\n",
        "process.env.{}!",
    ),
}
SCALARS = {  # of formats, within a scalar
    "src/main/resources/application.yml": (
        "okx:\n  api-key: <api_key>\n  secret-key: '<secret_key>'\n  passphrase: \"<passphrase>\"\n",
        "${{{}}}",
    ),
    "application-live.properties": (
        "okx.api-key=<api_key>\nokx.secret-key=<secret_key>\nokx.passphrase=<passphrase>\n",
        "${{{}}}",
    ),
    ".mcp.json": (
        """{"mcpServers": {"okx": {"env": {
"OKX_API_KEY": "<api_key>",
"OKX_SECRET_KEY": "<secret_key>",
"OKX_PASSPHRASE": "<passphrase>"
}}}}
""",
        "${{{}}}",
    ),
    ".gitlab-ci.yml": (
        """trade:
  variables:
    OKX_API_KEY: <api_key>
    OKX_SECRET_KEY: '<secret_key>'
    OKX_PASSPHRASE: "<passphrase>"
  script: [python bot.py]
""",
        "${}",
    ),
}


@pytest.mark.parametrize("name", [*EXPRESSIONS, *SCALARS])
def test_each_language_and_format_refers_to_the_environment(keyguard: Keyguard, tmp_path: Path, name: str) -> None:
    text, reference = (EXPRESSIONS | SCALARS)[name]
    path = put(tmp_path / name, text)
    _git(tmp_path, "apply", stdin=keyguard("scan", "--fix-hints", "--show-secrets", ".").out)
    quote = "[\"'`]" if name in EXPRESSIONS else ""
    assert path.read_text() == re.sub(
        f"{quote}<(\\w+)>{quote}", lambda found: reference.format(f"OKX_{found[1].upper()}"), text
    )
    left = keyguard("scan", "--format", "json", ".")
    assert (left.code, left.report["findings"]) == (0, [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.json", '{"okx": {"apiKey": "<api_key>", "secret": "<secret_key>", "passphrase": "<passphrase>"}}\n'),
        ("c.toml", '[okx]\napi_key = "<api_key>"\nsecret_key = "<secret_key>"\n'),
        ("c.ini", "[okx]\napi_key = <api_key>\nsecret_key = <secret_key>\n"),
        ("c.go", 'package c\n\nconst (\n\tOKXApiKey = "<api_key>"\n\tOKXSecretKey = "<secret_key>"\n)\n'),
        ("C.cs", 'class C { const string OKX_API_KEY = "<api_key>"; }\n'),
        ("c.php", '<?php\nclass C {\n    private $okxApiKey = "<api_key>";\n}\n'),
        ("c.py", '# okx_api_key = "<api_key>"\nokx_secret_key = b"<secret_key>"\n'),
        ("c.js", '/* okx\n apiKey = "<api_key>"\n*/\n'),
        ("c.sh", "cat <<'END' >okx.conf\nOKX_API_KEY=<api_key>\nEND\n"),
    ],
)
def test_where_no_safe_form_exists_there_is_none(keyguard: Keyguard, tmp_path: Path, name: str, text: str) -> None:
    put(tmp_path / name, text)
    ran = keyguard("scan", "--fix-hints", ".")
    assert ran.code == 1
    assert "+++" not in ran.out
    assert f"No safe edit: {name}" in ran.out


def test_the_default_of_a_lookup_goes(keyguard: Keyguard, tmp_path: Path) -> None:
    path = put(tmp_path / "bot.py", 'import os, okx\nkey = os.environ.get("OKX_API_KEY", "<api_key>")\n')
    ran = keyguard("scan", "--fix-hints", "--show-secrets", ".")
    _git(tmp_path, "apply", stdin=ran.out)
    assert path.read_text() == 'import os, okx\nkey = os.environ.get("OKX_API_KEY")\n'


def test_practices_that_one_edit_mends_are_mended(keyguard: Keyguard, tmp_path: Path) -> None:
    path = put(
        tmp_path / "bot.py",
        'import okx\nBASE_URL = "http://www.okx.com"\nr = get("https://www.okx.com/api/v5/account", verify=False)\n'
        'api_url = "https://www.0kx.com/api/v5/trade/order"\n',
    )
    assert keyguard("scan", ".").code == 1
    diff = keyguard("scan", "--fix-hints", ".").out  # no value stands in it: it applies as it is
    _git(tmp_path, "apply", "--unidiff-zero", stdin=diff)
    assert path.read_text() == (
        'import okx\nBASE_URL = "https://www.okx.com"\nr = get("https://www.okx.com/api/v5/account", verify=True)\n'
        'api_url = "https://www.okx.com/api/v5/trade/order"\n'
    )
    assert keyguard("scan", ".").code == 0


@pytest.mark.parametrize(("dockerfile", "env"), [("Dockerfile", ".env"), ("bot/docker/Dockerfile", "bot/live/.env")])
def test_an_image_leaves_out_what_it_would_take_along(
    keyguard: Keyguard, tmp_path: Path, dockerfile: str, env: str
) -> None:
    put(tmp_path / dockerfile, "FROM python:3.12\nCOPY . .\n")
    put(tmp_path / env)
    _git(tmp_path, "init", "-q")
    ran = keyguard("scan", "--fix-hints", "--show-secrets", "--no-history", ".", cwd=tmp_path)
    _git(tmp_path, "apply", stdin=ran.out)
    assert (tmp_path / dockerfile.partition("docker/")[0].replace("Dockerfile", "") / ".dockerignore").is_file()
    after = keyguard("scan", "--no-history", "-f", "json", ".", cwd=tmp_path)
    assert "okx-image-copies-all" in keyguard("rules", "list").out
    assert not [one for one in after.report["practices"] if one["rule"] == "okx-image-copies-all"]


def test_it_takes_the_place_of_a_report(keyguard: Keyguard, leak: Path) -> None:
    ran = keyguard("scan", "--fix-hints", "--format", "json", leak)
    assert ran.code == 2
    assert "--report json=FILE" in ran.err


def test_a_value_may_end_its_file(keyguard: Keyguard, tmp_path: Path) -> None:
    path = put(tmp_path / "run.sh", "export OKX_API_KEY=<api_key>")
    ran = keyguard("scan", "--fix-hints", "--show-secrets", ".")
    _git(tmp_path, "apply", stdin=ran.out)
    assert path.read_text() == 'export OKX_API_KEY="${OKX_API_KEY:?}"'
