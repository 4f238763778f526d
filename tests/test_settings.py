from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keyguard.errors import SettingsError
from keyguard.model import Confidence, Severity
from keyguard.settings import _ALLOW_KEYS, _KEYS, Allow, Settings, _is_pattern, _text, _yaml, find_config, load, nearest

SAMPLE = """\
fail_on: high
min_confidence: low
only: [rule-a, rule-b]
skip: [rule-b]
rules: [packs/own.yml]
exclude: [vendor/]
allow:
  - rule: rule-a
    path: tests/**
    reason: made-up values
    expires: 2030-01-31
max_file_size: 1 MiB
time_limit: 2.5
strict: true
all: true
"""

SAMPLE_TOML = """\
[project]
name = "bot"

[tool.keyguard]
fail-on = "high"
min_confidence = "low"
only = ["rule-a", "rule-b"]
skip = ["rule-b"]
rules = ["packs/own.yml"]
exclude = ["vendor/"]
max-file-size = "1 MiB"
time-limit = 2.5
strict = true
all = true

[[tool.keyguard.allow]]
rule = "rule-a"
path = "tests/**"
reason = "made-up values"
expires = 2030-01-31
"""


def _load(root: Path, text: str, name: str = ".keyguard.yml", **options: object) -> Settings:
    (root / name).write_text(text, encoding="utf-8")
    return load(root, None, options)


def _message(root: Path, text: str, name: str = ".keyguard.yml", **options: object) -> str:
    with pytest.raises(SettingsError) as caught:
        _load(root, text, name, **options)
    return f"{caught.value.message} | {caught.value.hint}"


def test_without_a_config_all_values_are_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, None, {}) == Settings(root=tmp_path)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "{}", "only:\n", "allow:\n  # - rule: x\n"])
def test_an_empty_config_is_fine(tmp_path: Path, text: str) -> None:
    assert _load(tmp_path, text) == Settings(root=tmp_path, config=".keyguard.yml")


@pytest.mark.parametrize(
    ("name", "text"), [(".keyguard.yml", SAMPLE), (".keyguard.yaml", SAMPLE), ("pyproject.toml", SAMPLE_TOML)]
)
def test_every_key_is_read_from_every_file(tmp_path: Path, name: str, text: str) -> None:
    assert _load(tmp_path, text, name) == Settings(
        root=tmp_path,
        config=name,
        fail_on=Severity.HIGH,
        min_confidence=Confidence.LOW,
        only=("rule-a", "rule-b"),
        skip=("rule-b",),
        rules=(tmp_path / "packs/own.yml",),
        exclude=("vendor/",),
        allow=(Allow("made-up values", rule="rule-a", path="tests/**", expires=date(2030, 1, 31)),),
        max_file_size=1 << 20,
        time_limit=2.5,
        strict=True,
        everything=True,
    )


def test_an_option_wins_over_the_config(tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "fail_on": "note",
        "only": ("rule-c",),
        "strict": False,
        "all": False,
        "max_file_size": "5",
    }
    settings = _load(tmp_path, SAMPLE, **options)
    assert (settings.fail_on, settings.only, settings.skip) == (Severity.NOTE, ("rule-c",), ("rule-b",))
    assert (settings.strict, settings.everything, settings.max_file_size) == (False, False, 5)


def test_typed_packs_and_excludes_are_added_and_packs_of_a_config_are_relative_to_it(tmp_path: Path) -> None:
    settings = _load(tmp_path, SAMPLE, rules=(Path("mine.yml"), "other.yml"), exclude=["*.log"])
    assert settings.rules == (tmp_path / "packs/own.yml", Path("mine.yml"), Path("other.yml"))
    assert settings.exclude == ("vendor/", "*.log")


def test_a_config_that_is_named_is_taken_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root/.keyguard.yml").write_text("fail_on: note")
    (tmp_path / "ci.yml").write_text("fail_on: high\nrules: [own.yml]")
    settings = load(tmp_path / "root", tmp_path / "ci.yml", {})
    assert (settings.fail_on, settings.config) == (Severity.HIGH, str(tmp_path / "ci.yml"))
    assert settings.rules == (tmp_path / "own.yml",)


def test_a_config_is_found_at_the_root_only(tmp_path: Path) -> None:
    (tmp_path / ".keyguard.yml").touch()
    (tmp_path / "inner").mkdir()
    assert find_config(tmp_path) == tmp_path / ".keyguard.yml"
    assert find_config(tmp_path / "inner") is None


def test_a_file_as_root_has_no_config(tmp_path: Path) -> None:
    (tmp_path / "a.env").touch()
    assert load(tmp_path / "a.env", None, {}) == Settings(root=tmp_path / "a.env")


