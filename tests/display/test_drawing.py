"""The drawing of a graph: well-formed, escaped, and the same each time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stack_magic.display import draw_graph

SVG = "{http://www.w3.org/2000/svg}"
DIAMOND = {"load": [], "left": ["load"], "right": ["load"], "join": ["left", "right"]}


def _parsed(upstream: dict[str, list[str]], captions: dict[str, str] | None = None) -> ET.Element:
    return ET.fromstring(draw_graph(upstream, captions or {}))  # noqa: S314 - our own


def test_every_node_and_edge_is_drawn() -> None:
    root = _parsed(DIAMOND, {"load": "✓ done"})
    labels = [text.text for text in root.iter(f"{SVG}text")]
    assert [label for label in labels if label] == ["load", "✓ done", "left", "right", "join"]
    assert len(list(root.iter(f"{SVG}rect"))) == 4
    assert len(list(root.iter(f"{SVG}path"))) == 2 * 4


def test_a_node_stands_right_of_those_before_it() -> None:
    xs = [float(rect.attrib["x"]) for rect in _parsed(DIAMOND).iter(f"{SVG}rect")]
    assert xs[0] < xs[1] == xs[2] < xs[3]


def test_no_two_nodes_share_a_place() -> None:
    wide: dict[str, list[str]] = {f"s{i}": [] for i in range(10)}
    places = {(r.attrib["x"], r.attrib["y"]) for r in _parsed(wide).iter(f"{SVG}rect")}
    assert len(places) == 10


@pytest.mark.parametrize("name", ["<b>&\"'", "\x1b[31m", "\u202ex", "\ud800", "\ufffe", "]]>"])
def test_a_name_is_escaped_and_spelled_out(name: str) -> None:
    svg = draw_graph({name: []}, {name: name})
    assert "<b>" not in svg
    assert "\x1b" not in svg
    assert ET.fromstring(svg).tag == f"{SVG}svg"  # noqa: S314 - our own


@settings(derandomize=True, database=None, deadline=None)
@given(st.lists(st.text(), unique=True, max_size=5), st.text())
def test_any_names_make_well_formed_xml(names: list[str], caption: str) -> None:
    upstream = {name: names[:at] for at, name in enumerate(names)}
    assert len(_parsed(upstream, dict.fromkeys(names, caption))) >= 1 + 3 * len(names)


def test_a_long_name_is_cut() -> None:
    texts = [text.text for text in _parsed({"x" * 50: []}).iter(f"{SVG}text")]
    assert texts[0] == "x" * 19 + "…"


def test_the_same_graph_is_the_same_drawing() -> None:
    captions = {"join": "✕ failed"}
    assert draw_graph(DIAMOND, captions) == draw_graph(dict(DIAMOND), dict(captions))


def test_no_colour_carries_meaning() -> None:
    colours = {e.attrib["fill"] for e in _parsed(DIAMOND).iter() if "fill" in e.attrib}
    assert colours <= {"currentColor", "none", "sans-serif"}


def test_an_empty_graph_is_an_empty_drawing() -> None:
    assert list(_parsed({}).iter(f"{SVG}rect")) == []


def test_what_is_left_without_tags_is_a_sentence() -> None:
    """JupyterLab takes the tags out of a notebook that is not trusted."""
    drawn = draw_graph({"load": (), "fit": ("load",)}, {"load": "✓ done", "fit": "✕ failed"})
    assert re.sub(r"<[^>]*>", "", drawn) == "Graph of the steps: load ✓ done, fit ✕ failed"
