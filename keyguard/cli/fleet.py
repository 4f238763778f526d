"""`keyguard fleet`: many repositories as one scan, on the cores of this machine or on a cluster of Dask."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keyguard import api, atomic
from keyguard.cli import checking, screen
from keyguard.cli.examples import examples
from keyguard.cli.layout import Group
from keyguard.errors import ReportError, RequestError
from keyguard.signals import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyguard.fleet.hosts import Host
    from keyguard.fleet.record import Record
    from keyguard.fleet.run import Summary
    from keyguard.fleet.unit import Task


_SHOWN = 3  # names of what runs now


@click.group(
    "fleet",
    cls=Group,
    epilog=examples(
        "keyguard fleet scan ~/mirrors --out results",
        "keyguard fleet report results --html fleet.html",
    ),
)
def command() -> None:
    """Scan many repositories, and report on all of them as one."""


@command.command(
    "scan",
    epilog=examples(
        "keyguard fleet scan ~/mirrors --out results",
        "keyguard fleet scan repositories.txt --out results --shard 3/10",
        "keyguard fleet scan github:acme --out results --skip-forks",
        "keyguard fleet scan gitea:acme --api https://git.example/api/v1 --out r",
        "keyguard fleet scan urls.txt --out r --scheduler tls://10.0.0.5:8786",
        "keyguard fleet scan ~/mirrors --out results --verify  # ask OKX, too",
    ),
)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--out", required=True, metavar="DIR|URL", help="Where results are kept; what is there is not done again."
)
@click.option("--shard", default="", metavar="I/N", help="Do the I-th of N parts here, without Dask.")
@click.option("--scheduler", default="", metavar="ADDRESS|FILE", help="Use a Dask scheduler that is running.")
@click.option("--tls", nargs=3, metavar="CA CERT KEY", help="TLS files for the connection to the scheduler.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes here (default: one a core).")
@click.option("--api", "api_", default="", metavar="URL", help="The API that lists github:, gitlab: or gitea:.")
@click.option("--token-env", default="", metavar="NAME", help="The variable that holds the token for it.")
@click.option("--ca-file", default="", metavar="FILE", help="Certificates that the API is checked by.")
@click.option("--include", multiple=True, metavar="PATTERN", help="Only repositories of such a name.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="No repositories of such a name.")
@click.option("--skip-forks", is_flag=True, help="No forks.")
@click.option("--skip-archived", is_flag=True, help="No archived repositories.")
@click.option("--updated-since", default="", metavar="DATE", help="Only what was changed since then (2026-11-01).")
@click.option("--mirrors", default="", metavar="DIR", help="Where mirrors are kept (default: in the cache).")
@click.option(
    "--mirrors-limit", type=click.IntRange(1), default=100, show_default=True, metavar="GB", help="What all may take."
)
@click.option(
    "--split",
    type=click.IntRange(1),
    default=50_000,
    show_default=True,
    metavar="N",
    help="Contents that a task reads.",
)
@click.option("--fetch-limit", type=click.FloatRange(min=1), default=3600, show_default=True, metavar="SECONDS")
@click.option("--fail-on", metavar="SEVERITY", help="Exit 1 if a finding is at least this severe.")
@click.option("-q", "--quiet", is_flag=True, help="Show only the summary.")
@checking.with_check
def scan(sources: tuple[str, ...], out: str, **options: Any) -> int:
    """Scan every repository of the SOURCES, each with its history.

    A SOURCE is a file of clone addresses or paths (one a line), a folder of repositories, an address, or what a host
    lists: github:ORG, gitlab:GROUP, gitea:ORG. Repositories elsewhere are mirrored first, those of this machine are
    scanned where they lie. Reports and an audit record go to --out. Run the same command again after an end that
    was none, and only what is missing is done.

    --verify asks what the credentials may do: each once, from this machine, when all is scanned.

    Exit code: 0 nothing found; 1 findings; 2 it could not be done; 3 a repository was not read whole.
    """
    from keyguard.fleet import engine, run, wanted
    from keyguard.fleet.unit import Task
    from keyguard.git.remote import Access

    shard, scheduler = options["shard"], options["scheduler"]
    if shard and scheduler:
        raise RequestError("--shard and --scheduler cannot be used together", "a shard is done by this process")
    if shard:
        engine.parsed(shard)
    check = _check(sources, shard, options)
    host = _host(sources, options)
    access = (
        Access(host.token, host.token_host, options["fetch_limit"]) if host else Access(seconds=options["fetch_limit"])
    )
    settings = {"fail_on": options["fail_on"]} if options["fail_on"] else {}
    rules = api.load_rules()
    none = wanted.Wanted("", "", "")
    like = Task(
        none,
        _place(out),
        run.digest_of(rules),
        settings,
        access,
        options["mirrors"] and _place(options["mirrors"]),
        options["mirrors_limit"] << 30,
        split=options["split"],
    )
    chosen = wanted.wanted(sources, host, _choice(options))
    with engine.opened(shard=shard, scheduler=scheduler, workers=options["workers"] or 0, tls=options["tls"]) as doing:
        if not options["quiet"]:
            screen.say_note(f"{doing.where}")
        found: list[tuple[Task, Record]] = []
        with screen.running(quiet=options["quiet"]) as line:
            summary = run.scan(
                chosen,
                like,
                doing,
                shard=shard,
                progress=None if options["quiet"] else _telling(line),
                found=(lambda *one: found.append(one)) if check else None,
            )
    screen.tell(_ended(summary))
    return _checked(found, like, check, summary, options) if check else summary.exit_code


def _check(sources: tuple[str, ...], shard: str, options: dict[str, Any]) -> checking.Wanted | None:
    """Return what is wanted of a live check; what would keep it from being made is an error before the scan."""
    from keyguard.fleet import engine

    check = checking.take(options, verify=options.pop("verify"))
    if check is None:
        return None
    if shard and engine.parsed(shard)[1] > 1:
        raise RequestError(
            "a shard knows its own part of the credentials alone, and cannot check each once",
            "run it once more behind the last shard, as --shard 1/1 --verify: what is scanned is not scanned again",
        )
    wanted = replace(check, scanned=tuple(one for one in sources if Path(one).exists())).settled()
    checking.prepare(wanted)
    return wanted


def _checked(
    found: list[tuple[Task, Record]], like: Task, check: checking.Wanted, summary: Summary, options: dict[str, Any]
) -> int:
    """Ask about each credential once, keep the answers, say what they were, and return the exit code."""
    from keyguard.fleet import live

    troubles: list[Exception] = []
    outcome = checking.check(live.again(found), api.load_rules(), check, troubles, quiet=options["quiet"])
    live.keep(like.out, outcome)
    for notice in outcome.notices:
        screen.say_note(notice)
    screen.tell(_answers(outcome))
    if troubles:
        raise troubles[0]
    return summary.exit_code if outcome.complete else INTERRUPTED


def _answers(outcome: api.Outcome) -> str:
    from collections import Counter

    from keyguard.report.phrases import count

    states = Counter(one.verdict.status for one in outcome.findings)
    said = ", ".join(f"{number:,} {state}" for state, number in sorted(states.items()))
    return f"{count(len(outcome.findings), 'credential')}: {said}" if said else "No credential to check"


def _place(out: str) -> str:
    """Return where results go, as any process of this machine names it."""
    return out if "://" in out else str(Path(out).resolve())


def _host(sources: tuple[str, ...], options: dict[str, Any]) -> Host | None:
    from keyguard.fleet import hosts, wanted

    listed = [one for one in sources if one.partition(":")[0] in wanted.KINDS and "://" not in one]
    if not listed:
        return None
    if len({one.partition(":")[0] for one in listed}) > 1:
        raise RequestError(
            "one scan lists the repositories of only one host", "scan each host by itself, into one --out"
        )
    return hosts.Host.of(listed[0], options["api_"], options["token_env"], options["ca_file"])


def _choice(options: dict[str, Any]) -> Any:
    from keyguard.fleet.wanted import Choice

    return Choice(
        options["include"],
        options["exclude"],
        options["skip_forks"],
        options["skip_archived"],
        options["updated_since"],
    )


def _telling(line: screen.Running | None) -> Callable[[Record | None, Summary], None]:
    """Return what tells how far the run is: a line that changes, or else a line of each repository, as it ends."""
    from keyguard.report.phrases import count

    def drawn(_: Record | None, summary: Summary) -> None:
        if line:
            line.show(_so_far(summary))

    def shown(record: Record | None, summary: Summary) -> None:
        if record:
            ended = record.state == "complete"
            said = count(record.findings, "finding") if ended else f"{record.state}: {record.reason}"
            screen.say_note(f"{summary.repositories:,}  {record.name}  {said}")

    return drawn if line else shown


def _so_far(summary: Summary) -> str:
    """Say what was done, and what runs now."""
    from keyguard.report import phrases

    unread = summary.states["partial"] + summary.states["failed"]
    done = [
        phrases.repositories(summary.repositories),
        f"{summary.read_bytes / 1e6:,.0f} MB",
        phrases.count(summary.findings, "finding"),
        f"{unread:,} not read whole",
    ]
    names = [task.wanted.name for task in summary.under_way.values()]
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"{', '.join(done)}; now {', '.join(names[:_SHOWN])}{more}" if names else ", ".join(done)


def _ended(summary: Summary) -> str:
    from keyguard.report import phrases

    read = f"{phrases.repositories(summary.repositories)}, {phrases.count(summary.commits, 'commit')}"
    found = phrases.count(summary.findings, "finding") if summary.findings else "No findings"
    unread = summary.states["partial"] + summary.states["failed"]
    if not summary.repositories:
        return "No repository was scanned."
    left = f"; {phrases.repositories(unread)} not read whole" if unread else ""
    return f"{found} in {read}, {phrases.count(summary.contents, 'content')}{left}"


@command.command(
    "report",
    epilog=examples(
        "keyguard fleet report results --html fleet.html --csv fleet.csv",
        "keyguard fleet report results --sarif sarif/",
        "keyguard fleet report results --since-last --json new.json",
        "keyguard fleet report results --write-baseline known.csv",
    ),
)
@click.argument("out", metavar="DIR|URL")
@click.option("--html", metavar="FILE", help="A page: the worst first, by repository, by age, what was not read.")
@click.option("--csv", "csv_", metavar="FILE", help="A line for each place.")
@click.option("--json", "json_", metavar="FILE", help="One JSON object.")
@click.option("--sarif", metavar="DIR", help="A SARIF log for each repository.")
@click.option(
    "--baseline", metavar="FILE", help="Known findings: repositories' ids and fingerprints, as --write-baseline writes."
)
@click.option("--write-baseline", metavar="FILE", help="Write what is open now as a baseline.")
@click.option("--since-last", is_flag=True, help="Only what no earlier run of a repository found.")
def report(out: str, *, since_last: bool, **options: str | None) -> int:
    """Report on what a fleet scan found: the newest of each repository, whichever run it is of.

    The same credential in several repositories is one finding with all its places. A baseline knows repositories by
    their ids, so that a rename or a move keeps it.

    Exit code: 0 nothing open; 1 findings; 2 it could not be done; 3 a repository was not read whole.
    """
    from keyguard.fleet import overview as pages
    from keyguard.fleet.store import Store

    store, rules = Store(_place(out)), api.load_rules().rules
    seen = pages.overview(store, rules, accepted=_accepted(options["baseline"]))
    if since_last:
        seen = replace(seen, credentials=tuple(one for one in seen.credentials if one.is_new))
    makers: dict[str, Callable[[], bytes]] = {
        "html": lambda: pages.as_html(seen),
        "csv_": lambda: pages.as_csv(seen),
        "json_": lambda: pages.as_json(seen),
        "write_baseline": lambda: _as_baseline(seen),
    }
    for name, make in makers.items():
        if path := options[name]:
            _write(Path(path), make())
    if folder := options["sarif"]:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for name, log in pages.sarif(store, seen, rules):
            _write(Path(folder) / name, log)
    screen.tell(pages.headline(seen))
    return 1 if seen.credentials else 3 if seen.unread or not seen.records else 0


def _write(path: Path, data: bytes) -> None:
    try:
        atomic.write(path, data)
    except OSError as error:
        raise ReportError(f"the report cannot be written to {path}: {error.strerror}.") from None


def _accepted(path: str | None) -> list[tuple[str, str]]:
    if path is None:
        return []
    try:
        rows = list(csv.reader(io.StringIO(Path(path).read_text("utf-8"))))
    except (OSError, ValueError, csv.Error):
        raise ReportError(f"the baseline {path} cannot be read.", "`--write-baseline FILE` writes one.") from None
    if any(len(row) < 2 for row in rows):
        raise ReportError(f"the baseline {path} is none.", "`--write-baseline FILE` writes one.")
    return [(row[0], row[1]) for row in rows[1:]]


def _as_baseline(seen: Any) -> bytes:
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\n")
    table.writerow(["repository", "fingerprint", "rule"])
    known = sorted({(place.repository, one.fingerprint, one.rule) for one in seen.credentials for place in one.places})
    table.writerows(known)
    return lines.getvalue().encode("utf-8", "backslashreplace")