@pytest.mark.parametrize("text", ["[project]\nname = 'x'", "# keyguard\n", "no toml, and not ours", "[tool.ruff]"])
def test_a_pyproject_that_says_nothing_of_keyguard_is_no_config(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert find_config(tmp_path) is None


@pytest.mark.parametrize("names", [(".keyguard.yml", "pyproject.toml"), (".keyguard.yml", ".keyguard.yaml")])
def test_two_configs_are_an_error_that_names_both(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).write_text("[tool.keyguard]" if name == "pyproject.toml" else "strict: true")
    with pytest.raises(SettingsError) as caught:
        find_config(tmp_path)
    assert all(name in caught.value.message for name in names)


def test_what_has_the_name_of_a_config_and_is_no_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".keyguard.yml").mkdir()
    with pytest.raises(SettingsError, match="no regular file"):
        load(tmp_path, None, {})


def test_a_config_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.yml: cannot be read"):
        load(tmp_path, tmp_path / "none.yml", {})


def test_a_named_toml_without_our_table_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]")
    with pytest.raises(SettingsError, match=r"has no \[tool\.keyguard\]"):
        load(tmp_path, tmp_path / "pyproject.toml", {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nfial_on: high", "yml:2: unknown key 'fial_on'. Did you mean 'fail_on'? | The keys are fail_on, min_"),
        ("fail-on: high", "Did you mean 'fail_on'?"),
        ("fail_on: hihg", "fail_on must be one of critical, high, medium, low, note, not 'hihg'. Did you mean 'high'?"),
        ("fail_on: HIGH", "Did you mean 'high'?"),
        ("fail_on: off", "not false"),
        ("fail_on:", "not empty"),
        ("min_confidence: critical", "one of high, medium, low"),
        ("only: rule-a", "only must be a list, not 'rule-a'"),
        ("strict: true\nonly: [a, 3]", "yml:2: only[2] must be a text that is not empty, not 3"),
        ("skip: ['']", "skip[1] must be"),
        ("exclude: ['[z-a]']", "exclude[1] must be a gitignore pattern"),
        ("exclude: ['# a']", "exclude[1] must be a gitignore pattern"),
        ("exclude: ['!']", "exclude[1] must be a gitignore pattern"),
        ("max_file_size: 0", "max_file_size must be a number of bytes above 0"),
        ("max_file_size: true", "max_file_size must be"),
        ("max_file_size: 3 apples", "not '3 apples'"),
        ("time_limit: 0", "time_limit must be a number of seconds"),
        ("time_limit: .nan", "time_limit must be"),
        ("time_limit: .inf", "time_limit must be"),
        ("time_limit: yes", "time_limit must be"),
        ("strict: 1", "strict must be true or false, not 1"),
        ("all: [true]", "all must be true or false, not a list"),
        ("- a", "yml:1: must be a mapping"),
        ("just text", "must be a mapping of keys to values"),
        ("[a]: b", "yml:1: a key must be a text"),
        ("strict: true\nstrict: true", "yml:2: key 'strict' is there twice"),
        ("allow: [{rule: a, rule: b}]", "key 'rule' is there twice"),
        ("a: &x 1\nb: *x", "yml:2: YAML aliases are not allowed"),
        ("<<: {strict: true}", "unknown key '<<'"),
        ("strict: !vault x", "yml:1:9: is no valid YAML"),
        ("only: [a\nskip: [b]", "yml:2:"),
        ("a: 1\n\tb: 2", "yml:2:1: is no valid YAML"),
        ("strict: \x07", "yml:1:9: is no valid YAML"),
        ("a: 1\n---\nb: 2", "is no valid YAML"),
        ("[" * 500_000, "nest"),
        ("- " * 500_000, "nest"),
        ("[" * 20 + "]" * 20, "yml:1: is nested too deeply"),
        ("strict: " + "9" * 5000, "yml:1: a value is no valid int"),
        ("#" * (1 << 20) + "\n", "is larger than 1 MiB"),
    ],
)
def test_an_error_names_the_file_the_line_the_key_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    assert said in _message(tmp_path, text)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{rule: a}", "yml:3: allow[2] has no reason"),
        ("{rule: a, reason: ' '}", "allow[2].reason must be a text that is not empty"),
        ("{reason: a}", "allow[2] needs a rule, a path or a fingerprint"),
        ("{reason: a, path: '!a'}", "allow[2].path must be a pattern without '!'"),
        ("{reason: a, pth: a}", "unknown key 'pth'. Did you mean 'path'?"),
        ("{reason: a, path: a, expires: soon}", "allow[2].expires must be a date such as 2030-01-31, not 'soon'"),
        ("{reason: a, path: a, expires: 20300131}", "allow[2].expires must be a date"),
        ("{reason: a, path: a, expires: '2030-02-31'}", "allow[2].expires must be a date"),
        ("{reason: a, path: a, expires: 2030-02-31}", "yml:3: a value is no valid timestamp"),
        ("{reason: a, path: a, expires: 2030-01-31T10:00:00}", "not a datetime"),
        ("a", "allow[2] must be a mapping with the keys rule, path, fingerprint, reason, expires"),
    ],
)
def test_a_wrong_allow_entry_is_named_by_its_number(tmp_path: Path, entry: str, said: str) -> None:
    assert said in _message(tmp_path, f"allow:\n- {{rule: a, reason: b}}\n- {entry}\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.keyguard]\n\nfial-on = 1", "toml:3: unknown key 'fial_on'. Did you mean 'fail_on'?"),
        ("[tool.keyguard]\nfail-on = 'low'\nfail_on = 'low'", "key 'fail_on' is there twice"),
        ("[tool.keyguard]\n[[tool.keyguard.allow]]\nrule = 'a'\nreason = 3", "toml:4: allow[1].reason must be"),
        ("[tool.keyguard]\nfail-on =", "toml:2: is no valid TOML"),
        ("[tool.keyguard\n", "toml:1:15: is no valid TOML"),
        ("[tool]\nkeyguard = 3", "tool.keyguard must be a table, not 3"),
        ("[tool.keyguard]\na = " + "[" * 100_000, "is no valid TOML"),
        ("[tool.keyguard]\nmax-file-size = 0x" + "f" * 9000, "max_file_size must be"),
        ("[tool.keyguard]\ntime-limit = " + "9" * 9000, "is no valid TOML"),
    ],
)
def test_a_wrong_pyproject_is_named_alike(tmp_path: Path, text: str, said: str) -> None:
    if "max-file-size" in text:  # larger than any disk, and yet a size
        assert _load(tmp_path, text, "pyproject.toml").max_file_size > 1 << 64
    else:
        assert said in _message(tmp_path, text, "pyproject.toml")


