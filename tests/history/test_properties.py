"""What must hold of every history: made at random, compared with a model that keeps every commit's whole tree."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from keyguard.detect.assemble import assemble
from keyguard.detect.matcher import Matcher
from keyguard.git.model import Change, Commit, Ref
from keyguard.model import Blob, Match, Tracking
from keyguard.sources import provenance
from tests.cases import rule_set
from tests.examples import examples
from tests.history.conftest import Made, Repository, fast_import, keys, leak, part, scan

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

# Provenance: two findings of two parts each, in blobs that hold some of them, and in messages.

HELD: dict[str, dict[int, int]] = {
    "key": {0: 0b01},
    "secret": {0: 0b10},
    "whole": {0: 0b11},
    "other": {1: 0b11},
    "both": {0: 0b11, 1: 0b11},
}
WANTED = {0: 0b11, 1: 0b11}
BLOBS = [*HELD, "clean", "clean too"]


@dataclass
class Model:
    """Commits with their whole trees, in an order in which parents come first."""

    parents: list[tuple[int, ...]] = field(default_factory=list)
    trees: list[dict[str, str]] = field(default_factory=list)
    said: dict[int, dict[int, int]] = field(default_factory=dict)

    def holds(self, commit: int, finding: int) -> int:
        """Return the parts of a finding that a commit holds, as a file or in its message."""
        texts = [HELD.get(blob, {}) for blob in self.trees[commit].values()] + [self.said.get(commit, {})]
        parts = 0
        for text in texts:
            parts |= text.get(finding, 0)
        return parts

    def in_tree(self, commit: int, finding: int) -> bool:
        return any(finding in HELD.get(blob, {}) for blob in self.trees[commit].values())

    def reached(self, commit: int) -> set[int]:
        found, left = set[int](), [commit]
        while left:
            one = left.pop()
            if one not in found:
                found.add(one)
                left += self.parents[one]
        return found

    def commits(self) -> list[Commit]:
        return [
            Commit(f"c{number}", tuple(f"c{parent}" for parent in parents), tuple(self._changes(number)))
            for number, parents in enumerate(self.parents)
        ]

    def _changes(self, number: int) -> list[Change]:
        before = self.trees[self.parents[number][0]] if self.parents[number] else {}
        after = self.trees[number]
        return [
            Change(path, before.get(path, ""), after.get(path, ""))
            for path in sorted(before.keys() | after.keys())
            if before.get(path) != after.get(path)
        ]


@st.composite
def models(draw: st.DrawFn) -> Model:
    model = Model()
    for number in range(draw(st.integers(1, 9))):
        parents = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
        model.parents.append(tuple(parents))
        tree: dict[str, str | None] = {}
        for parent in reversed(parents):
            tree.update(model.trees[parent])
        changes: Mapping[str, str | None] = draw(
            st.dictionaries(st.sampled_from("abcd"), st.sampled_from([*BLOBS, None]), max_size=3)
        )
        tree.update(changes)
        model.trees.append({path: blob for path, blob in tree.items() if blob})
        if draw(st.integers(0, 9)) == 0:
            model.said[number] = {draw(st.integers(0, 1)): 0b11}
    return model


@given(models(), st.data())
@examples(400)
def test_a_trace_tells_what_whole_trees_tell(model: Model, data: st.DataObject) -> None:
    last = len(model.parents) - 1
    head = data.draw(st.integers(0, last))
    refs = {f"r{number}": number for number in data.draw(st.lists(st.integers(0, last), unique=True))}
    held = HELD | {f"c{number}": said for number, said in model.said.items()}
    told = provenance.trace(
        model.commits(),
        held,
        WANTED,
        [Ref(name, f"c{at}", "commit", f"c{at}") for name, at in refs.items()],
        f"c{head}",
    )
    for finding in WANTED:
        _check(model, finding, told[finding], refs, head)


def _check(model: Model, finding: int, told: provenance.Trace, refs: dict[str, int], head: int) -> None:
    holding = {number for number in range(len(model.parents)) if model.holds(number, finding)}
    assert told.commits == len(holding)
    assert told.together == any(model.holds(number, finding) == WANTED[finding] for number in holding)
    assert told.refs == sorted(name for name, at in refs.items() if model.reached(at) & holding)
    assert {path for path in told.paths if len(path) == 1} == {
        path for tree in model.trees for path, blob in tree.items() if finding in HELD.get(blob, {})
    }
    brought = [int(step.commit[1:]) for step in told.brought]
    assert bool(brought) == bool(holding)
    if brought:
        assert brought[0] in holding
        assert not (model.reached(brought[0]) - {brought[0]}) & holding
    _check_removal(model, finding, told, head, holding)


def _check_removal(model: Model, finding: int, told: provenance.Trace, head: int, holding: set[int]) -> None:
    behind = model.reached(head)
    if head in holding:
        assert (told.in_head, told.removed) == (True, None)
    elif not behind & holding:
        assert (told.in_head, told.removed) == (False, None)
    elif told.removed is None:  # a message cannot be removed
        assert told.in_head
        assert any(finding in model.said.get(number, {}) for number in behind)
    else:
        remover = int(told.removed.commit[1:])
        assert not told.in_head
        assert remover in behind - holding
        assert any(
            finding in HELD.get(model.trees[parent].get(told.removed.path, ""), {}) for parent in model.parents[remover]
        )


# Assembling: versions of files, in any order.

_MATCHER = Matcher(rule_set(), time_limit=60)
_TEXTS = [
    *(leak(name) for name in "xy"),
    *(part(mark, name) for mark in ("api_key", "secret_key", "passphrase") for name in "xy"),
    leak("x") + "\n" * 80 + leak("y"),
    "# " + leak("x"),
]


@given(
    st.lists(st.tuples(st.sampled_from(["a.env", "b.env", "c/a.env"]), st.integers(0, len(_TEXTS) - 1)), max_size=8),
    st.booleans(),
    st.randoms(use_true_random=False),
)
@examples(150)
def test_assembling_versions_is_independent_of_their_order(
    versions: list[tuple[str, int]], today: bool, random: object
) -> None:
    found: list[Match] = []
    for age, (path, text) in enumerate(dict.fromkeys(versions)):
        tracking = Tracking.TRACKED if today and age == 0 else Tracking.COMMITTED
        found += _MATCHER.find(_TEXTS[text], Blob(path, f"{text:040x}", 0, tracking, age))
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert assemble(shuffled, rule_set()) == assemble(found, rule_set())


# The whole: what was planted is found once, whatever later commits did.

_PATHS = ["a.env", "b.env", "src/live.env", "deep/er/c.env", "node_modules/x/d.env", "poetry.lock"]
_READ = set(_PATHS[:4])
_EVIDENCE: dict[str, str | None] = {"node_modules/x/package.json": "{}\n", "pyproject.toml": "\n"}  # of the others


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Made], list[str]]:
    """Return commits, and the names of the credentials that stood at a path which is read."""
    made: list[Made] = []
    trees: list[dict[str, str]] = []
    counter = itertools.count()
    held: dict[str, set[str]] = {}
    for number in range(draw(st.integers(2, 12))):
        parents = draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=2, unique=True)) if number else []
        tree = dict(trees[parents[0]]) if parents else {}
        files: dict[str, str | None] = {} if number else dict(_EVIDENCE)
        for path in draw(st.lists(st.sampled_from(_PATHS), min_size=1, max_size=3, unique=True)):
            deed = draw(st.sampled_from(["plant", "noise", "delete", "copy", "comment"]))
            if deed == "plant":
                name = f"planted {next(counter)}"
                files[path] = leak(name)
                held[files[path] or ""] = {name}
            elif deed == "noise":
                files[path] = f"nothing {number}\n"
            elif deed == "delete":
                files[path] = None if path in tree else "new\n"
            elif source := draw(st.sampled_from(sorted(tree) or [""])):
                files[path] = tree[source] if deed == "copy" else f"# {number}\n{tree[source]}"
                held[files[path] or ""] = held.get(tree[source], set())
        tree |= {path: text for path, text in files.items() if text is not None}
        tree = {path: text for path, text in tree.items() if files.get(path, "") is not None}
        trees.append(tree)
        branch = draw(st.sampled_from(["main", "side", "other"])) if number else "main"
        made.append(Made([parent + 1 for parent in parents], files, branch, f"commit {number}"))
    names = {name for tree in trees for path, text in tree.items() if path in _READ for name in held.get(text, ())}
    return made, sorted(names)


@given(histories())
@examples(25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_was_planted_is_found_once(
    tmp_path_factory: pytest.TempPathFactory, history: tuple[list[Made], list[str]]
) -> None:
    made, names = history
    repository = Repository(tmp_path_factory.mktemp("random") / "r", "--bare")
    # Each commit gets a branch of its own, so that none is dropped when its branch is begun anew.
    fast_import(repository, [Made(one.parents, one.files, f"b{n}", one.message) for n, one in enumerate(made)])
    first, second = scan(repository), scan(repository)
    assert first.keys == second.keys == keys(*names)
    assert all(one["history"]["introduced"] and not one["missing"] for one in first.report["findings"])
