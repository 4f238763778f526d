"""Why a value is taken for a part, or is not: what was read at a place, the evidence, and the row that decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyguard.detect.candidates import Found
from keyguard.detect.matcher import Matcher
from keyguard.detect.weigh import Sign, named
from keyguard.frozen import dataclass
from keyguard.model import Confidence, Secret
from keyguard.text.outline import Bond
from keyguard.veil import Veil

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keyguard.detect.candidates import Weighed
    from keyguard.detect.evidence import Standing
    from keyguard.packs import Pack
    from keyguard.text.outline import Literal

RULE = "why"  # of the matches that say where something was read
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Reason:
    """What one pack made of a value as one part."""

    pack: str
    part: str
    evidence: tuple[str, ...]  # names of signs
    row: str
    taken: bool
    confidence: str = ""
    wanted: str = ""  # of a refusal: what would have had to be there
    name: str = ""  # the name that was listened to


@dataclass(frozen=True, slots=True)
class Told:
    """One value that was read, without the value."""

    mask: str
    quoted: bool
    names: tuple[tuple[str, str], ...]  # with their bonds
    frames: tuple[tuple[str, str], ...]  # kind and name, innermost first
    reasons: tuple[Reason, ...]


class Witness(Matcher):
    """A matcher that finds every literal, and keeps what was made of it; nothing else of the scan is different."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.told: list[Told] = []

    def judge(self, text: str, standing: Standing, deadline: float | None = None) -> list[Found]:
        """Return each literal of a text; the `name` of what is found is its number in `told`."""
        literals: dict[int, Literal] = {}
        weighed: dict[int, list[tuple[Pack, Weighed]]] = {}
        for pack, read, view in self.read(text, standing, self.deadline() if deadline is None else deadline):
            literals |= {id(literal): literal for literal in read.literals}
            for one in pack.weighed(read, view):
                weighed.setdefault(id(one.evidence.literal), []).append((pack.pack, one))
        veiled = _veiled([one for found in weighed.values() for _, one in found if not _is_called(one)])
        found = []
        for key, literal in literals.items():
            secret = Secret(literal.value.encode("utf-8", "surrogateescape"))
            name = str(len(self.told))
            found.append(Found(RULE, "", None, literal.start, literal.end, secret, Confidence.LOW, name))
            self.told.append(self._told(literal, weighed.get(key, []), veiled))
        return found

    def _told(self, literal: Literal, weighed: Sequence[tuple[Pack, Weighed]], veiled: Callable[[str], str]) -> Told:
        shown = max((one.evidence.part.shown for _, one in weighed), default=0)
        frames = [frame for frame in literal.frame.chain() if frame.parent is not None]
        return Told(
            Secret(literal.value.encode("utf-8", "surrogateescape"), shown).mask,
            literal.quoted,
            tuple(
                (veiled(name.text), name.bond.name.lower())
                for name in literal.names
                if self._may_show(name.bond, name.text)
            ),
            tuple((frame.kind, veiled(frame.name)) for frame in frames),
            tuple(_reason(pack, one, veiled) for pack, one in weighed),
        )

    def _may_show(self, bond: Bond, text: str) -> bool:
        """Say whether a name is one: what merely stands near may be a value."""
        if len(text) > _LONGEST_NAME:
            return False
        said = self.lexicon.meanings(text).values()
        return bond is not Bond.NEAR or any(one.part or one.provider or one.rival or one.other for one in said)


def _is_called(one: Weighed) -> bool:
    """Say whether a program names something there, and holds no value: okx = ccxt.okx(..)."""
    words = one.evidence.span.value.replace(".", "").replace("_", "")
    return bool(one.evidence.signs & Sign.EXPRESSION) and words.isalpha()


def _reason(pack: Pack, one: Weighed, veiled: Callable[[str], str]) -> Reason:
    says = one.row.says
    return Reason(
        pack.id,
        one.evidence.part.name,
        tuple(name.lower().replace("_", " ") for name in named(one.evidence.signs)),
        one.row.name,
        says is not None,
        says.word if says is not None else "",
        one.row.why,
        veiled(one.evidence.named),
    )


def _veiled(weighed: Sequence[Weighed]) -> Callable[[str], str]:
    veil = Veil({one.evidence.span.value.encode("utf-8", "surrogateescape") for one in weighed})
    return lambda text: veil(text.encode("utf-8", "surrogateescape")).decode("utf-8", "replace")
