"""Hooks of mkdocs (mkdocs.yml): the documentation as a site that loads nothing from elsewhere.

The site holds docs/ and, below the names that they have in the repository, the pages outside docs/
that people are sent to. A link to a file that is no page, such as a source file, becomes text.
"""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "data/README.md",
    "deploy/receiver/README.md",
    "tests/README.md",
    "tests/evaluation/README.md",
    "training/README.md",
)
# The browser itself then refuses what the theme's script would fetch from elsewhere.
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'; '
    "script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; worker-src 'self' blob:\">"
)
_FENCED = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\((?P<to>[^)\s]+)\)")
_PICTURE = re.compile(r'(?<=\bsrc=")(?P<to>[^"]+)(?=")')
_ELSEWHERE = re.compile(r"(?:[a-z]+:)?//", re.IGNORECASE)
_STYLE = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\s\"')]+)", re.IGNORECASE)

# mkdocs counts the warnings of loggers below its own: with --strict they fail the build.
_log = logging.getLogger("mkdocs.site")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages outside docs/."""
    from mkdocs.structure.files import File

    for name in OUTSIDE:
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Points the links of a page to where their targets lie in the site."""
    name = page.file.src_uri
    return relinked(markdown, name if name in OUTSIDE else f"docs/{name}")


def on_post_build(config: MkDocsConfig) -> None:
    """Forbids each page to load anything from elsewhere, and warns where one tries to."""
    site = Path(config.site_dir)
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("<head>", f"<head>{_POLICY}", 1), encoding="utf-8")
    for problem in problems(site):
        _log.warning(problem)


def relinked(markdown: str, page: str) -> str:
    """Returns the text of a page with its links as they are in the site.

    Args:
        markdown: the text as it stands in the repository.
        page: the page's path in the repository.
    """

    def link(found: re.Match[str]) -> str:
        to = _in_site(found["to"], page)
        return f"[{found['text']}]({to})" if to else found["text"]

    def picture(found: re.Match[str]) -> str:
        return _in_site(found["to"], page) or found["to"]

    parts = _FENCED.split(markdown)
    parts[::2] = [_PICTURE.sub(picture, _LINK.sub(link, part)) for part in parts[::2]]
    return "".join(parts)


def _in_site(to: str, page: str) -> str | None:
    """Where a link leads in the site; None if its target is a file that is no page."""
    path, _, anchor = to.partition("#")
    if not path or re.match(r"[a-z]+:", to):
        return to
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    if not (ROOT / target).exists():
        _log.warning(f"{page} links to {to}, which does not exist")
    in_docs = target.startswith("docs/") and not (ROOT / target).is_dir()
    if not in_docs and target not in OUTSIDE:
        return None
    folder = posixpath.dirname(page.removeprefix("docs/"))
    found = posixpath.relpath(target.removeprefix("docs/"), folder or ".")
    return f"{found}#{anchor}" if anchor else found


def problems(site: Path) -> Iterator[str]:
    """Yields what a built site would load from elsewhere, or from itself without having it."""
    for path in sorted(site.rglob("*.html")):
        for address in _loaded(path.read_text(encoding="utf-8")):
            name = path.relative_to(site)
            if _ELSEWHERE.match(address):
                yield f"{name} loads {address} from elsewhere"
            elif not address.startswith("data:") and not _file(site, path, address).is_file():
                yield f"{name} loads {address}, which is not there"
    for path in sorted(site.rglob("*.css")):
        for address in _STYLE.findall(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)} loads {address} from elsewhere"


def _file(site: Path, page: Path, address: str) -> Path:
    path = address.partition("#")[0].partition("?")[0]
    return site / path.lstrip("/") if path.startswith("/") else page.parent / path


def _loaded(html: str) -> list[str]:
    """The addresses that a browser fetches for a page, without a press."""
    reader = _Reader()
    reader.feed(html)
    return [*reader.found, *_STYLE.findall(html)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name in ("src", "data", "poster") or (tag, name) == ("link", "href")):
                self.found.append(value)
            elif value and name == "srcset":
                self.found += [part.split()[0] for part in value.split(",")]
