"""Processes of our own that work through batches: in order, none lost when one of them dies.

    batches -> [worker, worker, ...] -> answers, in the order of their batches

A worker that dies, killed or out of memory, is replaced; its batch is tried again item by item, and an item that kills
its worker again is given up. (The standard library's pool loses all that is under way then, and needs threads beside
the fork.)
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from keyguard.engine.workers import Forked, Started, start_method

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from keyguard.engine.workers import Worker

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(slots=True)
class _Job(Generic[Item]):
    """A batch, or one item of a batch whose worker died."""

    number: int  # of the batch
    place: int  # of the first item within the batch
    items: Sequence[Item]
    tries: int = 0


@dataclass(slots=True)
class _Open(Generic[Item, Answer]):
    """A batch under way: what it was, and the answers so far by the place of their first item."""

    items: Sequence[Item]
    answered: dict[int, tuple[Sequence[Item], Answer | None]] = field(default_factory=dict)
    waiting: int = 1


def work(
    do: Callable[[Sequence[Item]], Answer],
    batches: Iterable[Sequence[Item]],
    count: int,
    leave: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Sequence[Item], Answer | None]]:
    """Give batches to `count` workers that each call `do`, and yield what each answered, in the order of the batches.

    The answer is None for what was given up. `do` and what it holds are inherited or pickled, items and answers are
    pickled. A worker that is no longer needed calls `leave`, so that it waits for the processes that it started. Where
    no worker can be had the batches are worked through here.
    """
    made: Callable[[], Worker] = partial({"fork": Forked, "spawn": Started}[start_method()], do, leave)
    workers: list[Worker] = []
    try:
        workers += (made() for _ in range(count))
        if all(worker.is_ready() for worker in workers):
            yield from _Shift(made, workers, batches).answers()
        else:
            yield from ((batch, do(batch)) for batch in batches)
        for worker in workers:
            worker.dismiss()
    finally:
        for worker in workers:
            worker.stop()


class _Shift(Generic[Item, Answer]):
    """Hands out jobs and collects answers: one that is slow does not keep the others."""

    def __init__(
        self,
        made: Callable[[], Worker],
        workers: list[Worker],
        batches: Iterable[Sequence[Item]],
    ) -> None:
        self._made, self._workers, self._batches = made, workers, enumerate(batches)
        self._again: deque[_Job[Item]] = deque()
        self._open: dict[int, _Open[Item, Answer]] = {}
        self._busy: dict[Any, tuple[Worker, _Job[Item]]] = {}
        self._following = self._next()

    def answers(self) -> Iterator[tuple[Sequence[Item], Answer | None]]:
        due = 0
        while self._following or self._busy:
            self._hand_out()
            self._collect()
            while due in self._open and not self._open[due].waiting:
                answered = self._open.pop(due).answered
                yield from (answered[place] for place in sorted(answered))
                due += 1

    def _next(self) -> _Job[Item] | None:
        if self._again:
            return self._again.popleft()
        numbered = next(self._batches, None)
        if numbered is None:
            return None
        self._open[numbered[0]] = _Open(numbered[1])
        return _Job(numbered[0], 0, numbered[1])

    def _hand_out(self) -> None:
        busy = [worker for worker, _ in self._busy.values()]
        for worker in self._workers:
            if self._following and worker not in busy:
                worker.ask(self._following.items)
                self._busy[worker.pipe] = (worker, self._following)
                self._following = self._next()  # named while the workers are busy

    def _collect(self) -> None:
        from multiprocessing.connection import wait

        for pipe in wait(list(self._busy)):
            worker, job = self._busy.pop(pipe)
            try:
                self._take(job, worker.answer())
            except (EOFError, OSError):
                worker.stop()
                self._workers[self._workers.index(worker)] = self._replaced()
                self._retry(job)
        self._following = self._following or self._next()

    def _replaced(self) -> Worker:
        worker = self._made()
        worker.is_ready()  # one that cannot be had is known from its first answer
        return worker

    def _take(self, job: _Job[Item], answer: Answer | None) -> None:
        batch = self._open[job.number]
        batch.answered[job.place] = (job.items, answer)
        batch.waiting -= 1

    def _retry(self, job: _Job[Item]) -> None:
        if job.tries:
            self._take(job, None)
            return
        singles = [_Job(job.number, place, [item], 1) for place, item in enumerate(job.items)]
        self._open[job.number].waiting += len(singles) - 1
        self._again.extend(singles)
