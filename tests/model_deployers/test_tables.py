"""Data frames on their way to a served model, and what is wrong with their rows."""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np
import pandas as pd
import polars as pl
import pytest
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from stack_magic.errors import FlavorFailedError, InvalidConfigurationError
from stack_magic.model_deployers import _json, _tables
from tests.materializers.kinds import told

if TYPE_CHECKING:
    from stack_magic.model_deployers import ModelServer

    from .conftest import Deploy

TRAINING = pd.DataFrame({"city": list("abab"), "size": [1.0, 2.0, 3.0, 4.0]})
ASKED = pd.DataFrame({"city": ["a", "b"], "size": [1.0, 2.0]})
RECORDS = [{"city": "a", "size": 1.0}, {"size": 2.0, "city": "b"}]


def classifier() -> Any:
    """Return a pipeline that selects its columns by name."""
    columns = ColumnTransformer(
        [("c", OneHotEncoder(), ["city"]), ("s", StandardScaler(), ["size"])]
    )
    return make_pipeline(columns, LogisticRegression()).fit(TRAINING, [0, 1, 0, 1])


@pytest.fixture
def server(deploy: Deploy) -> ModelServer:
    return deploy(classifier(), "by_names")


@pytest.mark.parametrize(
    "inputs",
    [
        ASKED,
        pl.DataFrame(ASKED.to_dict("list")),
        RECORDS,
        {"size": [1.0, 2.0], "city": ["a", "b"]},
        [["a", 1.0], ["b", 2.0]],
        np.array([["a", 1.0], ["b", 2.0]], dtype=object),
    ],
    ids=["pandas", "polars", "records", "columns", "rows", "array"],
)
def test_a_model_that_selects_by_name_gets_names(server: ModelServer, inputs: Any) -> None:
    assert server.predict(inputs) == [0, 1]


def test_other_methods_are_served_by_name(server: ModelServer) -> None:
    expected = classifier().predict_proba(ASKED)
    answered = server.predict(ASKED, method="predict_proba")
    assert np.array(answered) == pytest.approx(expected)
    with pytest.raises(FlavorFailedError, match=r"serves no 'fit'; it serves predict, .*proba"):
        server.predict(ASKED, method="fit")
    with pytest.raises(FlavorFailedError, match="serves no '__init__'"):
        server.predict(ASKED, method="__init__")


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ([*RECORDS, {"city": "a"}], "row 2 lacks 'size'; the columns are 'city', 'size'"),
        ([{**RECORDS[0], "x": 1}], "row 0 has an unknown 'x'; the columns are 'city', 'size'"),
        ([["a", 1.0], ["b"]], "row 1 has 1 values, and there are 2 columns"),
        ({"city": ["a"], "size": []}, "the columns differ in length: 'city' 1, 'size' 0"),
        ({"city": ["a"]}, "the inputs lacks 'size'; the columns are"),
        (pd.DataFrame({"city": list("aabzb"), "size": 1.0}), "ValueError at row 3: "),
        ([["a", 1.0], ["b", "large"], ["a", 1.0]], "ValueError at row 1: "),
    ],
)
def test_a_bad_row_is_named(server: ModelServer, inputs: Any, said: str) -> None:
    with pytest.raises(FlavorFailedError, match=re.escape(said)):
        server.predict(inputs)


def test_what_json_has_no_word_for_is_named_before_it_is_sent(server: ModelServer) -> None:
    with pytest.raises(InvalidConfigurationError, match=r"column 'size'\[1\]: inf is no JSON"):
        server.predict(ASKED.assign(size=[1.0, math.inf]))


def test_a_frame_comes_as_it_was_sent() -> None:
    zone = "Europe/Berlin"
    frame = pd.DataFrame(
        {
            "number": [1.5, math.nan],
            "zoned": pd.Series(["2024-10-27 02:30", None], dtype="M8[ns]").dt.tz_localize(
                zone, ambiguous=True
            ),
            "moment": np.array(["2024-01-01T00:00:00.000000001", "NaT"], "M8[ns]"),
            "span": np.array([1, -15], "m8[s]"),
            "category": pd.Categorical(["x", "y"], ["y", "x", "z"]),
            "text": ["a", None],
            "small": np.array([1, 2], "i1"),
            "flag": [True, False],
            "whole": pd.array([1, None], "Int64"),
        },
        index=[3, 7],
    )
    body = _json.from_json(_json.to_json(_tables.request_of(frame)))
    assert told(_tables.inputs_of(body, ())) == told(frame)
    cells = {"n": [1, None], "t": [dt.datetime(2024, 1, 1, 1, 2, 3), None], "s": ["x", None]}  # noqa: DTZ001 - naive
    other = pl.DataFrame(cells)
    body = _json.from_json(_json.to_json(_tables.request_of(other)))
    assert told(_tables.inputs_of(body, ())) == told(other)


@pytest.mark.parametrize("form", ["classifier", "booster"])
@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_boosted_trees_are_served(deploy: Deploy, library: str, form: str) -> None:
    frame = pd.DataFrame({"a": np.arange(60.0), "b": np.arange(60.0) % 7})
    labels = (frame["a"] > 30).astype(int)
    model: Any
    if library == "xgboost":
        model = xgboost.XGBClassifier(n_estimators=5).fit(frame, labels)
        booster = model.get_booster()
    else:
        model = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1).fit(frame, labels)
        booster = model.booster_
    asked = frame.iloc[[5, 55]]
    chosen = model if form == "classifier" else booster
    server = deploy(chosen, f"{library}_{form}")
    expected = model.predict(asked) if form == "classifier" else model.predict_proba(asked)[:, 1]
    for inputs in (asked, asked.to_dict("records"), asked.to_dict("list")):
        assert server.predict(inputs) == pytest.approx(list(expected), abs=1e-6)
