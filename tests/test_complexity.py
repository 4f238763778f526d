"""No function makes more decisions than somebody can keep in mind; the list of those that do only gets shorter.

Ruff's own rule (C901) counts statements; conditions and comprehensions decide as well, and are counted here.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE = Path(__file__).parent.parent / "keyguard"
_LIMIT = 12
_LISTED = Path(__file__).with_name("complex_functions.txt")

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def functions(tree: ast.AST, within: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Return the functions and methods of a module with their names; what is defined in one belongs to it."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _Function):
            yield f"{within}{node.name}", node
        else:
            inner = f"{within}{node.name}." if isinstance(node, ast.ClassDef) else within
            yield from functions(node, inner)


def decisions(function: ast.AST) -> int:
    """Count the ways through a function, as McCabe did for its branches and conditions."""
    return 1 + sum(map(_branches, ast.walk(function)))


def _branches(node: ast.AST) -> int:
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return isinstance(node, ast.If | ast.IfExp | ast.For | ast.While | ast.ExceptHandler | ast.match_case)


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("return 1", 1),
        ("if a and b or c: return 1", 4),
        ("return [x for x in a if x if not x]", 4),
        ("return 1 if a else 2", 2),
        ("for x in a:\n  while x: pass", 3),
        ("try: pass\n except A: pass\n except B: pass", 3),
        ("return lambda x: x or y", 2),
        ("def inner():\n  return a or b\n return inner", 2),
    ],
)
def test_ways_through_a_function_are_counted(body: str, number: int) -> None:
    ((_, function),) = functions(ast.parse(f"def f():\n {body}"))
    assert decisions(function) == number


def test_functions_stay_simple_and_the_list_of_exceptions_only_shrinks() -> None:
    found: dict[str, int] = {}
    for path in _PACKAGE.rglob("*.py"):
        for name, function in functions(ast.parse(path.read_text("utf-8"))):
            found[name] = max(decisions(function), found.get(name, 0))
    complex_ones = {name for name, number in found.items() if number > _LIMIT}
    listed = set(_LISTED.read_text("utf-8").split())
    new = sorted(f"{name} ({found[name]})" for name in complex_ones - listed)
    assert not new, f"split what makes more than {_LIMIT} decisions"
    assert not sorted(listed - complex_ones), f"take them off {_LISTED.name}: they are simple by now, or gone"
