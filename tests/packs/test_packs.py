"""Packs: their examples hold, a broken one is told exactly, and a further provider needs YAML alone."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from keyguard import cache, packs
from keyguard.cli.laid_out import laid_out
from keyguard.detect.gates import Gates
from keyguard.errors import RuleError
from keyguard.model import Confidence, Outcome, Severity
from tests.cases import rule_set

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from keyguard.model import Finding
    from keyguard.packs import Example, RuleSet

Pack = dict[str, Any]

TICKET = "<alnum8|lower><digits28>"
"""The mark of the made-up exchange's ticket: its shape is eight letters or digits, then 28 digits."""


# --- examples


def _named(example: Example) -> str:
    kind = "match" if example.matches else "clean"
    same = [other for other in rule_set().examples if (other.rule, other.matches) == (example.rule, example.matches)]
    return f"{example.rule}-{kind}-{same.index(example) + 1}"


def _outcome_of(example: Example, folder: Path, scanned: Callable[..., Outcome]) -> Outcome:
    if example.files:
        with laid_out(example) as made:
            return scanned(folder.__class__(made))
    outcome = _outcome(example.text, folder, scanned, example.path)
    return scanned(folder) if rule_set().rules[example.rule].is_practice else outcome  # whose path may be asked for


def _outcome(text: str, folder: Path, scanned: Callable[..., Outcome], path: str = "example", **more: Any) -> Outcome:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(packs.expand(text, "example"), encoding="utf-8")
    return scanned(folder / path, **more)


def _found(text: str, folder: Path, scanned: Callable[..., Outcome], **more: Any) -> tuple[Finding, ...]:
    return _outcome(text, folder, scanned, **more).findings


