"""One event from standard input to its answer, whatever the event is: no error gets out, and no value.

An agent takes some exit codes for a decision, so that what goes wrong here is a decision too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

from keyguard.agents import Decision, Event, Kind, Ruling

if TYPE_CHECKING:
    from keyguard.agents import Agent

_LARGEST = 16 << 20  # bytes of an event; agents cut what a tool returns long before
_CHUNK = 1 << 20
_UNKNOWN = Event(Kind.CALL, "", None)
_DEEP = "its data is nested too deeply"


def respond(agent: Agent, stream: BinaryIO, *, warn: bool, block: bool) -> tuple[dict[str, Any], str, int]:
    """Return the answer to the event in a stream, what to tell the user beside it, and the exit code.

    `warn` lets an event through that holds a credential, `block` holds one back that could not be looked at.
    """
    event, ruling = _ruled(agent, stream, warn=warn, block=block)
    code = agent.EXIT_OF_BLOCK if ruling.decision is Decision.BLOCK else 0
    return agent.answer(event, ruling), ruling.sentence, code


def written(agent: Agent, answer: dict[str, Any]) -> bytes:
    """Return an answer as it goes to the agent; in ASCII, so that no text of an event can be one that has no bytes.

    Where the exit code decides, what is written may reach the model, and nothing is where there is nothing to say.
    """
    if agent.EXIT_OF_BLOCK and not answer:
        return b""
    return json.dumps(answer).encode() + b"\n"


def _ruled(agent: Agent, stream: BinaryIO, *, warn: bool, block: bool) -> tuple[Event, Ruling]:
    from keyguard.agents.inspect import DEEPEST, failed, inspector, ruled

    event: Event | None = _UNKNOWN
    try:
        data = _parsed(_read(stream))
        event = agent.read(data)
        if event is None or not event.payload:
            return event or _UNKNOWN, Ruling(Decision.ALLOW)
        if _is_deeper(event.payload, DEEPEST):
            raise _RefusedError(_DEEP)  # noqa: TRY301
        held = inspector().held(event.payload, event.path)
        return event, ruled(event, held, warn=warn, title=event.harness or agent.TITLE)
    except _RefusedError as error:
        reason = str(error)
    except RecursionError:
        reason = _DEEP
    except Exception as error:  # noqa: BLE001 - its text may hold a value
        reason = f"it failed ({type(error).__name__})"
    return event or _UNKNOWN, failed(event or _UNKNOWN, reason, block=block)


class _RefusedError(Exception):
    """An event that is not looked at; the text says why, and holds nothing of the event."""


def _read(stream: BinaryIO) -> bytes:
    """Read an event; one that is too large is read to its end all the same, since the agent waits for that."""
    data = stream.read(_LARGEST + 1)
    if len(data) <= _LARGEST:
        return data
    del data
    while stream.read(_CHUNK):
        pass
    raise _RefusedError(f"the event is larger than {_LARGEST >> 20} MiB")


def _is_deeper(payload: Any, levels: int) -> bool:
    """Say whether something is nested more deeply, without going as deep."""
    level = [payload]
    for _ in range(levels):
        level = [
            one
            for above in level
            if isinstance(above, dict | list)
            for one in (above.values() if isinstance(above, dict) else above)
        ]
        if not level:
            return False
    return True


def _parsed(raw: bytes) -> dict[str, Any]:
    """Parse an event; bytes that are no UTF-8 are replaced, so that they hide nothing that stands beside them."""
    try:
        data = json.loads(raw.decode("utf-8-sig", "replace"))
    except ValueError:
        raise _RefusedError("the event is not valid JSON") from None
    if not isinstance(data, dict):
        raise _RefusedError("the event is not a JSON object")
    return data
