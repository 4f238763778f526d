"""What a hook of a coding agent costs: one event, beside `python -c pass`.

Tool calls without a credential, one that mentions OKX, and an output that holds a credential, which is masked.
"""

from __future__ import annotations

import json
import statistics
import sys
from typing import Any

from benchmarks.claims import claim
from benchmarks.common import KEYGUARD, Runs, arguments, in_turns, spread, table, temporary
from keyguard.packs import expand

_LEAK = "OKX_API_KEY=<api_key>\nOKX_SECRET_KEY=<secret_key>\nOKX_PASSPHRASE=<passphrase>\n"
_EVENTS = {
    "a tool call": {"hook_event_name": "PreToolUse", "tool_input": {"command": "git status --short"}},
    "a tool call that mentions OKX": {
        "hook_event_name": "PreToolUse",
        "tool_input": {"file_path": "bot.py", "content": 'import os\n\nokx_key = os.environ["OKX_API_KEY"]\n'},
    },
    "an output that is masked": {
        "hook_event_name": "PostToolUse",
        "tool_input": {"command": "cat .env"},
        "tool_response": {"stdout": expand(_LEAK, "agents"), "stderr": ""},
    },
}


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=21, tree="events of Claude Code")
    with claim(options, "agents", public=options.path is None) as said:
        with temporary() as folder:
            cache = {"KEYGUARD_CACHE_DIR": str(folder / "cache")}
            run = [*KEYGUARD, "hook", "run", "--agent", "claude-code"]
            runs = {"python -c pass": Runs([sys.executable, "-c", "pass"], accepted=(0,))}
            for name, event in _EVENTS.items():
                runs[name] = Runs(run, cache, accepted=(0,), stdin=_written(event))
            in_turns(list(runs.values()), options.rounds)
        bare = runs["python -c pass"]
        more = {
            name: [1000 * (one - other) for one, other in zip(took.wall, bare.wall, strict=True)]
            for name, took in runs.items()
        }
        rows = [["event", "time", "more than python", "processor time"]]
        for name, took in runs.items():
            times = ([1000 * second for second in seconds] for seconds in (took.wall, took.cpu))
            wall, cpu = (spread(list(one), "ms", 0) for one in times)
            rows.append([name, wall, spread(more[name], "ms", 0), cpu])
        table(rows)
        # Other work on the machine makes no difference to the processor's time.
        usual, masked = (
            statistics.median(1000 * (one - other) for one, other in zip(runs[name].cpu, bare.cpu, strict=True))
            for name in ("a tool call", "an output that is masked")
        )
        said.sentence = (
            f"A hook of a coding agent: {usual:.0f} ms of the processor more than `python -c pass` for a tool call, "
            f"{masked:.0f} ms where it masks a credential."
        )


def _written(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()


if __name__ == "__main__":
    main()