def test_a_wrong_option_is_named_as_it_was_typed(tmp_path: Path) -> None:
    assert _message(tmp_path, "", fail_on="hihg").startswith("--fail-on must be one of")
    assert "unknown key 'allow'" in _message(tmp_path, "", allow=[])


@pytest.mark.parametrize(
    ("size", "count"),
    [
        ("7", 7),
        (7, 7),
        ("7B", 7),
        ("7 kB", 7000),
        ("7 KiB", 7168),
        ("1 mb", 10**6),
        ("1MiB", 1 << 20),
        ("2GB", 2 * 10**9),
    ],
)
def test_sizes_are_read_in_thousands_and_in_powers_of_two(tmp_path: Path, size: object, count: int) -> None:
    assert _load(tmp_path, "", max_file_size=size).max_file_size == count


def test_a_config_may_be_utf_16_as_powershell_writes_it_and_nothing_but_text(tmp_path: Path) -> None:
    (tmp_path / ".keyguard.yml").write_bytes("strict: true".encode("utf-16"))
    assert load(tmp_path, None, {}).strict
    (tmp_path / ".keyguard.yml").write_bytes(b"strict: true\n# \xff\n")
    with pytest.raises(SettingsError, match=r"yml:2: is not UTF-8 text"):
        load(tmp_path, None, {})


def test_the_ignore_file_is_read_with_its_line_numbers(tmp_path: Path) -> None:
    (tmp_path / ".keyguardignore").write_bytes(b"# why\n\n/build/\r\n!build/a b.env\n\\#x\n")
    assert load(tmp_path, None, {}).ignore_patterns == ((3, "/build/"), (4, "!build/a b.env"), (5, "\\#x"))


def test_a_broken_pattern_in_the_ignore_file_is_named(tmp_path: Path) -> None:
    (tmp_path / ".keyguardignore").write_text("a\n[z-a]\n")
    with pytest.raises(SettingsError, match=r"\.keyguardignore:2: '\[z-a\]' is no gitignore pattern"):
        load(tmp_path, None, {})


CANARY = "canary" * 6


