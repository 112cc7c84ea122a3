"""Curves: well-formed, escaped, told apart without colour, the same each time."""

from __future__ import annotations

import math
import re
import sys
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stack_magic.display import MOST_CURVES, curve_words, draw_curves
from stack_magic.display._plot import _STYLES

SVG = "{http://www.w3.org/2000/svg}"
LOSS = {"train-1": [(0, 2.0), (1, 1.0), (2, 0.5)], "train-2": [(0, 4.0), (2, 1.5)]}
EXTREME = [0.0, 5e-324, -5e-324, sys.float_info.max, -sys.float_info.max, math.nan, math.inf]


def _parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own


def _texts(svg: str) -> list[str]:
    return [text.text or "" for text in _parsed(svg).iter(f"{SVG}text")]


def _lines(svg: str) -> list[ET.Element]:
    """Return the curves: what has no filling and is as wide as a curve."""
    paths = _parsed(svg).iter(f"{SVG}path")
    return [p for p in paths if p.attrib.get("stroke-width") == "1.8"]


def test_a_drawing_says_what_it_is() -> None:
    root = _parsed(draw_curves("loss", LOSS))
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == "loss by step"
    assert root.findtext(f"{SVG}desc") == "2 curves"


def test_what_is_left_without_tags_is_a_sentence() -> None:
    """JupyterLab takes the tags out of a notebook that is not trusted."""
    assert re.sub(r"<[^>]*>", "", draw_curves("loss", LOSS)) == (
        "loss by step: 2 curves; values 0.5, 2.25, 4; steps 0, 1, 2; "
        "train-1 (solid, circles), train-2 (dashed, squares)"
    )


def test_each_curve_is_drawn_once_and_stands_in_the_legend() -> None:
    svg = draw_curves("loss", LOSS)
    assert len(_lines(svg)) == 2 + 2
    assert _texts(svg)[-2:] == ["train-1 (solid, circles)", "train-2 (dashed, squares)"]


def test_curves_differ_without_colour() -> None:
    words = [curve_words(number) for number in range(MOST_CURVES)]
    assert len(set(words)) == len(words)
    drawn = {(dashes, marks) for _, _, dashes, marks in _STYLES}
    assert len(drawn) == len(words)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ground", ["#ffffff", "#111111", "#1e1e1e"])
def test_a_colour_is_seen_on_light_and_dark(ground: str) -> None:
    for colour, *_ in _STYLES:
        low, high = sorted((_luminance(colour), _luminance(ground)))
        assert (high + 0.05) / (low + 0.05) >= 3, colour


def test_words_have_the_colour_of_the_page() -> None:
    fills = {text.attrib["fill"] for text in _parsed(draw_curves("x", LOSS)).iter(f"{SVG}text")}
    assert fills == {"currentColor"}


def test_tags_and_attributes_are_plain() -> None:
    elements = list(_parsed(draw_curves("loss", LOSS)).iter())
    assert {e.tag for e in elements} == {
        f"{SVG}{t}" for t in ("svg", "title", "desc", "path", "text")
    }
    names = {name for element in elements for name in element.attrib}
    assert not {"id", "class", "href", "filter"} & names
    assert not [name for name in names if name.startswith("on")]


@pytest.mark.parametrize("name", ["<b>&\"'", "\x1b[31m", "\u202ex", "\ud800", "\ufffe", "]]>"])
def test_a_name_is_escaped_and_spelled_out(name: str) -> None:
    svg = draw_curves(name, {name: [(0, 1.0)]})
    assert "<b>" not in svg
    assert "\x1b" not in svg
    assert _parsed(svg).tag == f"{SVG}svg"


def test_a_higher_value_is_higher_and_a_later_step_further_right() -> None:
    (curve, *_) = _lines(draw_curves("x", {"a": [(5, 9.0), (0, 1.0)]}))
    (x1, y1), (x2, y2) = (
        (float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", curve.attrib["d"])
    )
    assert x1 < x2
    assert y1 > y2


def test_what_is_not_finite_is_a_gap() -> None:
    points = [(0, 1.0), (1, math.nan), (2, 2.0), (3, 3.0), (4, math.inf), (5, 1.0)]
    (curve, *_) = _lines(draw_curves("x", {"a": points}))
    assert curve.attrib["d"].count("M") == 3


def test_ticks_have_the_digits_that_tell_them_apart() -> None:
    svg = draw_curves("x", {"a": [(0, 0.99991), (1, 0.99993)]})
    assert "values" in svg
    assert _texts(svg)[:3] == ["0.99991", "0.99992", "0.99993"]


def test_many_points_make_no_large_drawing() -> None:
    svg = draw_curves("x", {"a": [(i, math.sin(i)) for i in range(100_000)]})
    assert len(svg) < 40_000
    assert "values -1, " in re.sub(r"<[^>]*>", "", svg)


def test_a_spike_among_many_points_is_drawn() -> None:
    points = [(i, 5.0 if i == 4321 else 0.0) for i in range(10_000)]
    (curve, *_) = _lines(draw_curves("x", {"a": points}))
    heights = {float(y) for _, y in re.findall(r"([\d.]+) ([\d.]+)", curve.attrib["d"])}
    assert len(heights) == 2


def test_more_curves_than_can_be_told_apart_are_left_out() -> None:
    svg = draw_curves("x", {f"run-{n}": [(0, n), (1, n)] for n in range(20)})
    assert len(_lines(svg)) == 2 * MOST_CURVES
    assert f"run-{MOST_CURVES} " not in svg


@pytest.mark.parametrize("curves", [{}, {"a": []}, {"a": [(0, math.nan)]}])
def test_nothing_to_draw_is_an_empty_drawing(curves: dict[str, list[tuple[int, float]]]) -> None:
    assert _parsed(draw_curves("x", curves)).tag == f"{SVG}svg"


def test_the_same_curves_are_the_same_drawing() -> None:
    assert draw_curves("loss", LOSS) == draw_curves("loss", dict(LOSS))


values = st.one_of(st.floats(), st.sampled_from(EXTREME))
curves = st.lists(st.tuples(st.integers(-(2**53), 2**53), values), max_size=5)


@settings(derandomize=True, database=None, deadline=None)
@given(st.text(), st.dictionaries(st.text(), curves, max_size=3))
def test_any_curves_make_well_formed_xml_within_the_frame(
    title: str, drawn: dict[str, list[tuple[int, float]]]
) -> None:
    root = _parsed(draw_curves(title, drawn))
    height = float(root.attrib["height"])
    for path in root.iter(f"{SVG}path"):
        assert "nan" not in path.attrib["d"]
        assert "inf" not in path.attrib["d"]
        for _, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.attrib["d"]):
            assert 0 <= float(y) <= height
