"""`keyguard init` in real repositories: what it writes, what it leaves alone, and that a second run changes nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from keyguard import __version__, home
from keyguard.cli import setup
from keyguard.cli.setup import credentials, hooks, pipelines
from keyguard.git.program import find_git
from keyguard.packs import expand
from keyguard.report import FORMATS
from tests.cli.conftest import ENV_FILE, GITHUB, OWN, put, values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.cli.conftest import Keyguard

PROGRAMS = Path(sys.executable).parent
COMMIT = "89abcdef0123456789abcdef0123456789abcdef"
SOURCE = f"{GITHUB}@{COMMIT}"
MIRROR = home.Repository("https://git.example.org/sec/keyguard", COMMIT)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "bot"
    folder.mkdir()
    git(folder, "init", "-q")
    put(folder / ".env", ENV_FILE)
    return folder


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    return subprocess.run(
        [find_git() or "", *who, *arguments], cwd=folder, capture_output=True, check=True, text=True
    ).stdout


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("again", [False, True])
def test_a_pipeline_that_was_asked_for_and_cannot_be_written_is_an_error(
    keyguard: Keyguard, repository: Path, *, again: bool
) -> None:
    words = ("init", "--yes", "--ci", "gitlab")
    ran = [keyguard(*words, cwd=repository) for _ in range(1 + again)][-1]
    assert ran.code == 2
    assert ran.err.startswith("error: .gitlab-ci.yml cannot be written: nothing says where others would get")
    assert "everything is there" not in ran.out
    assert (repository / ".keyguard.yml").exists()


def test_sets_up_what_the_repository_uses(keyguard: Keyguard, repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://token-of-mine@github.com/acme/bot.git")
    put(repository / ".pre-commit-config.yaml", "repos:\n")
    ran = keyguard("init", "--yes", "--source", SOURCE, cwd=repository)
    assert (ran.code, ran.err) == (0, "")
    assert "uses GitHub, pre-commit; 1 finding and 1 practice in 2 files." in ran.out
    assert set(tree(repository)) == {
        ".env", ".keyguard.yml", ".gitignore", ".pre-commit-config.yaml", ".github/workflows/keyguard.yml"
    }  # fmt: skip
    assert "token-of-mine" not in ran.out
    workflow = yaml.safe_load((repository / ".github/workflows/keyguard.yml").read_text())
    uses = [step["uses"] for step in workflow["jobs"]["keyguard"]["steps"]]
    assert f"{OWN}/keyguard@{COMMIT}" in uses
    (hooks_,) = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text())["repos"]
    assert (hooks_["repo"], hooks_["rev"]) == (GITHUB, COMMIT)
    assert ".env" in (repository / ".gitignore").read_text().splitlines()
    assert keyguard("scan", cwd=repository).code == 0  # an ignored file's key is a note


def test_a_second_run_changes_nothing(keyguard: Keyguard, repository: Path) -> None:
    options = ["--ci", "github", "--ci", "gitlab", "--pre-commit", "--baseline", "--yes", "--source", SOURCE]
    git(repository, "add", "-f", ".env")
    assert keyguard("init", *options, cwd=repository).code == 0
    before = tree(repository)
    assert {".keyguard-baseline", ".gitattributes", ".gitlab-ci.yml", ".pre-commit-config.yaml"} <= set(before)
    ran = keyguard("init", *options, cwd=repository)
    assert (ran.code, "Nothing to write: everything is there." in ran.out) == (0, True)
    assert tree(repository) == before
    assert keyguard("scan", cwd=repository).code == 0  # the baseline holds what was there


@pytest.mark.parametrize("options", [["--dry-run"], []])
def test_nothing_is_written_unless_somebody_agrees(keyguard: Keyguard, repository: Path, options: list[str]) -> None:
    before = tree(repository)
    ran = keyguard("init", *options, cwd=repository)
    assert ran.code == (0 if options else 2)
    assert "+fail_on: low" in ran.out
    assert ran.err == (
        ""
        if options
        else "error: there is no terminal to ask on, so nothing is written.\nhint: --yes writes without asking.\n"
    )
    assert tree(repository) == before


def test_what_is_there_is_added_to_or_left_alone(keyguard: Keyguard, repository: Path) -> None:
    kept = {
        ".keyguard.yml": "fail_on: high  # as agreed\n",
        ".github/workflows/keyguard.yml": "name: ours\n",
        ".gitignore": "*.log",
        ".gitlab-ci.yml": "# ours\r\nstages: [lint]\r\ncheck:\r\n  script: [make]\r\n",
    }
    for name, text in kept.items():
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text(text, newline="")
    assert keyguard("init", "--yes", "--source", SOURCE, cwd=repository).code == 0
    after = {name: text.decode() for name, text in tree(repository).items()}
    assert all(after[name].startswith(text) for name, text in kept.items())
    assert after[".keyguard.yml"] == kept[".keyguard.yml"]
    assert after[".github/workflows/keyguard.yml"] == "name: ours\n"
    assert after[".gitlab-ci.yml"].count("\n") == after[".gitlab-ci.yml"].count("\r\n")
    assert yaml.safe_load(after[".gitlab-ci.yml"])["keyguard"]["stage"] == ".pre"


def test_a_link_that_leads_outside_is_never_written_through(
    keyguard: Keyguard, repository: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "profile").write_text("mine\n")
    (repository / ".gitignore").symlink_to(outside / "profile")
    (repository / ".github").symlink_to(outside)
    ran = keyguard("init", "--yes", "--ci", "github", "--source", SOURCE, cwd=repository)
    assert ran.code == 0
    assert ".gitignore is left alone: a symbolic link is on the way to it." in ran.out
    assert tree(outside) == {"profile": b"mine\n"}


def test_no_value_is_shown_in_the_lines_around_a_change(keyguard: Keyguard, repository: Path) -> None:
    put(repository / ".gitlab-ci.yml", "variables:\n  OKX_API_KEY: <api_key>\n  OKX_SECRET_KEY: <secret_key>\n")
    ran = keyguard("init", "--dry-run", "--source", SOURCE, cwd=repository)
    assert "   OKX_API_KEY: ********" in ran.out
    assert not [value for value in values() if value in ran.out + ran.err]


def test_a_value_in_a_name_is_neither_written_nor_shown(keyguard: Keyguard, repository: Path) -> None:
    key, phrase = values()[0], values()[4]
    for number, name in enumerate([f"keys-{phrase}.json", f"okx_key_{key}.json", f"{phrase}/.env"], 3):
        put(repository / name, f'{{"okx": {{"apiKey": "<api_key:{number}>"}}}}\n')
    for number, name in enumerate([f"{key}.conf", f"prod-{phrase}.env", f"{key}-creds.yml"], 6):
        put(repository / name, f"okx:\n  api_key: <api_key:{number}>\n")
        git(repository, "add", "-f", name)
    git(repository, "symbolic-ref", "HEAD", f"refs/heads/{key}")
    before = tree(repository)
    options = ["--ci", "github", "--ci", "gitlab", "--baseline", "--pre-commit", "--source", SOURCE]
    ran = keyguard("init", "--yes", *options, cwd=repository)
    assert ran.code == 0
    assert "Rename ********-creds.yml, ********.conf, ********/.env, keys-********.json" in ran.out
    written = [text for name, text in tree(repository).items() if name not in before]
    assert len(written) == 7
    for value in (*values(), *(expand(f"<api_key:{number}>", "cli") for number in range(3, 9))):
        assert value not in ran.out + ran.err
        assert not [text for text in written if value.encode() in text]


def test_a_folder_named_after_a_value_is_shown_without_it(keyguard: Keyguard, tmp_path: Path) -> None:
    folder = put(tmp_path / values()[0] / ".env").parent
    git(folder, "init", "-q")
    ran = keyguard("init", "--dry-run", cwd=folder)
    assert "/********: uses neither" in ran.out
    assert values()[0] not in ran.out + ran.err


def test_what_git_carries_though_it_is_ignored_is_to_be_taken_out_of_git(keyguard: Keyguard, repository: Path) -> None:
    names = ["config.json", "sub/live.yml", ".okx_creds.yml", ".env.example"]
    (repository / ".gitignore").write_text("config*.json\n.env*\n")
    put(repository / "sub" / ".gitignore", "live.*\n")
    for number, name in enumerate(names, 3):
        put(repository / name, f'okx: {{"apiKey": "<api_key:{number}>"}}\n')
    git(repository, "add", "-f", *names)
    ran = keyguard("init", "--yes", cwd=repository)
    assert "  git rm --cached .okx_creds.yml config.json sub/live.yml\n" in ran.out
    assert "the rest of it: .env.example. Take" in ran.out
    assert "+/config.json" not in ran.out
    assert "+/sub/live.yml" not in ran.out


def test_a_tracked_file_of_credentials_is_named_and_a_tracked_configuration_is_left_alone(
    keyguard: Keyguard, repository: Path
) -> None:
    put(repository / "config" / "app.yaml", "okx:\n  api_key: <api_key:2>\n")
    put(repository / "new.json", '{"okx": {"apiKey": "<api_key:3>"}}\n')
    git(repository, "add", "-f", ".env", "config")
    ran = keyguard("init", "--yes", cwd=repository)
    assert "git rm --cached .env" in ran.out
    ignored = (repository / ".gitignore").read_text().splitlines()
    assert "/new.json" in ignored
    assert not [line for line in ignored if "app.yaml" in line]


def test_outside_a_repository_and_with_a_strange_source_it_says_so(keyguard: Keyguard, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert "is in no git repository" in keyguard("init", "none").err
    assert "is no folder" in keyguard("init", "nowhere").err
    for source in (
        "git://x@1",
        "https://x/y",
        f"https://x/y; echo@{COMMIT}",
        "https://x/y@v1",
        f"https://x/y@{COMMIT}\n",
    ):
        ran = keyguard("init", "--source", source)
        assert (ran.code, ran.err[:15]) == (2, "error: --source")


def test_nothing_that_the_repository_names_is_run(keyguard: Keyguard, repository: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    for name in ("core.fsmonitor", "core.sshCommand", "core.pager", "diff.external"):
        git(repository, "config", name, f"touch {marker}")
    keyguard("init", "--yes", cwd=repository)
    assert not marker.exists()


class TestHooks:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "repos: []\n",
            "repos:\n",
            "# top\ndefault_stages: [pre-commit]\n",
            "repos:\n  - repo: local\n    hooks:\n      - id: a\n",
            "repos:\n-   repo: https://x.org/a\n    rev: '1'  # pinned\n    hooks:\n    -   id: a\n        args: [b]\n",
            "repos:\n- repo: https://x.org/a\n  rev: v1\n  hooks: [{id: a}]\n\n# what follows\nci:\n  skip: [a]\n",
            "repos:\n  - repo: local\n    hooks:\n      - id: a\n        # of a\n\n  # the end\nfail_fast: true\n",
            "repos:\n  - hooks:\n      - id: a\n    repo: local",
            "repos:\r\n  - repo: local\r\n    hooks:\r\n      - id: a\r\n",
            "---\nrepos:\n  - repo: local\n    hooks:\n      - id: é\n...\n",
        ],
    )
    def test_are_added_behind_the_others_in_any_layout(self, text: str) -> None:
        after = hooks.with_hooks(text, MIRROR, "1.2")
        old, new = yaml.safe_load(text) or {}, yaml.safe_load(after)
        assert new.pop("repos")[-1] == {
            "repo": MIRROR.address,
            "rev": COMMIT,
            "hooks": [{"id": "keyguard"}, {"id": "keyguard-push"}],
        }
        assert yaml.safe_load(after)["repos"][:-1] == (old.pop("repos", None) or [])
        assert new == old
        kept = iter(after.splitlines())
        assert all(line in kept for line in text.splitlines() if line not in {"repos: []", "repos:"})
        assert ("\r\n" in text) == ("\r\n" in after)
        assert hooks.with_hooks(after, MIRROR, "1.2") == after

    @pytest.mark.parametrize("text", ["[1]\n", "repos: [{repo: local}]\n", "repos: [\n", "repos: x\n", "a: *b\n"])
    def test_what_has_an_unusual_form_is_told_what_to_add(self, text: str) -> None:
        with pytest.raises(setup.CannotAddError, match="id: keyguard-push"):
            hooks.with_hooks(text, MIRROR, "1.2")


class TestPipelines:
    @pytest.mark.parametrize("source", [GITHUB, "https://git.example.org/sec/keyguard"])
    def test_the_workflow_is_valid_and_runs_no_expression(self, source: str) -> None:
        text = pipelines.workflow(home.Repository(source, COMMIT), "1.2")
        steps = yaml.safe_load(text)["jobs"]["keyguard"]["steps"]
        assert all("${{" not in step.get("run", "") for step in steps)
        assert any(
            source.removeprefix("https://github.com/") in step.get("uses", "") + step.get("run", "") for step in steps
        )

    @pytest.mark.parametrize(
        ("text", "stage"),
        [
            ("", None),
            ("stages: [build, test]\n", None),
            ("stages:\n  - build\n", ".pre"),
            ("a: !reference [x, y]\n", None),
        ],
    )
    def test_the_job_has_a_stage_that_there_is(self, text: str, stage: str | None) -> None:
        after = pipelines.with_job(text, MIRROR, "1.2")
        assert after.startswith(text)
        job = yaml.safe_load(after.removeprefix(text))["keyguard"]
        assert job.get("stage") == stage
        assert pipelines.with_job(after, MIRROR, "1.2") == after

    @pytest.mark.parametrize(
        "text",
        [
            'workflow:\n  rules:\n    - if: $CI_PIPELINE_SOURCE == "merge_request_event"\n',
            "test:\n  script: [make]\n  only: [merge_requests]\n",
            "include:\n  - template: Workflows/MergeRequest-Pipelines.gitlab-ci.yml\n",
            "a:\n  script: [echo $CI_MERGE_REQUEST_IID]\n",
        ],
    )
    def test_where_there_are_merge_request_pipelines_the_job_is_the_one_of_the_page(
        self, keyguard: Keyguard, repository: Path, text: str
    ) -> None:
        (repository / ".gitlab-ci.yml").write_text(text)
        assert keyguard("init", "--yes", "--source", SOURCE, cwd=repository).code == 0
        after = (repository / ".gitlab-ci.yml").read_text()
        assert after == f"{text}\n{self.shown('docs/ci.md')}"

    def test_elsewhere_the_job_is_the_one_without_rules(self, keyguard: Keyguard, repository: Path) -> None:
        text = "check:\n  script: [make]  # before every merge request\n"
        (repository / ".gitlab-ci.yml").write_text(text)
        assert keyguard("init", "--yes", "--source", SOURCE, cwd=repository).code == 0
        assert (repository / ".gitlab-ci.yml").read_text() == f"{text}\n{self.shown('docs/ci.md', rules=False)}"

    def shown(self, page: str, *, rules: bool = True) -> str:
        """Return the job for GitLab that a page shows, with rules or without."""
        blocks: list[str] = re.findall(r"(?s)```yaml\n(.*?)```", (Path(__file__).parents[2] / page).read_text("utf-8"))
        block = next(block for block in blocks if block.startswith("keyguard:\n") and ("rules:" in block) is rules)
        block = re.sub(r"https://github\.com/OWNER/keyguard@\w+", f"{GITHUB}@{COMMIT}", block)
        return block.replace(f" # v{__version__}", "")  # which --source does not say

    @pytest.mark.skipif("gitlab" not in FORMATS and not os.environ.get("CI"), reason="there is no such format yet")
    def test_the_job_writes_a_report_that_there_is(self) -> None:
        assert "--report gitlab=" in pipelines.with_job("", MIRROR)
        assert "gitlab" in FORMATS


def test_ignored_lines_are_added_once_and_escaped() -> None:
    text = credentials.with_ignored("", ["a b/[x].json", "c/.env", "d "])
    assert "/a b/\\[x\\].json" in text.splitlines()
    assert "/d\\ " in text.splitlines()
    assert "/c/.env" not in text.splitlines()  # `.env` covers it
    assert credentials.with_ignored(text, ["a b/[x].json", "c/.env", "d "]) == text


def test_where_nothing_says_where_keyguard_comes_from_nothing_is_fetched(keyguard: Keyguard, repository: Path) -> None:
    git(repository, "remote", "add", "origin", "https://github.com/acme/bot.git")
    for name in (".gitlab-ci.yml", ".pre-commit-config.yaml"):
        (repository / name).touch()
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    ran = keyguard("init", "--yes", cwd=repository, env={"PATH": path})
    assert ran.code == 0
    assert re.search(
        r"(?m)^Nothing says where others would get this keyguard from \(it [^)]*\): --source URL@COMMIT, the address "
        r"of a repository of keyguard and the full id of a commit, would pin the hooks in \.pre-commit-config\.yaml "
        r"and add keyguard to \.github/workflows/keyguard\.yml and \.gitlab-ci\.yml\.$",
        ran.out,
    )
    after = tree(repository)
    assert ".github/workflows/keyguard.yml" not in after
    assert after[".gitlab-ci.yml"] == b""
    (local,) = yaml.safe_load(after[".pre-commit-config.yaml"])["repos"]
    assert local["repo"] == "local"
    manifest = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text("utf-8"))
    for hook, ours in zip(local["hooks"], manifest, strict=True):
        kept = {
            name: value for name, value in ours.items() if name not in {"description", "minimum_pre_commit_version"}
        }
        assert hook == kept | {"language": "system"}
    assert not [text for text in after.values() if b"://" in text]
    (repository / ".pre-commit-config.yaml").write_text("")
    ran = keyguard("init", "--yes", cwd=repository, env={"PATH": os.environ["PATH"].replace(str(PROGRAMS), "")})
    (local,) = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text())["repos"]
    assert local["hooks"][0]["entry"] == f"{PROGRAMS / 'keyguard'} scan --staged"
    assert "which is on this machine only" in ran.out


def test_a_hook_that_is_not_fetched_blocks_a_leak(keyguard: Keyguard, repository: Path, tmp_path: Path) -> None:
    assert keyguard("init", "--yes", "--pre-commit", cwd=repository).code == 0
    (repository / ".gitignore").unlink()
    git(repository, "add", ".env", ".pre-commit-config.yaml")
    done = subprocess.run(
        [PROGRAMS / "pre-commit", "run", "keyguard"],
        cwd=repository,
        env=os.environ | {"PRE_COMMIT_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "okx-credential" in done.stdout


@pytest.mark.parametrize("folder", [".", "docs", "tests", "keyguard", "benchmarks"])
def test_no_recipe_and_no_code_names_an_owner_that_nobody_holds(folder: str) -> None:
    top = Path(__file__).parents[2] / folder
    made_up = re.compile("keyguard" + "-dev|keyguard" + r"(?:\.git)?@v\d")
    files = [path for path in (top.glob("*") if folder == "." else top.rglob("*")) if path.is_file()]
    files = [path for path in files if path.name != "test_addresses.py"]  # it looks for the same names
    assert files
    assert [path for path in files if made_up.search(path.read_text("utf-8", "replace"))] == []


class TestBranch:
    def test_the_workflow_runs_on_the_branch_that_a_clone_begins_on(
        self, keyguard: Keyguard, repository: Path, tmp_path: Path
    ) -> None:
        git(repository, "checkout", "-q", "-b", "develop")
        git(repository, "commit", "-q", "--allow-empty", "-m", "begin")
        git(tmp_path, "clone", "-q", str(repository), "clone")
        clone = tmp_path / "clone"
        git(clone, "checkout", "-q", "-b", "feature")
        assert self.branches(keyguard, clone) == ["develop"]

    @pytest.mark.parametrize("name", ["trunk", "release/1.0", "true", "a#b'c\"d", "wörk", "😀"])
    def test_without_an_origin_it_is_the_current_one_whatever_its_name(
        self, keyguard: Keyguard, repository: Path, name: str
    ) -> None:
        git(repository, "symbolic-ref", "HEAD", f"refs/heads/{name}")
        assert self.branches(keyguard, repository) == [name]

    def test_a_name_is_no_pattern_and_no_expression(self, keyguard: Keyguard, repository: Path) -> None:
        for name, wanted in (("!a+b]", r"\!a\+b\]"), ("a${{github.token}}", "**")):
            git(repository, "symbolic-ref", "HEAD", f"refs/heads/{name}")
            (repository / ".github/workflows/keyguard.yml").unlink(missing_ok=True)
            assert self.branches(keyguard, repository) == [wanted]

    def test_with_no_branch_at_all_it_is_main(self, keyguard: Keyguard, repository: Path) -> None:
        git(repository, "commit", "-q", "--allow-empty", "-m", "begin")
        git(repository, "checkout", "-q", "--detach")
        assert self.branches(keyguard, repository) == ["main"]

    def branches(self, keyguard: Keyguard, repository: Path) -> list[str]:
        assert keyguard("init", "--yes", "--ci", "github", "--source", SOURCE, cwd=repository).code == 0
        text = (repository / ".github/workflows/keyguard.yml").read_text("utf-8")
        branches: list[str] = yaml.safe_load(text)[True]["push"]["branches"]
        return branches


class TestIgnores:
    SHARED = (".env.example", "conf/.env.sample", "bot/prod.env.template", "example.env", "docs/live.example.env")

    def ignored(self, repository: Path, names: Iterable[str]) -> list[str]:
        return [name for name in names if self.is_ignored(repository, name)]

    def is_ignored(self, repository: Path, name: str) -> bool:
        done = subprocess.run([find_git() or "", "check-ignore", "-q", "--no-index", name], cwd=repository, check=False)
        return done.returncode == 0

    def test_the_usual_files_are_ignored_and_their_templates_never(self, keyguard: Keyguard, repository: Path) -> None:
        put(repository / ".env.example")
        put(repository / "examples" / "config.json", '{"okx": {"apiKey": "<api_key:3>"}}\n')
        ran = keyguard("init", "--yes", cwd=repository)
        assert self.ignored(repository, [*self.SHARED, "examples/config.json", "package.json"]) == []
        secret = [".env", "bot/.env.local", "conf/prod.env"]
        assert self.ignored(repository, secret) == secret
        assert "Not ignored, as others may need the rest of it: .env.example, examples/config.json." in ran.out

    def test_a_name_under_which_the_repository_shares_something_is_left_to_it(
        self, keyguard: Keyguard, repository: Path
    ) -> None:
        put(repository / "docker" / "defaults.env", "PORT=80\n")
        put(repository / "live.env", "OKX_API_KEY=<api_key:2>\n")
        git(repository, "add", "docker")
        keyguard("init", "--yes", cwd=repository)
        lines = (repository / ".gitignore").read_text().splitlines()
        assert "*.env" not in lines
        assert {".env", ".env.*", "/live.env"} <= set(lines)

    def test_what_the_history_alone_holds_is_not_ignored(self, keyguard: Keyguard, repository: Path) -> None:
        put(repository / "bot.json", '{"okx": {"apiKey": "<api_key:2>"}}\n')
        git(repository, "add", "bot.json")
        git(repository, "commit", "-q", "-m", "leak")
        put(repository / "bot.json", "{}\n")
        git(repository, "commit", "-q", "-a", "-m", "fixed")
        assert keyguard("init", "--yes", cwd=repository).code == 0
        assert self.ignored(repository, ["bot.json"]) == []

    def test_what_stays_in_git_is_named_with_what_to_do(self, keyguard: Keyguard, repository: Path) -> None:
        put(repository / "live.json", '{"okx": {"apiKey": "<api_key:2>"}}\n')
        put(repository / "conf" / "prod.env", "OKX_API_KEY=<api_key:3>\n")
        put(repository / "keys.yaml", "okx:\n  api_key: <api_key:4>\n")
        put(repository / "secrets.py", 'OKX_API_KEY = "<api_key:5>"\n')
        git(repository, "add", ".")
        ran = keyguard("init", "--yes", cwd=repository)
        assert "the rest of it: live.json, secrets.py. Take the values out" in ran.out
        assert "git rm --cached .env conf/prod.env keys.yaml" in ran.out
        assert self.ignored(repository, ["live.json", "secrets.py"]) == []

    @pytest.mark.parametrize("line", [".env*", "**/*.env*", "*env*"])
    def test_what_is_ignored_already_is_not_listed_again(self, line: str) -> None:
        text = f"{line}\n*.env\n"
        assert credentials.with_ignored(text, [".env", "a/prod.env"]) == text


def test_what_is_left_to_do_comes_in_the_order_in_which_it_helps(keyguard: Keyguard, repository: Path) -> None:
    git(repository, "add", ".env")
    steps = keyguard("init", "--yes", cwd=repository).out.partition("Next:\n")[2].splitlines()
    wanted = ["keyguard scan", "git rm --cached", "keyguard init --baseline", "git add", "keyguard hook install"]
    assert [step.strip()[: len(start)] for step, start in zip(steps, wanted, strict=True)] == wanted
    ran = keyguard("init", "--baseline", "--yes", cwd=repository)
    steps = ran.out.partition("Next:\n")[2].splitlines()
    assert (ran.code, "keyguard scan --baseline" in ran.out) == (0, False)
    assert steps[0].startswith("  # revoke each key that was found")
    assert "keyguard baseline audit" in steps[-1]
    lines = (repository / ".keyguard.yml").read_text().splitlines()
    assert [line for line in lines if "baseline:" in line] == ["baseline: .keyguard-baseline"]


def test_a_long_baseline_does_not_flood_the_terminal(keyguard: Keyguard, repository: Path) -> None:
    for number in range(100):
        put(repository / f"{number}.env", f"OKX_API_KEY=<api_key:{number + 10}>\n")
    git(repository, "add", ".")
    ran = keyguard("init", "--baseline", "--yes", cwd=repository)
    assert "more lines\n" in ran.out
    assert ran.out.count('+{"id"') < 60
    assert (repository / ".keyguard-baseline").read_text().count('{"id"') == 101
    assert "and 91 more" in ran.out


def test_what_was_written_before_trouble_is_told(keyguard: Keyguard, repository: Path) -> None:
    (repository / ".github").write_text("no folder\n")
    ran = keyguard("init", "--yes", "--ci", "github", "--source", SOURCE, cwd=repository)
    assert ran.code == 2
    assert ran.out.endswith("\nWritten: .keyguard.yml.\n")
    assert ran.err.startswith("error: .github/workflows/keyguard.yml cannot be written: ")
    assert (repository / ".keyguard.yml").exists()


def test_a_file_that_is_to_stay_as_it_is_is_left_alone(keyguard: Keyguard, repository: Path) -> None:
    (repository / ".pre-commit-config.yaml").write_text("repos: []\n")
    (repository / ".pre-commit-config.yaml").chmod(0o444)
    ran = keyguard("init", "--yes", cwd=repository)
    assert ran.code == 0
    assert ".pre-commit-config.yaml is left alone: it is read-only." in ran.out
    assert (repository / ".pre-commit-config.yaml").read_text() == "repos: []\n"


def test_who_records_again_is_told_how(keyguard: Keyguard, repository: Path) -> None:
    (repository / ".keyguard-baseline").write_text("")
    ran = keyguard("init", "--baseline", "--dry-run", cwd=repository)
    assert "`keyguard baseline create --update` adds to it what is new" in ran.out


def test_the_files_that_were_mended_are_committed_too(keyguard: Keyguard, repository: Path) -> None:
    put(repository / "bot.py", 'OKX_API_KEY = "<api_key:2>"\n')
    git(repository, "add", "bot.py")
    git(repository, "commit", "-q", "-m", "leak")
    ran = keyguard("init", "--yes", cwd=repository)
    assert "\n  git add .gitignore .keyguard.yml bot.py && git commit" in ran.out