@pytest.mark.parametrize(
    "text",
    [
        f"fail_on: {CANARY}",
        f"{CANARY}: 1",
        f"{CANARY}: {{{CANARY}: 1, {CANARY}: 2}}",
        f"strict: {CANARY}: x",
        f"- {CANARY}\n{CANARY}",
        f"strict: *{CANARY}",
        f"strict: !{CANARY} x",
        f"strict: '{CANARY}",
        f"%{CANARY}\n---\na: b",
        f"allow: [{{reason: a, path: b, expires: {CANARY}}}]",
        f"only: {{{CANARY}: 9999-99-99}}",
        f"[tool.keyguard]\nx = {CANARY}",
        f"[tool.keyguard]\n[tool.{CANARY}]\n[tool.{CANARY}]",
        f"[tool.keyguard]\n{CANARY} = 1\n{CANARY} = 2",
        f"[tool.keyguard]\nfail_on = '{CANARY}'",
    ],
)
def test_no_error_echoes_a_long_value(tmp_path: Path, text: str) -> None:
    name = "pyproject.toml" if text.startswith("[tool") else ".keyguard.yml"
    assert CANARY not in _message(tmp_path, text, name)


_TAGS = ["!!bool ", "!!int ", "!!timestamp ", "!!float ", "!!set ", "!!omap ", "!!binary ", "!!null "]
_SIGNS = [": ", "- ", "? ", "\n", "  ", "{", "}", "[", "]", "'", '"', "&a ", "*a", "<<", "|", "#"]
_SNIPPETS = st.sampled_from([*_TAGS, *_SIGNS, "strict", "allow", "only", "x", "2030-02-31", "9"])


@given(st.lists(_SNIPPETS).map("".join) | st.text(max_size=60))
@example("strict: !!bool x")
@example("strict: !!timestamp x")
@example("strict: !!int ''")
@example("!!binary x")
def test_any_text_gives_data_or_a_settings_error(text: str) -> None:
    try:
        data, _ = _yaml(text, "f")
    except SettingsError:
        return
    assert isinstance(data, dict)


@given(st.binary(max_size=40))
def test_any_bytes_give_text_or_a_settings_error(data: bytes) -> None:
    try:
        _text(data, "f")
    except SettingsError as error:
        assert "is not UTF-8 text" in error.message  # noqa: PT017 - any other error fails the test by itself


@given(st.text("!ab_./*?@+~, -", max_size=12))
def test_a_pattern_that_is_taken_unseen_is_one_to_pathspec(text: str) -> None:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    if _is_pattern(text):
        assert GitIgnoreSpecPattern(text).include is not None


def test_the_nearest_word_is_offered_when_one_is_near() -> None:
    assert nearest("okx-api-kye", ["okx-api-key", "okx-secret"]) == " Did you mean 'okx-api-key'?"
    assert nearest("OKX-API-KEY", ["okx-api-key"]) == " Did you mean 'okx-api-key'?"
    assert nearest("entirely", ["okx-api-key"]) == ""
    assert nearest("", []) == ""


def test_importing_settings_and_ignores_loads_no_parser() -> None:
    heavy = {"yaml", "tomllib", "tomli", "pathspec", "difflib"}
    code = f"import sys, keyguard.detect.ignores; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


DOCUMENTED = Path(__file__).parent.parent / "docs" / "configuration.md"


def test_the_samples_of_the_manual_are_right_and_equal(tmp_path: Path) -> None:
    text = DOCUMENTED.read_text(encoding="utf-8")
    yaml, toml = (text.split(f"```{kind}\n")[1].split("```")[0] for kind in ("yaml", "toml"))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = _load(tmp_path / "a", yaml), _load(tmp_path / "b", toml, "pyproject.toml")
    assert len(first.allow) == 2
    assert replace(first, root=tmp_path, config=None, rules=()) == replace(second, root=tmp_path, config=None, rules=())


def test_the_manual_names_every_key() -> None:
    text = DOCUMENTED.read_text(encoding="utf-8")
    assert all(f"| `{key}` |" in text for key in (*_KEYS, *_ALLOW_KEYS))


@pytest.mark.parametrize("key", ["baseline: {}", "rules: [{}]"])
@pytest.mark.parametrize("path", ["../out", "a/../../out", "/etc/hosts", "link/out", "link"])
def test_what_a_tree_names_lies_within_it(tmp_path: Path, key: str, path: str) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "link").symlink_to(tmp_path)
    (tree / ".keyguard.yml").write_text(key.format(path))
    with pytest.raises(SettingsError, match=r"\.keyguard\.yml:1: .* leads outside of the tree"):
        load(tree, None, {})
    (tmp_path / "central.yml").write_text(key.format(path))
    assert load(tree, tmp_path / "central.yml", {})  # somebody who starts the scan named it
    (tree / ".keyguard.yml").unlink()
    assert load(tree, None, {"baseline": tmp_path / "out"}).baseline == tmp_path / "out"
