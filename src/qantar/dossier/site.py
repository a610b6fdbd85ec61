"""Writing pages: templates, relative addresses, and what every page has in common."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from markupsafe import Markup

from qantar.dossier.catalog import translations
from qantar.dossier.edition import Edition
from qantar.dossier.links import Links, anchor, speaker_of
from qantar.model.claim import Claim
from qantar.model.quantity import grouped
from qantar.model.when import When, display, display_utc

# Nothing from outside, and no script or style inside a page: evidence text cannot act.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)
# Controls and direction marks in evidence would change how the text around them reads.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

Content = str | bytes  # named here: inside the class, `bytes` is its count of them


@dataclass(slots=True)
class Site:
    """One dossier in the making, in the empty folder `out`."""

    edition: Edition
    out: Path
    links: Links = field(init=False)
    pages: list[str] = field(default_factory=list)
    size: int = 0
    _env: jinja2.Environment = field(init=False)
    _lines: dict[tuple[str, str], Markup] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Set the templates up once."""
        self.links = Links(self.edition)
        self._env = _environment(self)

    def page(self, path: str, template: str, *, title: str, **context: Any) -> None:
        """Render `template` to `path`, relative to the root; `title` is the page's own."""
        root = "../" * path.count("/")
        text = self._env.get_template(template).render(
            title=title,
            path=path,
            root=root,
            edition=self.edition,
            links=self.links,
            policy=POLICY,
            **context,
        )
        self.write(path, text)
        self.pages.append(path)

    def write(self, path: str, content: Content) -> None:
        """Write one file of the dossier; folders are made as needed."""
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        raw = content.encode("utf-8") if isinstance(content, str) else content
        target.write_bytes(raw)
        self.size += len(raw)

    def claim_line(self, claim: Claim, root: str) -> Markup:
        """The claim on one line, as lists show it; rendered once for each depth of folder."""
        known = self._lines.get((claim.id, root))
        if known is None:
            module: Any = self._env.get_template("claim.html").make_module(
                {"root": root, "links": self.links, "edition": self.edition}
            )
            known = Markup(module.claim_line(claim))  # noqa: S704  # the macro escaped it
            self._lines[claim.id, root] = known
        return known

    def text(self, message: str, **values: object) -> str:
        """A text of the catalogue in the edition's language, with its values filled in."""
        said = translations(self.edition.language).gettext(message)
        return said % values if values else said


class _Compiled(jinja2.BytecodeCache):
    """Templates as compiled, kept while the program runs: the next dossier need not compile them.

    All sites set their templates up alike; what differs between editions is looked up as a page
    is rendered.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept of a template; its source is compared by the caller."""
        if code := self._kept.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def _environment(site: Site) -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("qantar.dossier", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_visible,
        bytecode_cache=_COMPILED,
    )
    i18n: Any = env  # the extension adds its methods at run time
    i18n.install_gettext_translations(translations(site.edition.language), newstyle=True)
    env.filters.update(
        when=when_text, utc=utc_text, number=_number, anchor=anchor, words=_quantity_words
    )
    env.tests["web_address"] = is_web_address
    env.globals.update(
        label=site.edition.label,
        speaker_of=speaker_of,
        claim_line=site.claim_line,
        site=site,
    )
    return env


def _visible(value: object) -> object:
    """Show hidden controls in evidence as marks; markup passes as it is."""
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def visible(text: str) -> str:
    """Show hidden controls in a text as marks such as [U+202E], for pages and their scripts."""
    return _HIDDEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def when_text(when: When | None) -> str:
    """An uncertain time in the zone of its place, as it was then; "" where there is none."""
    return display(when) if when else ""


def utc_text(when: When | datetime | None) -> str:
    """The same time in UTC."""
    if isinstance(when, datetime):
        return when.strftime("%Y-%m-%d %H:%M UTC")
    return display_utc(when) if when else ""


def is_web_address(text: str) -> bool:
    """Whether the text may be a link: only pages on the web, so that no script can hide in one."""
    return text.startswith(("https://", "http://")) and not any(char.isspace() for char in text)


def _number(value: Any) -> str:
    return grouped(value) if not isinstance(value, int) else f"{value:,}"


def _quantity_words(value: Any) -> str:
    return str(value.words()) if value else ""


def static(name: str) -> bytes:
    """Read a file shipped beside the templates (styles, scripts, libraries)."""
    return (files("qantar.dossier") / "static" / name).read_bytes()
