"""Rule packs: find them, load them, check every field, and fill the marks of their examples.

A pack is one YAML file that says everything keyguard knows of one provider: its words, the parts of its credential,
the calls that take them by position, its rules with their examples. `vocabulary.yml` holds what all packs share.
So a further exchange is a further file, and no code.
"""

from __future__ import annotations

import hashlib
import json
import re
from binascii import b2a_base64
from collections import deque
from contextlib import suppress
from dataclasses import field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyguard import __version__
from keyguard.errors import RuleError
from keyguard.expressions import expression
from keyguard.frozen import dataclass
from keyguard.model import Rule, Severity
from keyguard.packs.fields import Fields as _Fields
from keyguard.packs.practices import Usage, audit, clauses, edit, patterns_of, usage, with_patterns
from keyguard.veil import named, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from random import Random

SCHEMA = 1
MAX_PACK_DEPTH = 20
MAX_PACK = 1 << 20  # bytes; a larger pack is a mistake


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a provider's credential: its shape, or None for free text, and the names it goes by."""

    name: str
    title: str
    rule: str
    shown: int
    identity: bool  # long and random: a fingerprint may be made of it
    shape: str | None
    weak_shape: str | None
    base64: str | None  # the shape's base64 form, for gates
    names: frozenset[str]
    short_names: frozenset[str]
    faint_names: frozenset[str] = frozenset()
    minimum: int = 1  # characters
    maximum: int = 4096
    made_up: str = ""  # marks that make a value of its shape


@dataclass(frozen=True, slots=True)
class Position:
    """A call (or a list's name) whose arguments are parts by their order."""

    call: str | None
    list: str | None
    order: tuple[str | None, ...]
    strong: bool
    realm_at: int | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """What one file says of one provider."""

    id: str
    title: str
    words: tuple[str, ...]
    parts: Mapping[str, Part]
    positions: tuple[Position, ...]
    realm_marks: Mapping[str, tuple[str, ...]]  # texts, without blanks and quotes, that say 'demo' or 'live'
    samples: frozenset[str]  # SHA-256 of public values in lower case, the first 32 hex digits
    credential_rule: str
    incomplete: Severity
    path: str = ""
    site_marks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # the same, for sites and products
    optional: bool = False  # a rival until it is switched on


@dataclass(frozen=True, slots=True)
class Realm:
    """How a text says 'demo' or 'live': words in names, and flags with their values."""

    words: frozenset[str]
    flags: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that all packs share; see rules/vocabulary.yml."""

    placeholder_words: frozenset[str]
    placeholder_marks: tuple[str, ...]
    reference_marks: tuple[str, ...]
    other_names: frozenset[str]
    about_words: frozenset[str]
    keeper_words: frozenset[str]
    account_words: frozenset[str]
    foreign_words: frozenset[str]
    declaring_words: frozenset[str]
    rival_words: tuple[str, ...]
    who_names: frozenset[str]
    wrapper_calls: frozenset[str]
    decoding_calls: frozenset[str]
    encoding_words: frozenset[str]
    neutral_words: frozenset[str]
    exchange_names: frozenset[str]
    soft_names: frozenset[str]
    record_words: frozenset[str]
    system_words: frozenset[str]
    realms: Mapping[str, Realm]


@dataclass(frozen=True, slots=True)
class Example:
    """A text that a rule must match, or must leave alone."""

    rule: str
    pack: str
    text: str
    matches: bool
    path: str = "example"
    # Of one that is more than a text: all of its files, which of them git has (None: no repository), their octal modes
    # and how many days ago they were changed.
    files: tuple[tuple[str, str], ...] = ()
    committed: tuple[str, ...] | None = None
    modes: tuple[tuple[str, str], ...] = ()
    ages: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of one rule as its file has them: a scan never reads them, and they are half of what packs hold."""

    rule: Rule
    listed: Any  # as JSON, where they were remembered

    def read(self) -> Iterator[Example]:
        """Yield them; raises RuleError for one that is none."""
        rule, listed = self.rule, self.listed
        with suppress(TypeError, ValueError):
            listed = json.loads(listed)
        its = _Fields(listed, rule.pack, "examples", rule.id)
        for matches, name in ((True, "match"), (False, "clean")):
            texts = its.take(name, list)
            if not texts and not rule.audit:  # what takes a provider's answer is tried beside the audit
                its.fail(f"examples.{name} must hold at least one text.")
            yield from (_example(rule.id, rule.pack, text, its, name, matches=matches) for text in texts)
        its.done(["match", "clean"])


