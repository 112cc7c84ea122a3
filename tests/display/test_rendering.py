"""Blocks as HTML and as text: the same words, everything escaped, in columns."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stack_magic.display import (
    Block,
    Command,
    Document,
    Fields,
    Line,
    Picture,
    Preformatted,
    Shown,
    Table,
    Title,
    render_html,
    render_text,
)
from stack_magic.display._text import _width

words = st.text(st.characters(codec="utf-8"), max_size=12)
rows = st.lists(st.tuples(words, words), max_size=4).map(tuple)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Title, words),
    st.builds(Line, words, st.sampled_from(["", "✓", "▲"]), st.integers(0, 2)),
    st.builds(Command, words, words),
    st.builds(Fields, rows),
    st.builds(Table, st.tuples(words, words), rows),
    st.builds(Preformatted, words),
)
documents = st.lists(blocks, max_size=4).map(lambda some: Document(tuple(some)))


def _words(text: str) -> list[str]:
    """Return the words in *text*, without the rules below column heads and around code."""
    return [word for word in text.replace("`", " ").split() if word.strip("-")]


def _shown(fragment: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", fragment))


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(documents)
def test_html_and_text_say_the_same_words(document: Document) -> None:
    assert _words(_shown(render_html(document))) == _words(render_text(document))


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(documents)
def test_html_is_well_formed_whatever_it_shows(document: Document) -> None:
    tags = {element.tag for element in ET.fromstring(render_html(document)).iter()}  # noqa: S314 - our own
    known = {"div", "b", "code", "pre", "table", "thead", "tbody", "tr", "th", "td"}
    assert tags <= known


@pytest.mark.parametrize(
    "block",
    [
        Title("<script>"),
        Line("<script>"),
        Command("<script>", "<script>"),
        Fields((("<script>", "<script>"),)),
        Table(("<script>",), (("<script>",),), more="<script>"),
        Table(("x",), (("x",),) * 60, more="<script>"),
        Preformatted("<script>"),
    ],
    ids=lambda block: type(block).__name__,
)
def test_markup_is_escaped_in_every_block(block: Block) -> None:
    fragment = render_html(Document((block,)))
    assert "<script" not in fragment
    assert "script" in fragment or isinstance(block, Table)


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_quote_ends_no_attribute(quote: str) -> None:
    assert quote not in render_html(Document((Title(quote),))).replace("<div><div>", "")


def test_a_long_table_is_cut_after_a_page_and_counted() -> None:
    table = Table(("name",), tuple((f"n{i:03}",) for i in range(120)), more="%stack list -h")
    document = Document((table,))
    for shown in (render_text(document), _shown(render_html(document))):
        assert "n049" in shown
        assert "n050" not in shown
        assert "… and 70 more of 120; %stack list -h" in shown


def test_a_table_of_one_page_is_whole() -> None:
    text = render_text(Document((Table(("name",), (("x",),) * 50),)))
    assert len(text.splitlines()) == 52
    assert "more of" not in text


@pytest.mark.parametrize("name", ["数据湖", "\uff57ide", "cafe\u0301", "नमस्ते", "plain"])
def test_columns_line_up_in_every_script(name: str) -> None:
    text = render_text(Document((Table(("name", "x"), ((name, "|"), ("a", "|"))),)))
    _, _, *lines = text.splitlines()
    assert len({_width(line.partition("|")[0]) for line in lines}) == 1


def test_wide_letters_take_two_columns() -> None:
    text = render_text(Document((Table(("ab", "x"), (("数据", "|"), ("abcd", "|"))),)))
    assert text.splitlines()[2:] == ["数据  |", "abcd  |"]


def test_a_cell_stays_on_its_line() -> None:
    text = render_text(Document((Table(("a", "b"), (("one\ntwo", "x"),)),)))
    assert text.splitlines()[-1] == "one two  x"


def test_fields_line_up() -> None:
    text = render_text(Document((Fields((("a", "1"), ("long", "2"))),)))
    assert text == "  a     1\n  long  2"


def test_a_picture_is_shown_in_html_only() -> None:
    document = Document((Picture("<svg/>"), Line("two steps")))
    assert render_text(document) == "two steps"
    assert "<svg/>" in render_html(document)


def test_what_is_no_block_cannot_be_shown() -> None:
    document = Document(("text",))  # type: ignore[arg-type]
    for render in (render_html, render_text):
        with pytest.raises(TypeError, match="cannot show str"):
            render(document)


class Greeting(Shown):
    def document(self) -> Document:
        return Document((Line("hello", "✓"),))


def test_a_value_shows_itself_in_both_ways() -> None:
    bundle = Greeting()._repr_mimebundle_(include=None)
    assert bundle == {"text/plain": "✓ hello", "text/html": "<div><div>✓ hello</div></div>"}
    assert repr(Greeting()) == "✓ hello"
    assert bundle == Greeting()._repr_mimebundle_()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("helper `fit` changed", "helper <code>fit</code> changed"),
        ("inputs `x`, `y < z`", "inputs <code>x</code>, <code>y &lt; z</code>"),
        ("`<b>`", "<code>&lt;b&gt;</code>"),
        ("it`s 5` and 6`", "it`s 5` and 6`"),
        ("one ` alone ` here", "one ` alone ` here"),
        ("``x`` and `` ` ``", "``x`` and `` ` ``"),
    ],
)
def test_what_is_between_backticks_is_code_in_html_and_stays_in_text(text: str, shown: str) -> None:
    prose: list[Block] = [
        Title(text),
        Line(text),
        Command("x", text),
        Fields(((text, text),)),
        Table(("x",), ((text,),)),
    ]
    for block in prose:
        assert shown in render_html(Document((block,)))
        assert text in render_text(Document((block,)))
    for literal in (Preformatted(text), Command(text)):
        assert html.escape(text) in render_html(Document((literal,)))
