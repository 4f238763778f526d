"""Frozen dataclasses that cost little to make: a start makes 60, in 0.14 ms each where the standard ones take 0.5 ms.

Those have up to ten methods compiled for each class. Here that is done for `__init__` alone, and the other methods are
the same few functions for all. That nothing is assigned to is left to the type checker, which sees the standard one.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from dataclasses import dataclass
else:
    import dataclasses

    def dataclass(*, frozen: bool = False, order: bool = False, **others: bool) -> Callable[[type], type]:
        """Return the decorator; for what is not frozen that of `dataclasses`."""
        if not frozen:
            return dataclasses.dataclass(order=order, **others)

        def decorate(cls: type) -> type:
            made = dataclasses.dataclass(eq=False, repr=False, **others)(cls)
            fields = dataclasses.fields(made)
            methods = {"__repr__": _shown([one.name for one in fields if one.repr])}
            methods |= _compared([one.name for one in fields if one.compare], ordered=order)
            for name, method in methods.items():
                if name not in cls.__dict__:
                    setattr(made, name, method)
            return made

        return decorate


def _shown(names: Sequence[str]) -> Callable[[Any], str]:
    return lambda self: f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


def _compared(names: Sequence[str], *, ordered: bool) -> dict[str, Callable[..., Any]]:
    """Return the methods that compare objects of one class by these attributes."""
    values: Callable[[Any], Any] = operator.attrgetter(*names) if names else lambda _: ()

    def method(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
        return lambda self, other: (
            compare(values(self), values(other)) if other.__class__ is self.__class__ else NotImplemented
        )

    wanted = ("eq", "lt", "le", "gt", "ge") if ordered else ("eq",)
    return {f"__{name}__": method(getattr(operator, name)) for name in wanted} | {
        "__hash__": lambda self: hash(values(self))
    }