@dataclass(frozen=True, slots=True)
class Shelved:
    """A pack that is not switched on: its provider is known as a rival, and nothing of its own is found."""

    pack: Pack
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All packs of a run; frozen, and known by its digest."""

    packs: tuple[Pack, ...]
    rules: Mapping[str, Rule]
    vocabulary: Vocabulary
    listed: tuple[Examples, ...]  # of these rules, and of those on the shelf
    digest: str
    chosen: frozenset[str] = field(default_factory=frozenset)  # ids that this run reports
    shelf: Mapping[str, Shelved] = field(default_factory=dict)  # packs that are off
    usages: Mapping[str, Usage] = field(default_factory=dict)  # by their files: what tells that a text uses a provider

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples of the rules."""
        return tuple(example for one in self.listed if one.rule.id in self.rules for example in one.read())

    @property
    def practices(self) -> tuple[Rule, ...]:
        """The rules of practices that this run looks for."""
        return tuple(rule for rule in self.rules.values() if rule.is_practice and rule.id in self.chosen)

    def without_practices(self) -> RuleSet:
        """Return the set that looks for leaks alone."""
        return replace(self, chosen=frozenset(one for one in self.chosen if not self.rules[one].is_practice))

    @property
    def rivals(self) -> tuple[Pack, ...]:
        """Packs of whose providers no credential is looked for."""
        return tuple(shelved.pack for shelved in self.shelf.values())

    def with_packs(self, ids: Sequence[str]) -> RuleSet:
        """Return the set in which of the shipped packs these are on, and no other; packs of one's own stay on."""
        known = {**self.shelf} | {pack.id: self._shelved(pack) for pack in self.packs}
        _check_known(ids, known)
        on = {one: kept for one, kept in known.items() if one in ids or not _is_shipped(kept.pack)}
        rules = {rule.id: rule for kept in on.values() for rule in kept.rules}
        rules |= {rule.id: rule for rule in self.rules.values() if rule.provider not in known}
        return replace(
            self,
            packs=tuple(kept.pack for kept in on.values()),
            rules=rules,
            digest=hashlib.sha256(f"{self.digest}{sorted(on)}".encode()).hexdigest(),
            chosen=frozenset(rules),
            shelf={one: kept for one, kept in known.items() if one not in on},
        )

    @property
    def switched_on(self) -> list[str]:
        """The packs that are on by themselves."""
        return [pack.id for pack in self.packs if not pack.optional]

    def _shelved(self, pack: Pack) -> Shelved:
        return Shelved(pack, tuple(rule for rule in self.rules.values() if rule.provider == pack.id))

    def find(self, rule_id: str) -> Rule:
        """Return one rule; an unknown id is an error that names the nearest."""
        if rule_id not in self.rules:
            from keyguard.settings import nearest

            hint = nearest(rule_id, self.rules).strip() or "keyguard rules list shows the rules."
            raise RuleError(f"there is no rule {quoted(rule_id)}.", hint)
        return self.rules[rule_id]

    def choose(self, only: Sequence[str], skip: Sequence[str]) -> RuleSet:
        """Return the set with `only` these rules but not those to `skip`; unknown ids are errors."""
        for word in (*only, *skip):
            self.find(word)
        chosen = frozenset(only or self.rules) - frozenset(skip)
        return replace(self, chosen=chosen)


def _check_known(ids: Iterable[str], known: Mapping[str, Shelved]) -> None:
    """Raise RuleError for a pack that there is not, with the nearest to its name."""
    for unknown in set(ids) - set(known):
        from keyguard.settings import nearest

        hint = nearest(unknown, known).strip() or f"The packs are {', '.join(known)}."
        raise RuleError(f"there is no pack {quoted(unknown)}.", hint)


def _is_shipped(pack: Pack) -> bool:
    return Path(pack.path).parent == builtin_folder()


# --- finding packs


