"""Build the site of the documentation: these guides, and pdoc's API reference beside them.

`python docs/build.py --out site/docs` needs the extra `docs`. Guides are rendered by pdoc's own
Markdown into pdoc's own frame, so that they look like the reference. The menu is that of
`index.md`. Every link between the pages is checked: one that leads nowhere is an error.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FOLDER = Path(__file__).parent.resolve()
ROOT = FOLDER.parent
REPOSITORY = "https://github.com/glassgrad/glassgrad/blob/main"
API = Path("reference", "index.html")  # pdoc's first page


def sources() -> list[Path]:
    """Return the guides' files."""
    return sorted(FOLDER.rglob("*.md"))


def build(out: Path) -> list[Path]:
    """Write the site, and return the pages that guides became.

    Args:
        out: folder of the site; it is made if need be.
    """
    import pdoc.render  # noqa: PLC0415  # an extra, which looking for broken links does not need

    sys.path.insert(0, str(ROOT))  # what is installed may be compiled, and has no source to show
    pdoc.render_helpers.markdown_extensions["header-ids"] = {}  # anchors as code hosts make them
    (out / API.parent).mkdir(parents=True, exist_ok=True)
    pdoc.render.configure(docformat="google", template_directory=FOLDER / "templates")
    pdoc.pdoc("autograd", "nn", output_directory=out / API.parent)
    template = pdoc.render.env.get_template("guide.html.jinja2")
    pages = []
    for source in sources():
        page = (out / source.relative_to(FOLDER)).with_suffix(".html")
        content = pdoc.render_helpers.to_html(readable(source.read_text(encoding="utf-8")))
        html = template.render(
            title=title_of(source),
            home=posix(out / "index.html", page.parent),
            menu=list(menu(page.parent, out)),
            content=with_links(content, source, out),
        )
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(html, encoding="utf-8")
        pages.append(page)
    return pages


def readable(markdown: str) -> str:
    """Return Markdown with its doctests as Python shows them, and consoles in a shell's colours."""
    markdown = markdown.replace("```python\n>>>", "```pycon\n>>>").replace("```console", "```bash")
    return re.sub(r"^ *<BLANKLINE>$", "", markdown, flags=re.MULTILINE)


def title_of(source: Path) -> str:
    """Return a guide's heading."""
    return source.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def posix(path: Path, folder: Path) -> str:
    """Return a path as a link in a page of a folder."""
    return Path(os.path.relpath(path, folder)).as_posix()


def menu(folder: Path, out: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the headings of `index.md`, each with the guides below it, as seen from a folder."""
    _, *parts = (FOLDER / "index.md").read_text(encoding="utf-8").split("\n## ")
    for part in parts:
        names = re.findall(r"\]\(((?!\.\.)[\w/-]+)\.md\)", part)
        links = [
            (title_of(FOLDER / f"{name}.md"), posix(out / f"{name}.html", folder)) for name in names
        ]
        if "api" in names:
            links.append(("autograd and nn, name by name", posix(out / API, folder)))
        yield part.partition(":")[0], links


def with_links(html: str, source: Path, out: Path) -> str:
    """Return a guide's HTML with its relative links as the site has them."""
    return re.sub(
        r'\b(href|src)="([^":#]+)(?=["#])',  # without a scheme
        lambda found: f'{found[1]}="{target(source, found[2], out)}',
        html,
    )


def target(source: Path, link: str, out: Path) -> str:
    """Return where a relative link of a guide leads in the site.

    A guide is a page. A picture is copied. Any other file of the repository is shown there.
    """
    file = (source.parent / link).resolve()
    here = (out / source.relative_to(FOLDER)).parent
    if file.suffix == ".png":
        (out / "images").mkdir(parents=True, exist_ok=True)
        copy = out / "images" / file.name
        shutil.copy(file, copy)
        return posix(copy, here)
    if file.is_relative_to(FOLDER):
        return Path(link).with_suffix(".html").as_posix()
    return f"{REPOSITORY}/{file.relative_to(ROOT).as_posix()}"


class _Page(HTMLParser):
    """What a page links to, and what can be linked to in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links and anchors."""
        for name, value in attrs:
            if name in {"href", "src"} and tag in {"a", "img", "link", "script"}:
                self.links.append(value or "")
            elif name in {"id", "name"}:
                self.anchors.add(value or "")


def broken_links(site: Path, guides: Iterable[Path]) -> list[str]:
    """Return the links of a site's pages that lead to no file of it.

    Args:
        site: its folder.
        guides: the pages whose links have to lead to a place in a page, too. pdoc's own need not:
            some are of what private classes inherit, which is not shown.
    """
    exact = {path.resolve() for path in guides}
    pages = {path.resolve(): _Page(path) for path in sorted(site.rglob("*.html"))}
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment) if path in exact and file in pages else ""
            if not file.is_file() or (place and place not in pages[file].anchors):
                broken.append(f"{path.relative_to(site.resolve())}: {link}")
    return broken


def main() -> int:
    """Build the site, and return 1 if a link in it is broken."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("site", "docs"), metavar="FOLDER")
    out = parser.parse_args().out
    broken = broken_links(out, build(out))
    for link in broken:
        print(f"leads nowhere: {link}")
    print(f"{len(list(out.rglob('*.html')))} pages in {out}")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
