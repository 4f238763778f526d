"""Processes of our own that work through batches: in order, none lost when one of them dies.

    batches -> [worker, worker, ...] -> answers, in the order of their batches

A worker is forked, so that it inherits what it needs and nothing has to be sent but the batches. One that dies, killed
or out of memory, is replaced; its batch is tried again item by item, and an item that kills its worker again is given
up. (The standard library's pool loses all that is under way then, and needs threads beside the fork.)
"""

from __future__ import annotations

import contextlib
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from keyguard import signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def can_fork() -> bool:
    """Tell whether this system can start workers at all."""
    import multiprocessing

    return "fork" in multiprocessing.get_all_start_methods()


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

    The answer is None for what was given up. `do` and what it holds are inherited, items and answers are pickled. A
    worker that is no longer needed calls `leave`, so that it waits for the processes that it started.
    """
    workers: list[_Worker] = []
    try:
        workers += (_Worker(do, leave) for _ in range(count))
        yield from _Shift(do, leave, workers, batches).answers()
        for worker in workers:
            worker.dismiss()
    finally:
        for worker in workers:
            worker.stop()


class _Shift(Generic[Item, Answer]):
    """Hands out jobs and collects answers: one that is slow does not keep the others."""

    def __init__(
        self,
        do: Callable[[Sequence[Item]], Answer],
        leave: Callable[[], None],
        workers: list[_Worker],
        batches: Iterable[Sequence[Item]],
    ) -> None:
        self._do, self._leave, self._workers, self._batches = do, leave, workers, enumerate(batches)
        self._again: deque[_Job[Item]] = deque()
        self._open: dict[int, _Open[Item, Answer]] = {}
        self._busy: dict[Any, tuple[_Worker, _Job[Item]]] = {}
        self._following = self._next()

    def answers(self) -> Iterator[tuple[Sequence[Item], Answer | None]]:
        due = 0
        while self._following or self._busy:
            self._hand_out()
            self._collect()
            while due in self._open and not self._open[due].waiting:
                told = self._open.pop(due).answered
                yield from (told[place] for place in sorted(told))
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
                self._workers[self._workers.index(worker)] = _Worker(self._do, self._leave)
                self._retry(job)
        self._following = self._following or self._next()

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


class _Worker:
    """A forked process that answers what it is asked."""

    def __init__(self, do: Callable[[Any], Any], leave: Callable[[], None]) -> None:
        import multiprocessing

        context = multiprocessing.get_context("fork")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self.pipe, do, leave), daemon=True)
        with signals.held_back():
            self._process.start()
        theirs.close()

    def ask(self, items: Sequence[Any]) -> None:
        """Send a batch; a death is noticed when it is to answer."""
        with contextlib.suppress(OSError):
            self.pipe.send(items)

    def answer(self) -> Any:
        """Wait for the answer; EOFError or OSError when the process is gone."""
        return self.pipe.recv()

    def dismiss(self) -> None:
        """Let the process end by itself, if it does so soon."""
        self.ask(())
        self._process.join(1)

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.pipe.close()
        self._process.terminate()
        self._process.join(1)
        self._process.kill()
        self._process.join()


def _serve(pipe: Any, other_end: Any, do: Callable[[Any], Any], leave: Callable[[], None]) -> None:
    other_end.close()  # so that the parent's end is the parent's alone, and its death is noticed here
    signals.leave_to_parent()  # they are still held back here
    with contextlib.suppress(EOFError, OSError):
        while items := pipe.recv():
            pipe.send(do(items))
    leave()