def builtin_folder() -> Path:
    """Return where the shipped packs are: in the package, or beside it in an editable checkout."""
    inside = Path(__file__).parent.parent / "rules"  # importlib.resources takes 5 ms
    return inside if inside.is_dir() else inside.parent.parent / "rules"


def pack_files(extra: Sequence[Path] = ()) -> list[Path]:
    """Return the shipped packs and those of `extra` (files, or folders of YAML files), in reading order, each once."""
    files = sorted(builtin_folder().glob("*.yml"), key=lambda file: file.stem)
    files += [file for path in extra for file in files_at(path)]
    return list({file.resolve(): file for file in files}.values())


def files_at(path: Path) -> list[Path]:
    """Return the packs that a path names: a file, or those in a folder."""
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.suffix in {".yml", ".yaml"} and file.is_file())
        if not found:
            raise RuleError(f"{named(path)} holds no rule pack.", "A pack is a file that ends in .yml or .yaml.")
        return found
    if path.is_file():
        return [path]
    raise RuleError(f"the rule pack {named(path)} does not exist.", "--rules takes a YAML file or a folder of them.")


def load(extra: Sequence[Path] = (), remembered: Callable[[str, Callable[[], bytes]], bytes] | None = None) -> RuleSet:
    """Load and check the shipped packs and those of a team; RuleError names file, rule and field.

    `remembered(key, make)` may answer with the bytes that `make` gave for the same key before: reading YAML takes
    longer than everything else at start-up, so packs that were checked once are kept as JSON.
    """
    contents = [(str(path), _bytes(path)) for path in pack_files(extra)]
    of_contents = [(path, hashlib.sha256(data).hexdigest()) for path, data in contents]
    digest = hashlib.sha256(repr((SCHEMA, __version__, of_contents)).encode()).hexdigest()

    def make() -> bytes:
        read = [(path, _document(path, data)) for path, data in contents]
        _check_patterns(_rule_set(read, digest))
        return json.dumps([(path, _with_examples_apart(document)) for path, document in read]).encode()

    try:
        documents = json.loads(remembered(f"packs-{digest}", make) if remembered else make())
    except ValueError:  # a damaged cache costs the reading, no more
        documents = json.loads(make())
    return _rule_set(documents, digest)


