"""Web pages: their text as a browser shows it, in place; what is not shown is told."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.readers.markup import Comment, Tag, Unclosed, Words, tokens
from qantar.readers.page_facts import as_iso
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate

SAMPLES = Path(__file__).parent / "samples" / "html"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestWebPage(ReaderSuite):
    reader = "html"


def sample(name: str) -> list[ReadDocument]:
    return read_bytes((SAMPLES / name).read_bytes(), name)


def page(body: str) -> ReadDocument:
    (read,) = read_bytes(f"<!DOCTYPE html><meta charset=utf-8>{body}".encode(), "p.html")
    assert read.begin.reader == "html"
    return read


def test_an_article_has_its_blocks_in_order_each_with_its_line() -> None:
    (read,) = sample("article.html")
    lines = (SAMPLES / "article.html").read_text(encoding="utf-8").splitlines()
    assert read.of_kind("heading") == ["На площади Саяккента"]
    assert read.of_kind("list-item") == [
        "Главная",
        "О нас",
        "автобусы из Тузкола",
        "две машины\nбелая\nсиняя",
        "белая",
        "синяя",
    ]
    assert read.of_kind("quote") == ["«Мы никого не видели».\nТак сказал сторож."]
    assert "16:00  площадь\n17:30  станция" in read.text
    for segment in read.segments:
        first_word = read.text[segment.start : segment.end].split()[0]
        assert segment.locator.line is not None
        assert first_word in lines[segment.locator.line - 1], segment


def test_cells_are_numbered_by_table_row_and_column() -> None:
    (read,) = sample("article.html")
    cells = {
        (s.locator.table, s.locator.row, s.locator.column): read.text[s.start : s.end]
        for s in read.segments
        if s.kind == "table-cell"
    }
    assert cells == {
        (1, 1, 1): "Имя",
        (1, 1, 2): "Город",
        (1, 2, 1): "А. Б.",
        (1, 2, 2): "Саяккент",
        (1, 3, 1): "больше никого",
    }
    assert "А. Б.\tСаяккент\n" in read.text


def test_columns_count_what_a_cell_spans_and_empty_cells() -> None:
    read = page("<table><tr><td colspan=2>a<td>b<tr><td><td>c</table>")
    places = [(s.locator.row, s.locator.column) for s in read.segments]
    assert places == [(1, 1), (1, 3), (2, 2)]
    assert read.text == "a\tb\nc"


def test_dates_are_guesses_with_their_origins() -> None:
    (read,) = sample("article.html")
    assert read.meta["html.date"] == "2022-01-06T10:30:00+06:00"
    assert read.meta["html.modified"] == "2022-02-01T08:00:00Z"
    (told,) = [f.text for f in read.findings if f.code == "metadata-date-guessed"]
    for origin in ("article:published_time", "JSON-LD datePublished", "time ", "address"):
        assert origin in told
    assert "(from meta article:published_time)" in told


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ('<meta itemprop=datePublished content="2022-01-06">', "2022-01-06"),
        ("<link rel=canonical href=https://e.example/2022/1/6/a>", "2022-01-06"),
        ("<p><time datetime=2022-01-05>x</time>", "2022-01-05"),
        ("<meta name=date content='Thu, 06 Jan 2022 10:00:00 GMT'>", "2022-01-06T10:00:00+00:00"),
        ("<meta name=date content=yesterday>", None),
        ("<meta name=date content=2022-02-31>", None),
        ("<link rel=canonical href=https://e.example/2022/13/6/a>", None),
        ('<script type="application/ld+json">' + '[{"a":' * 5_000 + "</script>", None),
    ],
)
def test_a_date_is_taken_where_there_is_one(head: str, date: str | None) -> None:
    assert page(head + "<p>Invented.").meta.get("html.date") == date


def test_what_a_page_runs_loads_and_hides_is_told() -> None:
    (read,) = sample("article.html")
    told = "\n".join(f.text for f in read.findings)
    assert "Скрытый абзац." not in read.text
    assert "не текст" not in read.text
    for said in ("Скрытый абзац.", "И этот.", "Включите скрипты.", "не публиковать имена"):
        assert said in told
    for said in ("1 script", "1 frame", "1 form", "1 event handler", "cdn.example.com"):
        assert said in told
    assert "news.example.org" not in told.partition("Nothing was fetched")[0].partition("load")[2]


@pytest.mark.parametrize(
    "hiding",
    ["hidden", "style='display:none'", "style='VISIBILITY: hidden !important'", "style=opacity:0"],
)
def test_what_an_element_hides_is_not_in_the_text(hiding: str) -> None:
    read = page(f"<p>a <span {hiding}>secret <b>words</b></span> b <p>c")
    assert read.text == "a b\nc"
    assert "hidden-content" in read.codes()


@pytest.mark.parametrize("name", ["textarea", "xmp", "iframe", "noscript", "template", "canvas"])
def test_what_stands_in_hidden_elements_of_any_kind_is_told(name: str) -> None:
    read = page(f"<div hidden><{name}>secret words</{name}></div>a")
    assert read.text == "a"
    assert any("secret words" in f.text for f in read.findings if f.code == "hidden-content")


@pytest.mark.parametrize("showing", ["class=hidden", "style='opacity:0.5'", "aria-hidden=true"])
def test_what_only_looks_hidden_stays(showing: str) -> None:
    assert page(f"<p>a <span {showing}>b</span>").text == "a b"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>a\n  b\t c</p>d", "a b c\nd"),
        ("a<br>b<br/>\n c", "a\nb\nc"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
        ("<p>a&nbsp;b &lt;i&gt; &amp;amp; &#1057; &#x421;", "a\xa0b <i> &amp; С С"),
        ("a<b>b</b>c <i> d</i>", "abc d"),
        ("1 < 2 <3 a<", "1 < 2 <3 a<"),
        ("a<!-- x > y -->b<!-->c<!--->d", "abcd"),
        ("a</ x>b<?php x ?>c<![CDATA[d]]>e", "abce"),
        ("<textarea> a &lt; <b> </textarea>", "a < <b>"),
        ("<title>x</title><p title='a>b' data-x=\"<p>\">c", "c"),
        ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
        ("<b><p>a</b> b</p> c", "a b\nc"),
        ("<p>a<table><tr><td>b</table>c", "a\nb\nc"),
        ("<script>x</scripty>y</script >z", "z"),
        ("<xmp><b>a</b></xmp>", "<b>a</b>"),
        ("<head><title>t</title>a", "a"),
        ("&#" + "9" * 5_000 + ";a", "\ufffda"),
        ("<p>é\u200bа\u0306", "é\u200bа\u0306"),
    ],
)
def test_text_is_what_a_browser_shows(body: str, text: str) -> None:
    assert page(body).text == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<meta charset=windows-1251><p>Площадь".encode("cp1251"), "Площадь"),
        ("<meta charset=koi8-r><p>Площадь".encode("koi8-r"), "Площадь"),
        ("<html><meta charset=windows-1251><p>Площадь станции".encode(), "Площадь станции"),
        ("<html><p>Площадь станции Саяккента".encode("cp1251"), "Площадь станции Саяккента"),
        ("<html><meta charset=utf-16><p>Площадь".encode(), "Площадь"),
        ("<html><p>Площадь".encode("utf-16"), "Площадь"),
        (b'<?xml version="1.0" encoding="koi8-r"?><html><p>' + "Да".encode("koi8-r"), "Да"),
        (b"<html><meta charset=iso-8859-1><p>\x93a\x94", "“a”"),
        (b"<html><meta charset=utf-8><p>" + "Площадь".encode() + b"\xff", "Площадь\ufffd"),
    ],
)
def test_the_encoding_is_the_mark_the_page_s_own_or_the_one_that_fits(
    data: bytes, text: str
) -> None:
    (read,) = read_bytes(data, "p.html")
    assert (read.begin.reader, read.text) == ("html", text)


@pytest.mark.parametrize(
    ("data", "reader"),
    [
        (b"<html><body>a", "html"),
        (b"\xef\xbb\xbf \n<!-- c --><!DOCTYPE html><p>a", "html"),
        (b"<div>a</div>", "text"),
        (b"a <b>c</b>\n\nd e", "text"),
        (b"<?xml version='1.0'?><gpx><p>1</p></gpx>", "table"),
    ],
)
def test_content_decides_what_is_a_page(data: bytes, reader: str) -> None:
    assert read_bytes(data, "a.txt")[0].begin.reader == reader


def test_a_page_that_calls_itself_a_picture_is_a_page_and_that_is_told() -> None:
    (read,) = read_bytes(b"<!doctype html><p>Invented.", "photo.png")
    assert read.of_kind("paragraph") == ["Invented."]
    assert "extension-mismatch" in read.codes()


def test_menus_and_feet_are_marked_and_kept() -> None:
    read = page("<header>site</header><article><header><h1>a</h1></header>b</article><footer>c")
    assert read.of_kind("header") == ["site"]
    assert read.of_kind("footer") == ["c"]
    assert read.text == "site\na\nb\nc"


def test_a_saved_page_with_its_parts() -> None:
    main, frame, sound = sample("saved.mhtml")
    assert main.of_kind("heading") == ["Площадь Саяккента"]
    assert main.meta["html.saved_from"] == "https://news.example.org/2022/01/06/square"
    assert main.meta["html.saved"] == "2022-01-07T05:00:00"
    assert {s.locator.part for s in main.segments} == {"1"}
    assert "page-parts" in main.codes()
    assert (frame.begin.parent, frame.text) == (main.begin.id, "Frame text, invented.")
    assert sound.codes() == {"unsupported"}
    assert sound.begin.member == "https://snd.example.com/a.inv?size=2"


NUMBER = 12_000
HOSTILE = {
    "b": "<b>x",
    "div": "<div>x",
    "closed div": "<div>x</div>",
    "p": "<p>x",
    "li": "<li>x",
    "td": "<tr><td>x",
    "table": "<table><tr><td>",
    "quote": "<blockquote>x",
    "nav": "<nav>x</nav>",
    "comment": "<!--",
    "open tag": "<a ",
    "open quote": '<a x="',
    "less": "<",
    "ampersand": "&",
    "script": "<script>",
    "import": "<style>@import url( //a",
    "attributes": "<p " + "a=b " * 300 + ">",
    "heading": "<h1><button><h2>x",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_no_faster_than_a_page_does(name: str) -> None:
    """Twice the page may take twice the time; what is squared would take four times."""
    number = NUMBER // (100 if name == "attributes" else 1)
    # The least of three each: a processor that slows down in between only ever adds.
    small, large = (min(_seconds(name, size) for _ in range(3)) for size in (number, 3 * number))
    assert large < 6 * small + 0.2


def _seconds(name: str, size: int) -> float:
    began = time.process_time()
    page("<table><tr><td>" * (name == "p") + HOSTILE[name] * size)
    return time.process_time() - began


def test_deep_and_long_pages_are_read_with_all_their_text() -> None:
    read = page("<div>" * 5_000 + "deep" + "</div>" * 5_000 + "<p>after")
    assert read.text == "deep\nafter"
    assert "too-deep" in read.codes()


def test_a_page_beyond_its_caps_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qantar.readers.page.MAX_PAGE_SEGMENTS", 3)
    read = page("<p>a<p>b<p>c<p>d<p>e")
    assert (len(read.segments), read.text) == (3, "a\nb\nc\nd\ne")
    assert "too-many" in read.codes()
    monkeypatch.setattr("qantar.readers.page.MAX_PAGE_PIECES", 6)
    assert "too-large" in page("<p>a<p>b<p>c<p>d<p>e").codes()
    monkeypatch.setattr("qantar.readers.web_page.MAX_PAGE_BYTES", 50)
    read = page("<p>" + "a" * 100)
    assert "too-large" in read.codes()
    assert read.text.startswith("aaa")


MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<td>",
            "<table>",
            "</table>",
            "<tr>",
            "<li>",
            "<ul>",
            "</ul>",
            "<b>",
            "a ",
            "</b>",
            "<h1>",
            "</h2>",
            "<blockquote>",
            "</blockquote>",
            "<nav>",
            "<figcaption>",
            "<br>",
            "<caption>",
            "<button>",
            "<head>",
            "<pre>",
            "\n",
            "<!--",
            "-->",
            "<a x='",
            "'>",
            "<hr>",
            "<div hidden>",
            "</div>",
            "<footer>",
            "&lt;",
            "<dialog>",
            "<template>",
            "</template>",
        ]
    ),
    max_size=40,
).map("".join)


@given(MARKUP)
def test_any_markup_gives_sound_segments(body: str) -> None:
    """Spans nest or stand apart, and no block has space around it: the answer is checked."""
    read = page(f"<p>{body}")
    for segment in read.segments:
        said = read.text[segment.start : segment.end]
        assert said == said.strip() != ""


@given(MARKUP)
def test_all_of_a_page_is_in_some_piece_of_it(body: str) -> None:
    at = 0
    for token in tokens(body):
        match token:
            case Words() | Tag():
                assert token.start >= at
                at = token.content[1] if isinstance(token, Tag) and token.content else token.end
            case Comment():
                assert token.start >= at
                at = token.end
            case Unclosed():
                at = len(body)
    assert len(body) - at <= len("-->")


class Oracle(HTMLParser):
    """Python's own parser, told of no trouble: start tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes: dict[str, str] = {}
        for name, value in attrs:
            attributes.setdefault(name, value or "")
        self.found.append((tag, attributes))


@pytest.mark.parametrize("name", ["article.html", "cp1251.htm"])
def test_tags_and_attributes_are_those_another_parser_finds(name: str) -> None:
    text = (SAMPLES / name).read_bytes().decode("cp1251" if "cp" in name else "utf-8")
    oracle = Oracle()
    oracle.feed(text)
    found = [
        (one.name, dict(one.attributes))
        for one in tokens(text)
        if isinstance(one, Tag) and not one.closing
    ]
    assert found == oracle.found


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("2022-01-06", "2022-01-06"),
        ("2022-01", "2022-01"),
        ("2022-01-06T10:30Z", "2022-01-06T10:30Z"),
        ("6 January", None),
        ("2022-13", None),
        ("", None),
    ],
)
def test_dates_of_pages_are_iso_or_none(said: str, date: str | None) -> None:
    assert as_iso(said) == date