@pytest.mark.parametrize("example", [e for e in rule_set().examples if e.matches], ids=_named)
def test_an_example_that_must_match_gives_its_rule(
    example: Example, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    outcome = _outcome_of(example, tmp_path, scanned)
    rules = {rule for finding in outcome.findings for rule in (finding.rule, *(m.rule for m in finding.matches))}
    assert example.rule in rules | {practice.rule for practice in outcome.practices}


@pytest.mark.parametrize("example", [e for e in rule_set().examples if not e.matches], ids=_named)
def test_an_example_that_must_stay_silent_gives_nothing(
    example: Example, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    outcome = _outcome_of(example, tmp_path, scanned)
    # What is no practice may still hold a leak.
    assert not outcome.findings or rule_set().rules[example.rule].is_practice
    assert not outcome.practices


def test_every_rule_says_what_why_and_how_to_fix_it() -> None:
    loaded = rule_set()
    asked = {rule.id for rule in loaded.rules.values() if rule.audit in {"power", "retired"}}  # of a host: test_audits
    assert {example.rule for example in loaded.examples} == set(loaded.rules) - asked
    for rule in loaded.rules.values():
        assert all((rule.title, len(rule.why) > 60, len(rule.fix) > 60, rule.references, rule.tags))
        assert all(address.startswith("https://") for address in rule.references)


def test_each_part_of_a_pack_has_one_rule_of_its_own() -> None:
    for pack in rule_set().packs:
        of_parts = [rule.part for rule in rule_set().rules.values() if rule.provider == pack.id and rule.part]
        assert sorted(of_parts) == sorted(pack.parts)
        assert {part.rule for part in pack.parts.values()} <= set(rule_set().rules)


# --- a pack of a team's own


def _rule(rule_id: str, **more: str) -> Pack:
    examples = {"match": ["something"], "clean": ["nothing"]}
    return {"id": rule_id, "title": rule_id, "severity": "high", "why": "w", "fix": "f", "examples": examples, **more}


def _acme() -> Pack:
    """Make up an exchange whose credential has two parts: a ticket of one shape, and a word."""
    return {
        "schema": 1,
        "kind": "pack",
        "provider": {"id": "acme", "title": "Acme Exchange", "words": "acme acmex"},
        "parts": {
            "ticket": {
                "title": "ticket",
                "shown": 4,
                "identity": True,
                "shape": "[0-9a-z]{8}[0-9]{28}",
                "names": "ticket accessticket",
                "short_names": "tk",
            },
            "word": {"title": "word", "names": "codeword", "short_names": "cw", "minimum": 6},
        },
        "positions": [{"call": "AcmeClient", "order": ["ticket", "word"], "strong": True}],
        "credential": {"rule": "acme-credential", "incomplete": "medium"},
        "rules": [
            _rule("acme-credential"),
            _rule("acme-ticket", part="ticket"),
            _rule("acme-word", part="word"),
            _rule("acme-webhook", pattern=r"hooks\.acme\.test/(?P<value>[0-9a-f]{24})\b"),
        ],
    }


def _write(pack: Pack | str | bytes, folder: Path, name: str = "acme.yml") -> Path:
    path = folder / name
    data = pack if isinstance(pack, bytes) else pack.encode() if isinstance(pack, str) else None
    path.write_bytes(yaml.safe_dump(pack, allow_unicode=True, sort_keys=False).encode() if data is None else data)
    return path


@pytest.fixture(scope="module")
def with_acme(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    return packs.load([_write(_acme(), tmp_path_factory.mktemp("packs"))])


@pytest.mark.parametrize(
    "text",
    [
        f"ACME_TICKET={TICKET}\nACME_CODEWORD=<passphrase>\n",
        f"acme:\n  ticket: {TICKET}\n  codeword: <passphrase>\n",
        f'client = AcmeClient("{TICKET}", "<passphrase>")\n',
        f'{{"exchange": "acmex", "accessTicket": "{TICKET}", "codeword": "<passphrase>"}}\n',
    ],
)
def test_an_exchange_that_is_yaml_alone_is_found_and_joined(
    text: str, with_acme: RuleSet, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    [finding] = _found(text, tmp_path, scanned, rules=with_acme)
    assert (finding.rule, finding.provider, finding.missing) == ("acme-credential", "acme", ())
    assert {match.part: match.value.reveal().decode() for match in finding.matches} == {
        "ticket": packs.expand(TICKET, "example"),
        "word": packs.expand("<passphrase>", "example"),
    }


def test_a_lone_part_of_such_an_exchange_is_told_with_what_is_missing(
    with_acme: RuleSet, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    [finding] = _found(f"ACME_TICKET={TICKET}", tmp_path, scanned, rules=with_acme)
    assert (finding.rule, finding.missing, finding.severity) == ("acme-ticket", ("word",), Severity.HIGH)
    assert finding.matches[0].value.mask.startswith(packs.expand(TICKET, "example")[:4])


def test_a_packs_own_name_wins_over_a_word_of_the_vocabulary(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    pack = _acme()
    pack["parts"]["ticket"]["names"] = "token accesstoken"
    loaded = packs.load([_write(pack, tmp_path)])
    assert "token" in loaded.vocabulary.other_names
    assert [f.rule for f in _found(f"acme:\n  token: {TICKET}\n", tmp_path, scanned, rules=loaded)] == ["acme-ticket"]


def test_two_packs_side_by_side_find_both_exchanges_in_one_file(
    with_acme: RuleSet, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    text = (
        f"ACME_TICKET={TICKET}\nACME_CODEWORD=<passphrase>\n\n"
        "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase:2>\n"
    )
    found = _found(text, tmp_path, scanned, rules=with_acme)
    assert sorted((finding.rule, finding.missing) for finding in found) == [
        ("acme-credential", ()),
        ("okx-credential", ()),
    ]


def test_a_rule_with_a_pattern_takes_its_group_called_value(
    with_acme: RuleSet, tmp_path: Path, scanned: Callable[..., Outcome]
) -> None:
    [finding] = _found('\n  url = "https://hooks.acme.test/<hex24>"\n', tmp_path, scanned, rules=with_acme)
    [match] = finding.matches
    assert (finding.rule, finding.confidence, match.part) == ("acme-webhook", Confidence.HIGH, None)
    assert match.value.reveal().decode() == packs.expand("<hex24>", "example")
    assert (match.region.line, match.region.column, match.region.end_column) == (2, 34, 58)


def test_a_rule_with_a_pattern_and_no_group_takes_all_of_it(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    pack = _acme()
    pack["rules"][3]["pattern"] = "ACME-[0-9]{12}"
    loaded = packs.load([_write(pack, tmp_path)])
    [finding] = _found("see ACME-<digits12> there", tmp_path, scanned, rules=loaded)
    assert finding.matches[0].value.reveal().decode() == packs.expand("ACME-<digits12>", "example")


def test_a_pack_may_hold_patterns_alone(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    pack = _acme()
    for name in ("parts", "positions", "credential"):
        del pack[name]
    pack["rules"] = pack["rules"][3:]
    loaded = packs.load([_write(pack, tmp_path)])
    assert [p.id for p in loaded.packs] == ["okx"]
    assert [f.rule for f in _found("hooks.acme.test/<hex24>", tmp_path, scanned, rules=loaded)] == ["acme-webhook"]


def test_severity_of_what_is_incomplete_is_the_packs(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    pack = _acme()
    pack["parts"]["pin"] = {"title": "pin", "names": "acmepin", "minimum": 6}
    pack["rules"].append(_rule("acme-pin", part="pin"))
    pack["credential"]["incomplete"] = "low"
    loaded = packs.load([_write(pack, tmp_path)])
    text = f"ACME_TICKET={TICKET}\nACME_CODEWORD=<passphrase>\n"
    [finding] = _found(text, tmp_path, scanned, rules=loaded)
    assert (finding.rule, finding.missing, finding.severity) == ("acme-credential", ("pin",), Severity.LOW)


def test_packs_are_taken_from_files_and_folders_in_order(tmp_path: Path) -> None:
    second = copy.deepcopy(_acme())
    second["provider"]["id"] = "bcme"
    for rule in second["rules"]:
        rule["id"] = rule["id"].replace("acme", "bcme")
    second["credential"]["rule"] = "bcme-credential"
    folder = tmp_path / "packs"
    folder.mkdir()
    _write(second, folder, "b.yaml")
    _write(_acme(), folder, "a.yml")
    (folder / "notes.txt").write_text("no pack")
    assert [pack.id for pack in packs.load([folder]).packs] == ["okx", "acme", "bcme"]
    assert [pack.id for pack in packs.load([folder / "b.yaml", folder / "a.yml"]).packs] == ["okx", "bcme", "acme"]
    assert [pack.id for pack in packs.load([folder / "b.yaml", folder]).packs] == ["okx", "bcme", "acme"]  # each once


# --- broken packs


def _set(*path: str | int, to: Any) -> Callable[[Pack], object]:
    def change(pack: Pack) -> None:
        place: Any = pack
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def _drop(*path: str | int) -> Callable[[Pack], object]:
    def change(pack: Pack) -> None:
        place: Any = pack
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


_BROKEN: dict[str, tuple[Callable[[Pack], object], str, list[str]]] = {
    # what is wrong: how to break the pack, the rule that the error names, and what it says
    "unknown top field": (_set("provder", to={}), "", ["unknown field 'provder'", "Did you mean 'provider'?"]),
    "unknown field of a rule": (
        _set("rules", 1, "severty", to="high"),
        "acme-ticket",
        ["unknown field 'severty'", "Did you mean 'severity'?"],
    ),
    "unknown field of a part": (
        _set("parts", "ticket", "shap", to="x"),
        "",
        ["parts.ticket", "unknown field 'shap'", "Did you mean 'shape'?"],
    ),
    "unknown field of a position": (
        _set("positions", 0, "calls", to="x"),
        "",
        ["positions[0]", "unknown field 'calls'", "Did you mean 'call'?"],
    ),
    "unknown field of the provider": (_set("provider", "name", to="x"), "", ["provider", "unknown field 'name'"]),
    "unknown field of the credential": (
        _set("credential", "rules", to="x"),
        "",
        ["credential", "unknown field 'rules'", "Did you mean 'rule'?"],
    ),
    "unknown kind of example": (
        _set("rules", 0, "examples", "matches", to=["x"]),
        "acme-credential",
        ["examples", "unknown field 'matches'", "Did you mean 'match'?"],
    ),
    "unknown realm": (_set("realm_marks", to={"test": ["x"]}), "", ["realm_marks", "unknown field 'test'"]),
    "a number for text": (_set("rules", 2, "title", to=5), "acme-word", ["rules[2].title must be text"]),
    "a date for text": (
        _set("rules", 2, "why", to=dt.date(2026, 1, 1)),
        "acme-word",
        ["rules[2].why must be text"],
    ),
    "text for a number": (_set("parts", "ticket", "shown", to="4"), "", ["parts.ticket.shown must be a number"]),
    "true for a number": (_set("parts", "ticket", "shown", to=True), "", ["parts.ticket.shown must be a number"]),
    "text for true": (
        _set("parts", "ticket", "identity", to="yes"),
        "",
        ["parts.ticket.identity must be true or false"],
    ),
    "a mapping for a list": (_set("positions", to={}), "", ["positions must be a list"]),
    "a list for a mapping": (_set("parts", to=[]), "", ["parts must be a mapping"]),
    "no name of a part": (_set("parts", to={None: {}}), "", ["parts must have names that are text"]),
    "text for a rule": (_set("rules", 0, to="acme-credential"), "", ["rules[0] must be a mapping"]),
    "text for a part": (_set("parts", "ticket", to="x"), "", ["parts.ticket must be a mapping"]),
    "numbers among words": (_set("samples", to=[1]), "", ["samples must hold text only", "Quote numbers"]),
    "no provider": (_drop("provider"), "", ["lacks the field 'provider'"]),
    "no provider id": (_drop("provider", "id"), "", ["provider lacks the field 'id'"]),
    "no why": (_drop("rules", 1, "why"), "acme-ticket", ["rules[1] lacks the field 'why'"]),
    "no examples": (_drop("rules", 1, "examples"), "acme-ticket", ["rules[1] lacks the field 'examples'"]),
    "no clean examples": (
        _drop("rules", 1, "examples", "clean"),
        "acme-ticket",
        ["examples lacks the field 'clean'"],
    ),
    "empty examples": (
        _set("rules", 1, "examples", "match", to=[]),
        "acme-ticket",
        ["examples.match must hold at least one text"],
    ),
    "examples that are no text": (
        _set("rules", 1, "examples", "clean", to=[5]),
        "acme-ticket",
        ["examples.clean must hold at least one text"],
    ),
    "no title of a part": (_drop("parts", "word", "title"), "", ["parts.word lacks the field 'title'"]),
    "no order": (_drop("positions", 0, "order"), "", ["positions[0] lacks the field 'order'"]),
    "no credential": (_drop("credential"), "", ["credential must be a mapping"]),
    "no rules": (_set("rules", to=[]), "", ["no rules"]),
    "no rule id": (_drop("rules", 1, "id"), "", ["rules[1] lacks the field 'id'"]),
    "an id in capitals": (_set("rules", 1, "id", to="ACME_ticket"), "ACME_ticket", ["lower-case words"]),
    "an id used twice": (_set("rules", 3, "id", to="acme-word"), "acme-word", ["'acme-word' is used twice"]),
    "an id of another pack": (
        _set("rules", 3, "id", to="okx-api-key"),
        "",
        ["'okx-api-key' is taken by", "okx.yml"],
    ),
    "a broken pattern": (
        _set("rules", 3, "pattern", to="(open"),
        "acme-webhook",
        ["pattern is no regular expression"],
    ),
    "a broken shape": (_set("parts", "ticket", "shape", to="[a"), "", ["parts.ticket.shape is no regular expression"]),
    "a broken weak shape": (_set("parts", "ticket", "weak_shape", to="[a"), "", ["parts.ticket.weak_shape is no"]),
    "a broken base64 shape": (_set("parts", "ticket", "base64", to="a**"), "", ["parts.ticket.base64 is no"]),
    "a broken call": (_set("positions", 0, "call", to="a("), "", ["positions[0].call is no regular expression"]),
    "part and pattern": (_set("rules", 1, "pattern", to="x"), "acme-ticket", ["either 'part' or 'pattern'"]),
    "call and list": (_set("positions", 0, "list", to="x"), "", ["positions[0] needs either 'call' or 'list'"]),
    "neither call nor list": (_drop("positions", 0, "call"), "", ["positions[0] needs either 'call' or 'list'"]),
    "a part without rule": (_drop("rules", 2), "", ["no rule has part 'word'"]),
    "a rule of no part": (_set("rules", 2, "part", to="wrd"), "", ["no rule has part 'word'"]),
    "a rule of a part too many": (
        lambda pack: pack["rules"].append(_rule("acme-pin", part="pin")),
        "",
        ["part 'pin'", "rule 'acme-pin'"],
    ),
    "an unknown part in an order": (
        _set("positions", 0, "order", to=["ticket", "pin"]),
        "",
        ["positions[0].order", "'pin'"],
    ),
    "a credential of no rule": (_set("credential", "rule", to="acme-cred"), "", ["credential.rule", "'acme-cred'"]),
    "an unknown severity": (
        _set("rules", 1, "severity", to="hihg"),
        "acme-ticket",
        ["rules[1].severity must be one of note, low, medium, high, critical"],
    ),
    "an unknown severity of what is incomplete": (
        _set("credential", "incomplete", to="bad"),
        "",
        ["credential.incomplete must be one of"],
    ),
    "more shown than an owner needs": (_set("parts", "ticket", "shown", to=5), "", ["parts.ticket.shown", "0 to 4"]),
    "another schema": (_set("schema", to=2), "", ["schema must be 1"]),
    "a schema in words": (_set("schema", to="1"), "", ["schema must be a number"]),
    "another kind": (_set("kind", to="packet"), "", ["kind must be 'pack', 'practices' or 'vocabulary'"]),
}


def _error(pack: Pack | str | bytes, folder: Path) -> RuleError:
    path = _write(pack, folder)
    with pytest.raises(RuleError) as caught:
        packs.load([path])
    assert str(path) in str(caught.value)
    return caught.value


@pytest.mark.parametrize("what", _BROKEN)
def test_a_broken_pack_is_told_with_file_rule_and_field(what: str, tmp_path: Path) -> None:
    change, rule, words = _BROKEN[what]
    pack = _acme()
    change(pack)
    error = _error(pack, tmp_path)
    assert error.rule == rule
    assert [word for word in words if word not in f"{error} {error.hint}"] == []
    assert error.pack == str(tmp_path / "acme.yml")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("rules: [a\nb: c", "not valid YAML at line 2"),
        ("\tschema: 1", "not valid YAML at line 1"),
        (b"schema: 1\ntitle: \xe4\xf6\n", "not valid YAML"),
        (b"\0\0\0", "not valid YAML"),
        ("", "must be a mapping"),
        ("just words", "must be a mapping"),
        ("- a\n- b", "must be a mapping"),
        ("1: a", "must be a mapping"),
        ("!!python/object/apply:os.getcwd []", "not valid YAML"),
        ("[" * 2_000, "not valid YAML"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "aliases (*name) are not allowed"),
        ("a: &a\n  b: 1\nc:\n  <<: *a\n", "aliases (*name) are not allowed"),
    ],
)
def test_what_is_no_pack_is_told_with_its_file(data: str | bytes, words: str, tmp_path: Path) -> None:
    assert words in str(_error(data, tmp_path))


def test_no_error_repeats_a_line_of_a_file_that_is_no_yaml(tmp_path: Path) -> None:
    value = packs.expand("<secret_key>", "error")
    error = _error(f"secret: '{value}", tmp_path)
    assert value not in f"{error} {error.hint}"


def test_a_pack_that_is_too_large_is_not_even_parsed(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"large\.yml is larger than 1 MiB"):
        packs.load([_write("# " + "x" * (1 << 20), tmp_path, "large.yml")])


def test_a_pack_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RuleError, match=r"none\.yml does not exist"):
        packs.load([tmp_path / "none.yml"])
    with pytest.raises(RuleError, match="empty holds no rule pack"):
        packs.load([tmp_path / "empty"])


def test_a_broken_pack_among_good_ones_is_the_one_that_is_named(tmp_path: Path) -> None:
    _write(_acme(), tmp_path, "good.yml")
    _write({"schema": 1, "kind": "pack"}, tmp_path, "zbad.yml")
    with pytest.raises(RuleError, match=r"zbad\.yml: the file lacks the field 'provider'"):
        packs.load([tmp_path])


_USELESS = {
    "a list in an order": _set("positions", 0, "order", to=[["ticket"]]),
    "a negative number shown, which shows all but the last": _set("parts", "ticket", "shown", to=-1),
    "a provider without words, whom every text speaks of": _drop("provider", "words"),
    "a provider whose only word is empty": _set("provider", "words", to=[""]),
    "a provider that another pack has": _set("provider", "id", to="okx"),
    "a minimum above the maximum": _set("parts", "word", "minimum", to=5000),
}


@pytest.mark.parametrize("what", _USELESS)
def test_a_pack_that_cannot_work_is_refused(what: str, tmp_path: Path) -> None:
    pack = _acme()
    _USELESS[what](pack)
    _error(pack, tmp_path)


@pytest.mark.parametrize("pattern", ["x*", "(?=x)", "x{40000}", r"\Kx", r"(?P<value>x)(?R)?"])
def test_a_pattern_that_the_gates_cannot_use_is_told_with_its_rule(pattern: str, tmp_path: Path) -> None:
    pack = _acme()
    pack["rules"][3]["pattern"] = pattern
    path = _write(pack, tmp_path)
    with pytest.raises(RuleError, match="its pattern cannot be used") as caught:
        Gates(packs.load([path]), "never")
    assert (caught.value.pack, caught.value.rule) == (str(path), "acme-webhook")


@pytest.mark.parametrize("flags", [{"flag": 1}, {True: ["1"]}, {"flag": [dt.date(2026, 1, 1)]}, {"flag": [1]}])
def test_a_broken_vocabulary_is_told_with_file_and_field(flags: dict[Any, Any], tmp_path: Path) -> None:
    vocabulary = yaml.safe_load((packs.builtin_folder() / "vocabulary.yml").read_text(encoding="utf-8"))
    vocabulary["realms"]["demo"]["flags"] = flags
    assert "realms.demo" in str(_error(vocabulary, tmp_path))


# --- loading


def test_the_digest_follows_every_byte_of_every_pack(tmp_path: Path) -> None:
    path = _write(_acme(), tmp_path)
    first = packs.load([path]).digest
    assert packs.load([path]).digest == first != packs.load().digest
    path.write_bytes(path.read_bytes() + b"\n")
    assert packs.load([path]).digest != first


def test_a_pack_that_was_remembered_is_the_same_as_one_that_was_read(tmp_path: Path) -> None:
    path = _write(_acme(), tmp_path)
    read = packs.load([path], cache.opened().remember)
    assert packs.load([path], cache.opened().remember) == read == packs.load([path])


def test_a_changed_pack_is_read_again_whatever_was_remembered(tmp_path: Path) -> None:
    kept: dict[str, bytes] = {}

    def remembered(key: str, make: Callable[[], bytes]) -> bytes:
        return kept.setdefault(key, kept.get(key) or make())

    pack = _acme()
    assert packs.load([_write(pack, tmp_path)], remembered).rules["acme-ticket"].severity is Severity.HIGH
    pack["rules"][1]["severity"] = "low"
    assert packs.load([_write(pack, tmp_path)], remembered).rules["acme-ticket"].severity is Severity.LOW
    assert len(kept) == 2


def test_what_is_remembered_holds_no_value_of_a_mark() -> None:
    kept: list[bytes] = []

    def remembered(_key: str, make: Callable[[], bytes]) -> bytes:
        kept.append(make())
        return kept[-1]

    packs.load((), remembered)
    assert b"<api_key>" in kept[0]
    assert not re.search(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-(?!0{12})[0-9a-f]{12}", json.dumps(kept[0].decode())
    )


def test_only_and_skip_choose_what_is_reported(tmp_path: Path, scanned: Callable[..., Outcome]) -> None:
    loaded = rule_set()
    assert loaded.choose([], []).chosen == frozenset(loaded.rules)
    assert loaded.choose(["okx-api-key"], []).chosen == {"okx-api-key"}
    assert loaded.choose([], ["okx-api-key"]).chosen == frozenset(loaded.rules) - {"okx-api-key"}
    assert not loaded.choose(["okx-api-key"], ["okx-api-key"]).chosen
    text = "OKX_API_KEY=<api_key>\n" + "#\n" * 700 + "OTHER_OKX_SECRET_KEY=<secret_key>\n"
    for rule in ("okx-api-key", "okx-secret-key"):
        found = _found(text, tmp_path, scanned, rules=loaded.choose([rule], []))
        assert [finding.rule for finding in found] in ([rule], [])
    assert not _found(text, tmp_path, scanned, rules=loaded.choose([], list(loaded.rules)))


def test_an_id_that_is_no_rule_cannot_be_chosen() -> None:
    for only, skip in ((["okx-api-kei"], []), ([], ["okx-api-kei"])):
        with pytest.raises(RuleError, match="there is no rule 'okx-api-kei'"):
            rule_set().choose(only, skip)


def test_gates_of_a_pack_with_every_field_compile(with_acme: RuleSet) -> None:
    gates = Gates(with_acme, "never")
    assert gates.open_for(packs.expand(f"acme_ticket={TICKET}", "gate").encode(), "x") == (True, False)


# --- marks


def test_the_same_mark_with_the_same_seed_is_the_same_value() -> None:
    text = "<api_key> <api_key:2> <secret_key> <passphrase> <uuid> <hex40> <alnum12> <digits9>"
    assert packs.expand(text, "a") == packs.expand(text, "a") != packs.expand(text, "b")
    values = packs.expand(text, "a").split()
    assert len(set(values)) == len(values) == 8
    assert packs.expand("<api_key:1>", "a") == values[0]


@given(st.text(max_size=30))
def test_marks_give_values_of_their_shape_whatever_the_seed(seed: str) -> None:
    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    shapes = {
        "<api_key>": uuid,
        "<uuid:7>": uuid,
        "<secret_key>": "[0-9A-F]{32}",
        "<passphrase>": r"[A-Z][a-z]+[!@%*_.+-][A-Z][a-z]+[0-9]{2}",
        "<hex24>": "[0-9a-f]{24}",
        "<alnum7>": "[0-9A-Za-z]{7}",
        "<digits3:9>": "[0-9]{3}",
    }
    for mark, shape in shapes.items():
        assert re.fullmatch(shape, packs.expand(mark, seed))


def test_filters_are_applied_from_left_to_right() -> None:
    key = packs.expand("<api_key>", "f")
    assert packs.expand("<api_key|upper>", "f") == key.upper()
    assert packs.expand("<secret_key|lower>", "f") == packs.expand("<secret_key>", "f").lower()
    import base64

    assert base64.b64decode(packs.expand("<api_key|base64>", "f")).decode() == key
    assert base64.b64decode(packs.expand("<api_key|upper|base64nl>", "f")).decode() == f"{key.upper()}\n"
    assert (
        base64.b64decode(packs.expand("<api_key|base64|base64>", "f")) == packs.expand("<api_key|base64>", "f").encode()
    )


def test_an_unknown_filter_is_an_error_and_an_unknown_mark_is_text() -> None:
    with pytest.raises(KeyError):
        packs.expand("<api_key|rot13>")
    with pytest.raises(ValueError, match="is no mark"):
        packs.value_of_mark("api_key")
    assert packs.expand("<b>bold</b> <api_keys> <hex> <key>") == "<b>bold</b> <api_keys> <hex> <key>"


def test_marks_name_the_parts_of_a_text() -> None:
    text = "<api_key> <secret_key:2|lower> <uuid> <hex32> <passphrase:2|base64>"
    assert list(packs.marks(text)) == [
        ("api_key", "1", ()),
        ("secret_key", "2", ("lower",)),
        ("passphrase", "2", ("base64",)),
    ]
