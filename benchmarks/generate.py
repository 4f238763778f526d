"""A tree of source files, made from a seed: nothing to download, and the same for everybody.

Sizes and contents follow 82,693 files of 15 large public repositories (Symfony, Rails, Ansible, EF Core, Spring and
others): half the files are smaller than 2.2 KB, one in a hundred is larger than 100 KB; 5 % hold a UUID, 1 % 32 hex
digits, 1 % are binary, and 2 in 1,000, small ones, are worth a closer look. None holds a credential.
"""

from __future__ import annotations

import sys
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = (
    "account active adapter after amount archive array async balance base batch before block body buffer build cache "
    "call card channel check child claim client close cluster code column command config connect content context "
    "control convert count create current cursor data date debug decode default delete depth detail device domain "
    "driver edge element enable encode engine entity entry error event export extract factory fetch field file filter "
    "final find first flag folder format frame function gateway graph group handle hash header height hidden host "
    "hook image import index init inner input insert instance invoke item iterate join json kernel label last layer "
    "length level limit line link list load local lock logger lookup loop manager map mark match member memory merge "
    "message meta method metric middle migrate mode model module monitor mount name native nested network node notify "
    "number object offset open option order origin output owner package page panel param parent parse part patch path "
    "pattern payload period pixel plugin point policy pool port position post prefix print process profile project "
    "property provider proxy publish query queue random range rate read record redirect reduce region register remote "
    "remove render replace report request reset resolve resource response result retry return role root route runner "
    "sample scale schema scope screen search section segment select send sequence serial server service session "
    "setting shape shared signal size slot socket source split stack stage start state static status step storage "
    "store stream string style submit suffix switch symbol sync system table tag target task template test text "
    "thread time timer title token topic total trace track transfer transform tree trigger type union unit update "
    "upload user utility validate value vector version view visible volume wait watch weight widget width window "
    "worker wrap write zone"
).split()

_LINES = (
    "def {a}_{b}(self, {c}: int, {d}: str = '{e}') -> None:",
    "    self._{a} = {b}.get_{c}({d}, timeout={n})",
    "    if {a} is None or len({b}) > {n}:",
    "        raise ValueError(f'{a} {b} must not be {c}: {{{d}!r}}')",
    "    return [{a}.{b} for {a} in self.{c}s if {a}.{d}]",
    "# {A} the {b} before its {c} is {d}d, see {e} {f}.",
    "import {a}.{b}.{c};",
    "    private final {A}{B} {c}{D};",
    "    public {A}{B} {c}{D}({E} {e}, int {f}) throws {A}Exception {{",
    '        return this.{a}{B}.{c}{D}({e}, "{f}").orElse(null);',
    "    }}",
    "}}",
    "",
    "",
    "func ({a} *{A}) {B}{C}(ctx context.Context, {d} []byte) error {{",
    '\tif err := {a}.{b}{C}(ctx, {d}); err != nil {{\n\t\treturn fmt.Errorf("{e} {f}: %w", err)\n\t}}',
    "export const {a}{B} = async ({c}: {D}, {e}?: string): Promise<{F}> => {{",
    "  const {{ {a}, {b} }} = await this.{c}.{d}({{ {e}: '{f}', {a}: {n} }});",
    "  <{A}{B} {c}={{{d}}} on{E}={{() => set{F}({n})}} />",
    '  "{a}_{b}": {{"{c}": "{d} {e}", "{f}": {n}, "enabled": true}},',
    "{a}:\n  {b}: {c}\n  {d}_{e}: {n}\n  - {f}",
    "The {a} {b} is used to {c} the {d}; it will {e} every {f} unless the {a} has been set to {n}.",
    "## {A} and {b} {c}s",
    "    it('should {a} the {b} when {c} is {d}', () => expect({e}.{f}).toEqual({n}));",
    "    public function {a}{B}(array ${c}, ?string ${d} = null): {E}",
    "        $this->{a}->{b}(${c}['{d}'] ?? {n});",
    "    fn {a}_{b}(&self, {c}: &{D}) -> Result<Vec<{E}>, {F}Error> {{",
    "        let {a} = self.{b}.{c}().map(|{d}| {d}.{e}_{f}())?;",
    '            Assert.Equal({n}, {a}.{B}.{C}("{d}-{e}"));',
    "    user_{a}: Optional[str] = Field(None, description='{B} {c} of the {d}')",
    "    api_key = os.environ.get('{a}_API_KEY') or settings.{b}_key",
    "    password = config['{a}']['{b}_password']",
)
_CLOSER = (
    "okx.connect(key, secret, passphrase, timeout=30)\n",
    "{0:032X} e4d5c6b7-0a1b-4c2d-8e3f-1234567890ab\n",
    "request key: e4d5c6b7-0a1b-4c2d-8e3f-1234567890ab\n",
)
_SUFFIXES = ".py .js .ts .tsx .java .go .rs .cs .php .rb .md .json .yaml .yml .html .css .sh .sql .txt .xml".split()
_BLOCKS = 6_000  # blocks of about 1 KB, of which all files are put together


def generate(folder: Path, megabytes: int, seed: str = "keyguard") -> None:
    """Fill a folder with source files of a size in total."""
    random = Random(seed)  # noqa: S311
    blocks = blocks_of_text(random)
    left = megabytes * 1_000_000
    number = 0
    while left > 0:
        if number % 40 == 0:
            place = folder.joinpath(*random.sample(_WORDS, random.choice((1, 2, 2, 3, 3, 3, 4, 5))))
            place.mkdir(parents=True, exist_ok=True)
            if sys.stderr.isatty():
                print(f"\rmaking a tree: {left // 1_000_000} MB to go ", end="\r", file=sys.stderr, flush=True)
        size = min(int(random.lognormvariate(7.7, 1.7)) + 1, 3_000_000)
        name = f"{random.choice(_WORDS)}_{number}"
        if random.random() < 0.01:
            (place / f"{name}.png").write_bytes(b"\x89PNG\r\n\x1a\n\0" + random.randbytes(size))
        else:
            (place / f"{name}{random.choice(_SUFFIXES)}").write_bytes(text_of(random, blocks, size))
        left -= size
        number += 1


def blocks_of_text(random: Random) -> list[bytes]:
    """Make the blocks that all files are put together of."""
    return [_block(random) for _ in range(_BLOCKS)]


def text_of(random: Random, blocks: list[bytes], size: int) -> bytes:
    """Make one file."""
    parts: list[bytes] = []
    length = 0
    if size < 20_000 and random.random() < 0.002:
        parts.append(b"Supported exchanges: binance, okx, kraken, bybit; the others are read only.\n")
    if size < 20_000 and random.random() < 0.001:  # what is worth a closer look
        parts.append(random.choice(_CLOSER).format(random.getrandbits(128)).encode())
    while length < size:
        part = random.choice(blocks)
        parts.append(part)
        length += len(part)
    return b"".join(parts)[:size]


def _block(random: Random) -> bytes:
    lines = [_line(random) for _ in range(random.randint(12, 30))]
    if random.random() < 0.012:
        digits = f"{random.getrandbits(128):032x}"
        uuid = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
        lines.append(f'    "{random.choice(_WORDS)}_id": "{uuid}",')
    if random.random() < 0.002:
        lines.append(f"  checksum: {random.getrandbits(128):032x}")
    return ("\n".join(lines) + "\n").encode()


def _line(random: Random) -> str:
    words = random.sample(_WORDS, 6)
    values = dict(zip("abcdef", words, strict=True))
    values |= {name.upper(): word.capitalize() for name, word in values.items()}
    return random.choice(_LINES).format(n=random.randint(0, 9999), **values)
