"""Bring the catalogues of messages up to date with the texts in the source.

    python tests/catalogues.py

Texts are those that `words`, `plural` and `marked` are given, in Python and in the scripts of the
pages, and those that stand in the pages' HTML. In each `.po` file of `autograd/languages` new texts
appear without a translation, to be written there, and texts that are gone disappear; then the `.mo`
file beside it is written anew. A new language begins as a copy of a `.po` file without its texts.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LANGUAGES = ROOT / "autograd" / "languages"

_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)  # a file's history is kept elsewhere
AUTHORS = "The glassgrad contributors"

Text = str | tuple[str, str]
"""A text, or those for one and for many."""

KEYWORDS = {"words": None, "marked": None, "plural": (2, 3)}
SPOKEN_ATTRIBUTES = ("aria-label", "title", "alt")
SILENT = ("script", "style", "code")


class _Html(HTMLParser):
    """The texts of a page, as a reader or a screen reader meets them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        self.texts += [said for name, said in attrs if name in SPOKEN_ATTRIBUTES and said]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def texts_of(path: Path) -> Iterator[Text]:
    """Yield the texts of one source file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        page = _Html()
        page.feed(source)
        for text in (" ".join(said.split()) for said in page.texts):
            if any(map(str.isalpha, text)) and "{{" not in text:
                yield text
        return
    method = {".py": "python", ".js": "javascript"}[path.suffix]
    options = {"parse_template_string": True}
    for _, found, _, _ in extract(method, io.BytesIO(source.encode()), KEYWORDS, options=options):
        yield found if isinstance(found, str) else (found[0], found[1])


def sources() -> Iterator[Path]:
    """Yield the files that hold texts for readers."""
    for package in ("autograd", "nn"):
        for suffix in (".py", ".js", ".html"):
            yield from sorted((ROOT / package).rglob(f"*{suffix}"))


def template() -> Catalog:
    """Return a catalogue of all texts, none of them translated."""
    catalog = Catalog()
    for path in sources():
        for text in texts_of(path):
            catalog.add(text, locations=[(str(path.relative_to(ROOT)), 0)])
    return catalog


def files() -> list[Path]:
    """Return the catalogues of translators."""
    return sorted(LANGUAGES.glob("*.po"))


def read(path: Path) -> Catalog:
    """Return a catalogue of translators."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem, charset="utf-8")
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = AUTHORS
    return catalog


def for_programs(catalog: Catalog) -> bytes:
    """Return a catalogue as programs read it."""
    written = io.BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def bring_up_to_date(path: Path) -> list[Message]:
    """Write a catalogue anew, in both forms; return what has no translation."""
    catalog, now = read(path), template()
    catalog.update(now, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = catalog.revision_date = _NO_DATE
    with path.open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, include_lineno=False)
    path.with_suffix(".mo").write_bytes(for_programs(catalog))
    return [message for message in catalog if message.id and not any(message.string or "")]


if __name__ == "__main__":
    for path in files():
        untranslated = bring_up_to_date(path)
        print(f"{path.relative_to(ROOT)}: {len(untranslated)} texts without a translation")
        for message in untranslated:
            print(f"    {message.id}")
