"""What mkdocs is told that its configuration cannot say: pages of the repository's root, and folders of made pages.

The files themselves stay as GitHub shows them: only the site's copies of their links are changed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig

ROOT = Path(__file__).parents[1]
_PAGES = ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of a folder in place of `folder/*`, and those that the order leaves out behind it."""
    config.nav = _spread(config.nav or [])
    named = set(_named(config.nav))
    if others := sorted(path.name for path in (ROOT / "docs").glob("*.md") if path.name not in named):
        config.nav.append({"More": others})
    return config


def _named(items: Any) -> Iterator[str]:
    for item in items if isinstance(items, list) else items.values() if isinstance(items, dict) else [items]:
        if isinstance(item, str):
            yield item
        else:
            yield from _named(item)


def _spread(items: list[Any]) -> list[Any]:
    told: list[Any] = []
    for item in items:
        if isinstance(item, dict):
            told += [{name: _spread(below) if isinstance(below, list) else below} for name, below in item.items()]
        elif item.endswith("/*"):
            found = (ROOT / "docs" / item[:-2]).glob("*.md")
            told += sorted(f"{item[:-2]}/{path.name}" for path in found if path.name != "README.md")
        else:
            told.append(item)
    return told


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the root."""
    for name in _PAGES:
        files.append(File.generated(config, name, content=_of_root((ROOT / name).read_text("utf-8"))))
    return files


def _of_root(text: str) -> str:
    """Return a page of the root with its links as the site has them."""
    text = re.sub(r"\]\(docs/", "](", text)
    return re.sub(r"\]\(((?:\.github|LICENSE|NOTICE|README\.md|keyguard|templates)[^)]*)\)", r"](index.md)", text)


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Lead links out of docs/ to the site's copies, or home: README's tasks are those of the first page."""
    if page.file.src_uri in _PAGES:
        return markdown
    depth = page.file.src_uri.count("/")
    out = "../" * (depth + 1)  # to where docs/ lies
    return re.sub(rf"\[([^\]]*)\]\({re.escape(out)}([^)]+)\)", lambda found: _led(found[1], found[2], depth), markdown)


def _led(text: str, target: str, depth: int) -> str:
    """Return a link out of docs/ as the site has it; what the site does not hold is named alone."""
    name, _, section = target.partition("#")
    if name in _PAGES:
        return f"[{text}]({'../' * depth}{name}{section and f'#{section}'})"
    return f"[{text}]({'../' * depth}index.md)" if name == "README.md" else text