def _with_examples_apart(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document that is read quickly, since its examples are texts in it."""
    if "rules" not in document:
        return document
    return document | {"rules": [rule | {"examples": json.dumps(rule["examples"])} for rule in document["rules"]]}


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RuleError(f"{named(path)} cannot be read: {error.strerror}.") from None
    if len(data) > MAX_PACK:
        raise RuleError(f"{named(path)} is larger than 1 MiB.", "A rule pack is a short YAML file.")
    return data


def _document(path: str, data: bytes) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the pure one prints the line it stumbles on
    try:
        depth = 0
        for event in yaml.parse(data, loader):
            if isinstance(event, yaml.AliasEvent):
                raise RuleError("aliases (*name) are not allowed.", "Write the value out.", pack=path)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_PACK_DEPTH:
                raise RuleError(
                    "not valid YAML for a pack: it is nested too deeply.",
                    "A rule pack is a short YAML file.",
                    pack=path,
                )
        return yaml.load(data, loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise RuleError(f"not valid YAML{where}.", "Check indentation and quotes.", pack=path) from None


# --- checking


def plain(name: str) -> str:
    """Return a name as the packs compare it: lower case, separators dropped."""
    return "".join(filter(str.isalnum, name)).lower()


def _rule_set(documents: Sequence[tuple[str, Any]], digest: str) -> RuleSet:
    packs: list[Pack] = []
    rules: dict[str, Rule] = {}
    examples: list[Examples] = []
    usages: dict[str, Usage] = {}
    vocabulary: Vocabulary | None = None
    for path, document in documents:
        fields = _Fields(document, path, "the file")
        if fields.take("schema", int) != SCHEMA:
            fields.fail(f"schema must be {SCHEMA}.", "This keyguard reads packs of that schema only.")
        kind = fields.take("kind", str)
        if kind == "vocabulary":
            vocabulary = _vocabulary(fields)
            continue
        pack, its_rules, its_examples = None, list[Rule](), list[Examples]()
        if kind == "pack":
            pack, its_rules, its_examples = _pack(fields, path)
        elif kind == "practices":
            its_usage, its_rules, its_examples = _practices(fields, path)
            usages[path] = its_usage
        else:
            fields.fail(f"kind must be 'pack', 'practices' or 'vocabulary', not {quoted(kind, 20)}.")
        if pack is not None:
            if any(other.id == pack.id for other in packs):
                fields.fail(f"the provider {quoted(pack.id)} has a pack already.", "Choose another provider.id.")
            packs.append(pack)
        for rule in its_rules:
            if rule.id in rules:
                fields.fail(f"the rule id {quoted(rule.id)} is taken by {rules[rule.id].pack}.", "Choose another id.")
            rules[rule.id] = rule
        examples += its_examples
    if vocabulary is None:
        raise RuleError("rules/vocabulary.yml is missing.", "Reinstall keyguard.")
    everything = RuleSet(tuple(packs), rules, vocabulary, tuple(examples), digest, frozenset(rules), usages=usages)
    return everything.with_packs(everything.switched_on)


def _check_patterns(rules: RuleSet) -> None:
    """Read every example and compile every pattern once; packs that were remembered are not checked again."""
    import regex

    for listed in rules.listed:
        deque(listed.read(), maxlen=0)

    def check(pattern: str | None, where: str, pack: str, rule: str = "") -> None:
        try:
            regex.compile(pattern or "")
        except regex.error as error:
            raise RuleError(f"{where} is no regular expression: {error}.", pack=pack, rule=rule) from None

    for rule in rules.rules.values():
        for where, pattern in patterns_of(rule):
            check(pattern, where, rule.pack, rule.id)
    for pack in (*rules.packs, *rules.rivals):
        for part in pack.parts.values():
            for name in ("shape", "weak_shape", "base64"):
                check(getattr(part, name), f"parts.{part.name}.{name}", pack.path)
        for number, position in enumerate(pack.positions):
            check(
                position.call or position.list, f"positions[{number}].{'call' if position.call else 'list'}", pack.path
            )


def _vocabulary(fields: _Fields) -> Vocabulary:
    names = [
        "placeholder_words", "placeholder_marks", "reference_marks", "other_names", "about_words", "keeper_words",
        "account_words", "foreign_words", "declaring_words", "rival_words", "who_names", "wrapper_calls",
        "decoding_calls", "encoding_words", "exchange_names", "neutral_words", "soft_names", "record_words",
        "system_words",
    ]  # fmt: skip
    lists = {name: fields.words(name) for name in names}
    realms = {
        name: _realm(_Fields(data, fields.pack, f"realms.{name}")) for name, data in fields.take("realms", dict).items()
    }
    fields.done([*names, "realms"])
    ordered = {"placeholder_marks", "reference_marks", "rival_words"}
    return Vocabulary(
        **{name: tuple(words) if name in ordered else frozenset(words) for name, words in lists.items()},  # type: ignore[arg-type]
        realms=realms,
    )


def _realm(fields: _Fields) -> Realm:
    flags: dict[str, frozenset[str]] = {}
    its = _Fields(fields.take("flags", dict), fields.pack, f"{fields.where}.flags")
    for names in its.data.copy():
        values = frozenset(map(str.lower, its.words(names)))
        flags.update(dict.fromkeys(names.split(), values))
    realm = Realm(frozenset(fields.words("words")), flags)
    fields.done(["words", "flags"])
    return realm


def _practices(fields: _Fields, path: str) -> tuple[Usage, list[Rule], list[Examples]]:
    provider = fields.take("provider", str)
    its = usage(provider, fields)
    entries = [with_patterns(entry, its.patterns) for entry in fields.take("rules", list)]
    rules, examples = _rules(entries, path, provider)
    fields.done(["schema", "kind", "provider", "uses", "names", "mentions", "hosts", "patterns", "rules"])
    if not all(rule.is_practice for rule in rules):
        fields.fail("a rule of practices has 'practice'.", "Rules of leaks belong into a file of kind 'pack'.")
    return its, rules, examples


def _with_titles(rules: Iterable[Rule], parts: Mapping[str, Part]) -> list[Rule]:
    """Return a pack's rules with what reports call its parts."""
    titles = tuple((part.name, part.title) for part in parts.values())
    return [replace(rule, parts=titles) for rule in rules]


def _pack(fields: _Fields, path: str) -> tuple[Pack | None, list[Rule], list[Examples]]:
    provider = _Fields(fields.take("provider", dict), path, "provider")
    provider_id, title = provider.take("id", str), provider.take("title", str)
    words = provider.words("words", ())
    optional = provider.take("optional", bool, False)  # noqa: FBT003
    provider.done(["id", "title", "words", "optional"])
    if not all(plain(word) for word in words):
        fields.fail("provider.words must not hold an empty word.", "An empty word would match every file.")
    rules, examples = _rules(fields.take("rules", list), path, provider_id)
    if practice := next((rule.id for rule in rules if rule.is_practice), ""):
        raise RuleError("a pack has no practices.", "Give them a file of kind 'practices'.", pack=path, rule=practice)
    parts = _parts(fields, path, rules)
    rules = _with_titles(rules, parts)
    positions = tuple(
        _position(_Fields(data, path, f"positions[{n}]"), parts)
        for n, data in enumerate(fields.take("positions", list, []))
    )
    samples = frozenset(fields.words("samples", ()))
    realm_marks, site_marks = _marks(fields, path)
    credential = fields.take("credential", dict, None)
    fields.done(
        [
            "schema",
            "kind",
            "provider",
            "parts",
            "positions",
            "samples",
            "realm_marks",
            "site_marks",
            "credential",
            "rules",
        ]
    )
    if not parts:
        return None, rules, examples
    if not words:
        fields.fail("provider.words must hold a word.", "Without a provider word no part can be attributed to it.")
    choice = _Fields(credential, path, "credential")
    rule_id = choice.take("rule", str)
    if rule_id not in {rule.id for rule in rules}:
        choice.fail(f"credential.rule names no rule of this pack: {quoted(rule_id, 40)}.")
    incomplete = _severity(choice, "incomplete", "high")
    choice.done(["rule", "incomplete"])
    return (
        Pack(
            provider_id,
            title,
            words,
            parts,
            positions,
            realm_marks,
            samples,
            rule_id,
            incomplete,
            path,
            site_marks,
            optional,
        ),
        rules,
        examples,
    )


def _parts(fields: _Fields, path: str, rules: Sequence[Rule]) -> dict[str, Part]:
    by_part = {rule.part: rule.id for rule in rules if rule.part}
    parts = {
        name: _part(name, _Fields(data, path, f"parts.{name}"), by_part)
        for name, data in fields.take("parts", dict, {}).items()
    }
    for rule in rules:
        if rule.part is not None and rule.part not in parts:
            fields.fail(f"part {quoted(rule.part)} of rule {quoted(rule.id)} is not among the pack's parts.")
    return parts


def _marks(fields: _Fields, path: str) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return what says that a text is of a realm, and what that it is of a site."""
    realms = _Fields(fields.take("realm_marks", dict, {}), path, "realm_marks")
    realm_marks = {realm: realms.words(realm, ()) for realm in ("demo", "live")}
    realms.done(["demo", "live"])
    sites = fields.take("site_marks", dict, {})
    site_fields = _Fields(sites, path, "site_marks")
    return realm_marks, {str(site): site_fields.words(site) for site in sites}


def _part(name: str, fields: _Fields, by_part: Mapping[str, str]) -> Part:
    if name not in by_part:
        fields.fail(f"no rule has part {quoted(name)}.", "Each part needs a rule that reports it when it stands alone.")
    part = Part(
        name=name,
        title=fields.take("title", str),
        rule=by_part[name],
        shown=fields.take("shown", int, 0),
        identity=fields.take("identity", bool, False),  # noqa: FBT003
        shape=fields.pattern("shape", None),
        weak_shape=fields.pattern("weak_shape", None),
        base64=fields.pattern("base64", None),
        names=frozenset(map(plain, fields.words("names", ()))),
        short_names=frozenset(map(plain, fields.words("short_names", ()))),
        faint_names=frozenset(map(plain, fields.words("faint_names", ()))),
        minimum=fields.take("minimum", int, 1),
        maximum=fields.take("maximum", int, 4096),
        made_up=fields.take("made_up", str, ""),
    )
    fields.done([field for field in Part.__dataclass_fields__ if field not in {"name", "rule"}])
    if not 0 < part.minimum <= part.maximum:
        fields.fail(f"parts.{name}.minimum must be at least 1 and at most the maximum.")
    if not 0 <= part.shown <= 4:
        fields.fail(f"parts.{name}.shown must be 0 to 4.", "A mask shows an owner which value it is, not the value.")
    return part


def _position(fields: _Fields, parts: Mapping[str, Part]) -> Position:
    order = tuple(fields.take("order", list))
    for part in order:
        if part is not None and (not isinstance(part, str) or part not in parts):
            fields.fail(f"{fields.where}.order names no part of this pack: {quoted(str(part), 40)}.")
    position = Position(
        fields.pattern("call", None),
        fields.pattern("list", None),
        order,
        fields.take("strong", bool, False),  # noqa: FBT003
        fields.take("realm_at", int, None),
    )
    fields.done(["call", "list", "order", "strong", "realm_at"])
    if (position.call is None) == (position.list is None):
        fields.fail(f"{fields.where} needs either 'call' or 'list'.")
    return position


def _severity(fields: _Fields, name: str, default: Any = ...) -> Severity:
    word = fields.take(name, str, default)
    try:
        return Severity[word.upper()]
    except KeyError:
        allowed = ", ".join(severity.word for severity in Severity)
        return fields.fail(f"{fields.where}.{name} must be one of {allowed}.")  # type: ignore[no-any-return]


def _rules(entries: Sequence[Any], path: str, provider: str) -> tuple[list[Rule], list[Examples]]:
    rules: list[Rule] = []
    examples: list[Examples] = []
    for number, entry in enumerate(entries):
        rule_id = entry.get("id", "") if isinstance(entry, dict) else ""
        fields = _Fields(entry, path, f"rules[{number}]", str(rule_id)[:60])
        rule = _rule(fields, path, provider)
        examples.append(Examples(rule, fields.take("examples", object)))
        fields.done(_OF_A_RULE)
        if any(other.id == rule.id for other in rules):
            fields.fail(f"the rule id {quoted(rule.id)} is used twice.")
        rules.append(rule)
    if not rules:
        raise RuleError("the pack has no rules.", pack=path)
    return rules, examples


_OF_A_RULE = "id title severity why fix part pattern gate practice audit references tags examples".split()


def _example(rule: str, pack: str, text: Any, fields: _Fields, name: str, *, matches: bool) -> Example:
    """Read an example: a text, or the names of files and their texts, with what git and the system know of them."""
    if isinstance(text, str):
        return Example(rule, pack, text, matches)
    its = _Fields(text, pack, f"examples.{name}", rule) if isinstance(text, dict) else fields
    if its is fields or not (files := {file: text[file] for file in text if file not in _OF_AN_EXAMPLE}):
        fields.fail(f"examples.{name} must hold at least one text.", "Or files' names with their texts.")
    for file in files:
        its.take(file, str)
    committed = its.words("git") if "git" in text else None
    modes, ages = (its.take(key, dict, {}) for key in ("mode", "age"))
    path, content = next(iter(files.items()))
    if len(text) == 1:
        return Example(rule, pack, content, matches, path)
    known = committed, tuple(modes.items()), tuple(ages.items())
    return Example(rule, pack, content, matches, path, tuple(files.items()), *known)


_OF_AN_EXAMPLE = ("git", "mode", "age")


def _rule(fields: _Fields, path: str, provider: str) -> Rule:
    rule_id = fields.take("id", str)
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", rule_id):
        fields.fail("an id is made of lower-case words joined by '-'.", "For example: acme-secret-key.")
    rule = Rule(
        id=rule_id,
        pack=path,
        provider=provider,
        title=fields.take("title", str),
        severity=_severity(fields, "severity"),
        why=fields.take("why", str).strip(),
        fix=fields.take("fix", str).strip(),
        part=fields.take("part", str, None),
        pattern=fields.pattern("pattern", None),
        references=fields.words("references", ()),
        tags=fields.words("tags", ()),
        gate=fields.pattern("gate", None),
        practice=clauses(fields),
        audit=audit(fields),
        edit=edit(fields),
    )
    if sum(map(bool, (rule.part, rule.pattern, rule.is_practice))) > 1:
        fields.fail("a rule has either 'part' or 'pattern'.", "Practices stand in a file of kind 'practices'.")
    if bool(rule.gate) is not rule.is_in_texts:
        fields.fail("a rule with 'practice' has a 'gate', and no other rule has one.")
    return rule


def free_names(pack: Pack) -> list[str]:
    """Return patterns of the names of free text that say enough by themselves; a short one only counts beside a shape.

    A name matches however its words are separated: 'apipass' as API_PASS, api-pass, api["pass"]. Where words are not
    known it may be parted anywhere; known ones are looked for 20 times faster. What holds another name is left out.
    """
    split = re.compile("|".join([*_words_of_names(pack), "."]))
    names = {name for part in pack.parts.values() if part.shape is None for name in part.names}
    names = {name for name in names if not any(other in name for other in names - {name})}
    return [
        r"[^0-9A-Za-z\n]{0,3}".join(split.findall(name)) if name.isascii() else re.escape(name)
        for name in sorted(names)
    ]


def _words_of_names(pack: Pack) -> list[str]:
    """Return the known words that names are made of, without those that begin or end with another."""
    words = {word for part in pack.parts.values() for word in part.short_names}.union(pack.words)
    words = {word for word in words if len(word) > 2 and word.isascii() and word.isalpha()}
    return sorted(word for word in words if not any(word.startswith(o) or word.endswith(o) for o in words - {word}))


# --- marks: made-up values that are filled in at run time, so that no file of ours looks like a leak

MARK = expression(
    r"<(api_key|secret_key|passphrase|[a-z][a-z0-9]*\.[a-z_]+|uuid|hex(\d+)|alnum(\d+)|digits(\d+))(?::(\d+))?((?:\|\w+)*)>"
)
_WORDS = [
    "Harbor",
    "Lantern",
    "Meadow",
    "Copper",
    "Falcon",
    "Juniper",
    "Orbit",
    "Pebble",
    "Quartz",
    "Ribbon",
    "Saddle",
    "Timber",
    "Velvet",
    "Walnut",
    "Zephyr",
]
_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def expand(text: str, seed: str = "") -> str:
    """Fill the marks of a text: `<api_key>`, `<secret_key:2>`, `<passphrase|base64>`, `<hex32|upper>` and so on.

    The same mark with the same seed always gives the same value; `_FILTERS` has what may follow it.
    """
    return MARK.sub(lambda mark: value_of_mark(mark[0], seed) if _is_known(mark[1]) else mark[0], text)


def _is_known(kind: str) -> bool:
    """Tell a mark from what only looks like one: `<system.web>` is a tag of XML."""
    return "." not in kind or kind in _templates()


def value_of_mark(mark: str, seed: str = "") -> str:
    """Return the value of one mark, filters applied."""
    found = MARK.fullmatch(mark)
    if found is None:
        raise ValueError(f"{mark} is no mark")
    kind, number = found[1], found[5] or "1"
    import random

    source = random.Random(f"{seed}/{kind}/{number}")  # noqa: S311 - values that are made up, and the same every time
    value = _made_up(kind, source, next((int(found[n]) for n in (2, 3, 4) if found[n]), 0))
    for name in found[6].split("|")[1:]:
        value = _FILTERS[name](value)
    return value


def _base32(value: bytes) -> str:
    import base64

    return base64.b32encode(value).decode()


_FILTERS: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "short": lambda value: value[:4].lower() + value[-2:],  # a passphrase from before there was a rule for it
    "base64": lambda value: b2a_base64(value.encode(), newline=False).decode(),
    "base64nl": lambda value: b2a_base64(f"{value}\n".encode(), newline=False).decode(),
    # of the value itself: signs that some notation writes in another way
    "dollar": lambda value: f"{value}$x7",
    "quote": lambda value: f"{value}'s",
    "percentsign": lambda value: f"{value}%x7",
    "ampersand": lambda value: f"{value}&x<7",
    "doublequote": lambda value: f'{value}"x7',
    "backslash": lambda value: f"{value}\\Q7",
    "comma": lambda value: f"{value},x7",
    "dollars2": lambda value: f"{value}$$x7",
    # how notations write it; a half of it, of what is written in pieces
    "unicode": lambda value: "".join(f"\\u{ord(sign):04x}" for sign in value),
    "hexes": lambda value: "".join(f"\\x{ord(sign):02x}" for sign in value),
    "octal": lambda value: "".join(f"\\{ord(sign):03o}" for sign in value),
    "braced": lambda value: "".join(f"\\u{{{ord(sign):x}}}" for sign in value),
    "long": lambda value: "".join(f"\\U{ord(sign):08x}" for sign in value),
    "percent": lambda value: "".join(sign if sign.isalnum() or sign == "-" else f"%{ord(sign):02X}" for sign in value),
    "percentall": lambda value: "".join(f"%{ord(sign):02X}" for sign in value),
    "hyphenpercent": lambda value: value.replace("-", "%2D"),
    "hyphenbraced": lambda value: value.replace("-", "\\u{2d}"),
    "hyphenlong": lambda value: value.replace("-", "\\U0000002d"),
    "hyphenoctal": lambda value: value.replace("-", "\\055"),
    "printable": lambda value: "".join(sign if sign.isalnum() else f"={ord(sign):02X}" for sign in value),
    "entities": lambda value: "".join(sign if sign.isalnum() else f"&#{ord(sign)};" for sign in value),
    "numbered": lambda value: "".join(f"&#{ord(sign)};" for sign in value),
    "numberedhex": lambda value: "".join(f"&#x{ord(sign):X};" for sign in value),
    "dollars": lambda value: value.replace("$", "$$"),
    "percents": lambda value: value.replace("%", "%%"),
    "shell": lambda value: value.replace("'", "'\\''"),
    "slashes": lambda value: "".join(sign if sign.isalnum() else f"\\{sign}" for sign in value),
    "escapes": lambda value: value.replace("\\", "\\\\").replace('"', '\\"'),
    "references": lambda value: value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;"),
    "slashcomma": lambda value: value.replace(",", "\\,"),
    "doubled": lambda value: value.replace('"', '""'),
    "backticks": lambda value: value.replace("$", "`$"),
    "backtickquote": lambda value: value.replace('"', '`"'),
    "hex": lambda value: value.encode().hex(),
    "base32": lambda value: _base32(value.encode()),
    "slashquote": lambda value: value.replace("'", "\\'"),
    "slashdollar": lambda value: value.replace("$", "\\$"),
    "sqlquote": lambda value: value.replace("'", "''"),
    "head": lambda value: value[: len(value) // 2],
    "tail": lambda value: value[len(value) // 2 :],
}
OF_THE_VALUE = frozenset(
    "upper lower short comma dollar dollars2 quote doublequote percentsign ampersand backslash".split()
)
"""The filters that make another value; all others write the same one in another way."""


@cache
def _templates() -> Mapping[str, str]:
    """Return the marks that make values of the parts of shipped packs, by `pack.part`."""
    loaded = load()
    packs = (*loaded.packs, *loaded.rivals)
    return {f"{pack.id}.{part.name}": part.made_up for pack in packs for part in pack.parts.values() if part.made_up}


def _made_up(kind: str, source: Random, length: int) -> str:
    if "." in kind:
        return expand(_templates()[kind], str(source.getrandbits(64)))
    if kind in {"api_key", "uuid"}:
        digits = f"{source.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{source.choice('89ab')}{digits[17:20]}-{digits[20:]}"
    if kind == "secret_key":
        return f"{source.getrandbits(128):032X}"
    if kind == "passphrase":
        first, second = source.sample(_WORDS, 2)
        return f"{first}{source.choice('!@%*-_.+')}{second}{source.randrange(10, 100)}"
    alphabet = {"h": "0123456789abcdef", "a": _ALNUM, "d": "0123456789"}[kind[0]]
    return "".join(source.choice(alphabet) for _ in range(length))


def marks(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (part, number, filters) of every mark of a credential's part in a text."""
    for found in MARK.finditer(text):
        if found[1] in {"api_key", "secret_key", "passphrase"} or found[1] in _templates():
            yield found[1], found[5] or "1", tuple(found[6].split("|")[1:])
