"""Pipelines as users of other tools write them: only the lines of imports are ours.

What takes a retry, a map over an output, a branch on one, an index of one, a schedule, a
tag, a configuration file or a class as a step is not among them.
"""

from __future__ import annotations

import asyncio
import logging
import operator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

from stack_magic import get_step_context, log_metrics, pipeline, step, steps
from stack_magic.enums import Outcome
from stack_magic.errors import InvalidPipelineError, StackMagicError
from stack_magic.pipelines import execute
from stack_magic.steps import StepContext

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from stack_magic.pipelines import Pipeline, Run
    from stack_magic.stack import Stack


def is_the_same(left: Any, right: Any) -> bool:
    """Whether two values are equal, tables among them."""
    if isinstance(left, pd.DataFrame | pd.Series):
        return bool(left.equals(right))
    return bool(np.all(left == right))


def run_as_called(stack: Stack, flow: Pipeline, **parameters: Any) -> Run:
    """Run a pipeline twice: its last step gives what the function gives that is just called."""
    called = flow.function(**parameters)
    runs = [execute(flow, stack, parameters=parameters) for _ in range(2)]
    for run in runs:
        assert run.outcome is Outcome.DONE, [one.error for one in run.steps.values()]
        assert is_the_same(list(run.steps.values())[-1].output, called)
    return runs[-1]


class TestPrefect:
    """`@flow` and `@task`: loops, lists and dicts of results, coroutines, flows in flows."""

    def test_extract_transform_load(self, stack: Stack) -> None:
        @step
        def extract(url: str) -> dict[str, list[int]]:
            return {"url": [len(url)], "stars": [3, 1, 2]}

        @step
        def transform(data: dict[str, list[int]]) -> list[int]:
            return sorted(data["stars"])

        @step
        def load(data: list[int], path: str) -> str:
            return f"{path}: {data}"

        @pipeline
        def etl(url: str = "https://example.org", path: str = "stars") -> Any:
            """Extract, transform and load."""
            return load(data=transform(extract(url)), path=path)

        run_as_called(stack, etl)
        run_as_called(stack, etl, url="https://example.com/stars")

    def test_a_loop_over_names_collects_results_in_a_dict(self, stack: Stack) -> None:
        @step
        def stars(repository: str) -> int:
            return len(repository)

        @step
        def report(found: dict[str, int]) -> str:
            return ", ".join(f"{name}: {count}" for name, count in sorted(found.items()))

        @pipeline
        def github_stars(repositories: list[str] = ["prefect", "kedro"]) -> Any:  # noqa: B006
            found = {}
            for name in repositories:
                found[name] = stars(name)
            return report(found)

        run_as_called(stack, github_stars)
        run_as_called(stack, github_stars, repositories=["a", "bc", "def"])

    def test_results_of_results_by_comprehensions(self, stack: Stack) -> None:
        @step
        def page(number: int, size: int = 2) -> list[int]:
            return list(range(number * size, (number + 1) * size))

        @step
        def total(pages: list[list[int]]) -> int:
            return sum(map(sum, pages))

        @step
        def summary(by_size: dict[int, list[list[int]]], totals: list[int]) -> str:
            return f"{by_size} {totals}"

        @pipeline
        def paging() -> Any:
            by_size = {size: [page(n, size) for n in range(2)] for size in (2, 3)}
            return summary(by_size, [total(pages) for pages in by_size.values()])

        run_as_called(stack, paging)

    def test_coroutines(self, stack: Stack) -> None:
        @step
        async def fetch(number: int) -> int:
            await asyncio.sleep(0)
            return number * 2

        @step
        async def fetch_all(numbers: list[int]) -> list[int]:
            return await asyncio.gather(*(fetch.function(number) for number in numbers))

        @step
        def total(numbers: list[int]) -> int:
            return sum(numbers)

        @pipeline
        def fetching() -> None:
            fetched: list[Any] = [fetch(1), fetch(2)]
            total(fetched)
            several: Any = fetch_all([3, 4])
            total(several)

        run = execute(fetching, stack)
        assert (run["total"].output, run["total_2"].output) == (6, 14)

    def test_generators(self, stack: Stack) -> None:
        @step
        def lines(count: int) -> Iterator[str]:
            for number in range(count):
                yield f"line {number}"

        @step
        async def ticks() -> AsyncIterator[int]:
            for number in range(2):
                yield number

        @step
        def both(lines: list[str], ticks: list[int]) -> str:
            return f"{list(lines)} {ticks}"

        @pipeline
        def reading() -> None:
            read: list[Any] = [lines(2), ticks()]
            both(*read)

        assert execute(reading, stack)["both"].output == "['line 0', 'line 1'] [0, 1]"

    def test_flows_in_flows_give_their_results(self, stack: Stack) -> None:
        @step
        def load(name: str) -> list[int]:
            return [len(name)] * 3

        @step
        def mean(numbers: list[int]) -> float:
            return sum(numbers) / len(numbers)

        @step
        def compare(first: float, second: float) -> bool:
            return first < second

        @pipeline
        def score(source: str) -> Any:
            return mean(load(source))

        @pipeline
        def comparison(sources: tuple[str, str] = ("a", "bcd")) -> Any:
            first, second = (score(source) for source in sources)
            return compare(first, second)

        run = execute(comparison, stack)
        assert run["compare"].output is True
        assert list(run.steps) == ["load", "mean", "load_2", "mean_2", "compare"]

    def test_a_model_as_parameter_is_checked(self, stack: Stack) -> None:
        class Options(BaseModel):
            rate: float = 0.5
            names: list[str] = ["a"]

        @step
        def show(options: Options) -> str:
            return f"{options.rate} {options.names}"

        def flow(options: Options = Options()) -> Any:  # noqa: B008
            return show(options)

        flow.__annotations__ = {"options": Options}
        configured = pipeline(flow)

        run_as_called(stack, configured)
        run_as_called(stack, configured, options=Options(rate=1))
        run = execute(configured, stack, parameters={"options": {"rate": "2", "names": []}})
        assert run["show"].output == "2.0 []"
        with pytest.raises(InvalidPipelineError, match=r"parameter 'options'.* valid number"):
            execute(configured, stack, parameters={"options": {"rate": "much"}})

    def test_a_task_that_waits_for_another(self, stack: Stack) -> None:
        order: list[str] = []

        @step(cache=False)
        def migrate() -> int:
            order.append("migrate")
            return 1

        @step(cache=False)
        def query() -> int:
            order.append("query")
            return 2

        @pipeline
        def ordered() -> None:
            asked: Any = query()
            asked.after(migrate())

        execute(ordered, stack)
        assert order == ["migrate", "query"]


class TestMetaflow:
    """A flow's artifacts as outputs, its branches and joins as arguments."""

    def test_linear(self, stack: Stack) -> None:
        @step(outputs=("message", "count"))
        def start() -> tuple[str, int]:
            return "hello", 1

        @step
        def middle(message: str, count: int) -> str:
            return message * (count + 1)

        @step
        def end(message: str) -> str:
            return f"the end: {message}"

        @pipeline
        def linear() -> Any:
            message, count = start()
            return end(middle(message, count))

        run_as_called(stack, linear)

    def test_branches_and_a_join(self, stack: Stack) -> None:
        @step
        def start() -> list[int]:
            return [1, 2, 3]

        @step
        def a(data: list[int]) -> int:
            return max(data)

        @step
        def b(data: list[int]) -> int:
            return min(data)

        @step
        def join(*inputs: int) -> int:
            return sum(inputs)

        @pipeline
        def branches() -> Any:
            data = start()
            return join(a(data), b(data))

        run_as_called(stack, branches)
        assert branches.graph().nodes["join"].upstream == ("a", "b")

    def test_a_join_merges_the_artifacts_of_its_branches(self, stack: Stack) -> None:
        @step
        def fit(rate: float) -> dict[str, float]:
            return {"rate": rate, "score": 1 - (rate - 0.3) ** 2}

        @step
        def best(models: dict[str, dict[str, float]]) -> str:
            return max(models, key=lambda name: models[name]["score"])

        @pipeline
        def choosing(rates: list[float] = [0.1, 0.3, 0.9]) -> Any:  # noqa: B006
            return best({f"rate {rate}": fit(rate) for rate in rates})

        run_as_called(stack, choosing)

    def test_parameters_of_a_flow(self, stack: Stack) -> None:
        @step
        def show(alpha: float, day: date, flags: dict[str, bool]) -> str:
            return f"{alpha} {day} {flags}"

        @pipeline
        def parametrised(
            alpha: float = 0.01,
            day: date = date(2026, 1, 2),
            flags: dict[str, bool] = {"x": True},  # noqa: B006
        ) -> Any:
            return show(alpha, day, flags)

        run_as_called(stack, parametrised)
        typed = {"alpha": "0.5", "day": "2026-03-04", "flags": '{"y": false}'}
        run = execute(parametrised, stack, parameters=typed)
        assert run["show"].output == "0.5 2026-03-04 {'y': False}"

    def test_statistics_of_a_table(self, stack: Stack) -> None:
        @step
        def movies() -> pd.DataFrame:
            return pd.DataFrame(
                {"title": ["a", "b", "c"], "genre": ["x", "y", "x"], "gross": [3.0, 1.0, 2.0]}
            )

        @step
        def statistics(frame: pd.DataFrame, genre: str) -> dict[str, float]:
            gross = frame[frame.genre == genre].gross
            return {"median": float(gross.median()), "count": len(gross)}

        @step
        def merge(statistics: list[dict[str, float]], genres: list[str]) -> pd.DataFrame:
            return pd.DataFrame(statistics, index=genres)

        @pipeline
        def movie_statistics() -> Any:
            frame = movies()
            genres = ["x", "y"]
            return merge([statistics(frame, genre) for genre in genres], genres)

        run_as_called(stack, movie_statistics)


class TestHamilton:
    """Functions of columns: each has its inputs by name."""

    def test_columns(self, stack: Stack) -> None:
        @step
        def spend() -> pd.Series:
            return pd.Series([10.0, 20.0, 40.0], name="spend")

        @step
        def signups() -> pd.Series:
            return pd.Series([1, 2, 8], name="signups")

        @step
        def spend_per_signup(spend: pd.Series, signups: pd.Series) -> pd.Series:
            return spend / signups

        @step
        def spend_mean(spend: pd.Series) -> float:
            return float(spend.mean())

        @step
        def spend_zero_mean(spend: pd.Series, spend_mean: float) -> pd.Series:
            return spend - spend_mean

        @step
        def frame(**columns: pd.Series) -> pd.DataFrame:
            return pd.DataFrame(columns)

        @pipeline
        def marketing() -> Any:
            s, n = spend(), signups()
            return frame(
                signups=n,
                spend_per_signup=spend_per_signup(s, n),
                zero_mean=spend_zero_mean(s, spend_mean(s)),
            )

        run_as_called(stack, marketing)

    def test_columns_of_constants_and_inputs_keep_their_order(self, stack: Stack) -> None:
        @step
        def age(born: int, today: int) -> int:
            return today - born

        @step
        def row(**values: Any) -> list[tuple[str, Any]]:
            return list(values.items())

        @pipeline
        def rows(today: int = 2026) -> Any:
            return row(age=age(2000, today), name="a", older=age(1990, today), city="b")

        run_as_called(stack, rows)

    def test_the_same_function_with_other_parameters(self, stack: Stack) -> None:
        def shifted(by: int) -> Any:
            @step(name=f"shifted_{by}")
            def shift(column: list[int]) -> list[int]:
                return [number + by for number in column]

            return shift

        @step
        def column() -> list[int]:
            return [1, 2]

        @step
        def collect(columns: dict[str, list[int]]) -> dict[str, list[int]]:
            return columns

        @pipeline
        def parameterised() -> Any:
            given = column()
            return collect({f"by {by}": shifted(by)(given) for by in (1, 10)})

        run_as_called(stack, parameterised)

    def test_a_reduction_over_many(self, stack: Stack) -> None:
        @step
        def part(number: int) -> int:
            return number**2

        @step
        def add(left: int, right: int) -> int:
            return left + right

        @pipeline
        def reducing() -> Any:
            return reduce(add, map(part, range(4)))

        run_as_called(stack, reducing)


@dataclass
class TrainerParams:
    """What ZenML 0.12 has a `BaseStepConfig` for."""

    epochs: int = 5
    lr: float = 0.001


class TestZenML012:
    """Steps as arguments of a pipeline, options of the decorators, parameters in a class."""

    def test_steps_as_arguments_are_answered_with_what_to_type(self) -> None:
        @step
        def importer() -> int:
            return 1

        @step
        def trainer(data: int) -> int:
            return data

        @pipeline
        def first(one: Any, two: Any) -> None:
            two(one())

        written: list[Callable[[], Any]] = [
            lambda: first(one=importer(), two=trainer()).run(),  # type: ignore[call-arg]
            lambda: first(one=importer, two=trainer).run(),
            lambda: first(importer(), trainer),
        ]
        for write in written:
            with pytest.raises(InvalidPipelineError, match=r"def p\(\): two\(one\(\)\)"):
                write()

    def test_steps_as_parameters_of_a_run_are_called(self, stack: Stack) -> None:
        @step
        def importer() -> list[int]:
            return [1, 2]

        @step
        def trainer(data: list[int]) -> int:
            return sum(data)

        @pipeline
        def first(one: Any, two: Any) -> Any:
            return two(one())

        run_as_called(stack, first, one=importer, two=trainer)

    def test_options_are_answered_with_ours(self) -> None:
        def function() -> None: ...

        answers: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
            (step, {"enable_cache": False}, r"@step\(cache=False\)"),
            (
                pipeline,
                {"enable_cache": True},
                r"p\.run\(cache=False\), %pipeline run p --no-cache",
            ),
            (step, {"experiment_tracker": "mlflow"}, r"log_metrics\(\.\.\.\) in the step"),
        ]
        for decorator, options, said in answers:
            with pytest.raises(InvalidPipelineError, match=said):
                decorator(**options)(function)

    def test_names_of_steps_are_answered_with_what_to_write(self) -> None:
        answers = {
            "Output": r'tuple\[Annotated\[list, "train"\]',
            "BaseParameters": "a dataclass or a pydantic model",
            "BaseStepConfig": "a dataclass or a pydantic model",
            "BaseStep": "put @step above a function",
        }
        for name, said in answers.items():
            with pytest.raises(InvalidPipelineError, match=said):
                getattr(steps, name)
        assert not hasattr(steps, "Outputs")

    def test_the_context_as_argument_is_answered_with_what_to_call(self) -> None:
        @step
        def inspecting(context: StepContext) -> str:
            return context.run

        @pipeline
        def looking() -> None:
            inspecting()  # type: ignore[call-arg]

        with pytest.raises(InvalidPipelineError, match=r"call get_step_context\(\) in the step"):
            looking.graph()

    def test_parameters_in_a_class(self, stack: Stack) -> None:
        @step
        def trainer(config: TrainerParams, data: list[float]) -> float:
            return config.epochs * config.lr * sum(data)

        @step
        def importer() -> list[float]:
            return [1.0, 2.0]

        @pipeline
        def training(epochs: int = 5) -> Any:
            return trainer(config=TrainerParams(epochs=epochs), data=importer())

        run_as_called(stack, training)
        run_as_called(stack, training, epochs=7)

    def test_digits(self, stack: Stack) -> None:
        @step(outputs=("x_train", "x_test", "y_train", "y_test"))
        def importer() -> Any:
            x = np.arange(40.0).reshape(20, 2)
            y = (x[:, 0] > 20).astype(int)
            return x[::2], x[1::2], y[::2], y[1::2]

        @step
        def normalizer(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return train / train.max(), test / train.max()

        @step
        def trainer(x: np.ndarray, y: np.ndarray) -> LogisticRegression:
            return LogisticRegression().fit(x, y)

        @step
        def evaluator(x: np.ndarray, y: np.ndarray, model: LogisticRegression) -> float:
            return float(model.score(x, y))

        @pipeline
        def digits() -> Any:
            x_train, x_test, y_train, y_test = importer()
            train, test = normalizer(train=x_train, test=x_test)
            return evaluator(x=test, y=y_test, model=trainer(x=train, y=y_train))

        run_as_called(stack, digits)


class TestZenML098:
    """Annotated outputs, the step's context, pipelines in pipelines, parameters by type."""

    def test_annotated_outputs(self, stack: Stack) -> None:
        @step
        def load(rows: int) -> Annotated[list[int], "dataset"]:
            return list(range(rows))

        @step
        def split(
            data: list[int],
        ) -> tuple[Annotated[list[int], "train"], Annotated[list[int], "test"]]:
            return data[::2], data[1::2]

        @step
        def fit(train: list[int], test: list[int]) -> Annotated[float, "score"]:
            return sum(train) / sum(test)

        @pipeline
        def training(rows: int = 5) -> Any:
            train, test = split(load(rows))
            return fit(train, test)

        run = run_as_called(stack, training)
        assert run["load"].outputs["dataset"] == [0, 1, 2, 3, 4]
        assert list(run["split"].outputs) == ["train", "test"]
        assert run["fit"].outputs["score"] == run["fit"].output

    def test_the_context_of_a_step(self, stack: Stack) -> None:
        @step
        def inspecting() -> str:
            context = get_step_context()
            assert isinstance(context, StepContext)
            return f"{context.pipeline_run.name} {context.step_run.name} {context.step_name}"

        @pipeline
        def looking() -> None:
            inspecting()

        run = execute(looking, stack)
        assert run["inspecting"].output == f"{run.name} inspecting inspecting"
        with pytest.raises(StackMagicError, match="no step is running here"):
            inspecting()

    def test_metrics_of_a_step(self, stack: Stack) -> None:
        @step
        def evaluate(values: list[float]) -> float:
            score = sum(values) / len(values)
            log_metrics({"score": score})
            return score

        @pipeline
        def evaluating() -> None:
            evaluate([0.5, 1.0])

        run = execute(evaluating, stack)
        assert run["evaluate"].output == 0.75

    def test_pipelines_in_pipelines(self, stack: Stack) -> None:
        @step
        def ingest(source: str) -> list[str]:
            return source.split()

        @step
        def clean(words: list[str]) -> list[str]:
            return [word.lower() for word in words]

        @step
        def count(words: list[str]) -> int:
            return len(set(words))

        @pipeline
        def features(source: str = "A b a") -> Any:
            return clean(ingest(source))

        @pipeline
        def training(source: str = "A b a C") -> Any:
            return count(words=features(source=source))

        run = execute(training, stack)
        assert run["count"].output == 3
        assert execute(features, stack)["clean"].output == ["a", "b", "a"]

    def test_a_model_is_trained_on_a_frame(self, stack: Stack) -> None:
        @step
        def data_loader(
            random_state: int, *, is_inference: bool = False
        ) -> Annotated[pd.DataFrame, "dataset"]:
            generator = np.random.default_rng(random_state)
            frame = pd.DataFrame(generator.normal(size=(40, 2)), columns=["a", "b"])
            frame["target"] = (frame.a + frame.b > 0).astype(int)
            return frame.drop(columns="target") if is_inference else frame

        @step
        def data_splitter(
            dataset: pd.DataFrame, test_size: float = 0.2
        ) -> tuple[Annotated[pd.DataFrame, "raw_train"], Annotated[pd.DataFrame, "raw_test"]]:
            train, test = train_test_split(dataset, test_size=test_size, random_state=0)
            return pd.DataFrame(train), pd.DataFrame(test)

        @step
        def model_trainer(
            dataset_trn: pd.DataFrame, target: str
        ) -> Annotated[LogisticRegression, "sklearn_classifier"]:
            return LogisticRegression().fit(dataset_trn.drop(columns=target), dataset_trn[target])

        @step
        def model_evaluator(
            model: LogisticRegression, dataset_tst: pd.DataFrame, target: str
        ) -> Annotated[float, "accuracy"]:
            return float(model.score(dataset_tst.drop(columns=target), dataset_tst[target]))

        @pipeline
        def training(random_state: int = 17, test_size: float = 0.25) -> Any:
            train, test = data_splitter(data_loader(random_state), test_size=test_size)
            model = model_trainer(dataset_trn=train, target="target")
            return model_evaluator(model=model, dataset_tst=test, target="target")

        run_as_called(stack, training)
        run_as_called(stack, training, random_state=3)

    def test_a_pipeline_that_is_called_is_answered_with_run(self) -> None:
        @pipeline
        def training() -> None: ...

        with pytest.raises(InvalidPipelineError, match=r"is run, not called\n.*training\.run\(\)"):
            training()

    def test_a_method_is_answered_with_staticmethod(self) -> None:
        class Training:
            def __init__(self, rate: float) -> None:
                self.rate = rate

            @step
            def fit(self, data: list[int]) -> float:
                return sum(data) * self.rate

        @pipeline
        def training() -> None:
            Training(0.5).fit([1])  # type: ignore[arg-type,call-arg]

        @pipeline
        def by_class() -> None:
            Training.fit([1])  # type: ignore[arg-type,call-arg]

        with pytest.raises(InvalidPipelineError, match="'fit' is a method of Training") as refused:
            training.graph()
        assert "@staticmethod above @step" in str(refused.value)
        with pytest.raises(InvalidPipelineError, match="gets no argument 'data'") as refused:
            by_class.graph()
        assert "@staticmethod above @step" in str(refused.value)
        assert str(refused.value).endswith(": def fit(data)")
        with pytest.raises(InvalidPipelineError, match="other arguments") as refused:
            Training.fit([1])  # type: ignore[arg-type,call-arg]
        assert str(refused.value).endswith(": def fit(data)")

    def test_a_static_method_is_a_step(self, stack: Stack) -> None:
        class Training:
            @staticmethod
            @step
            def fit(data: list[int], rate: float) -> float:
                return sum(data) * rate

        @pipeline
        def training() -> Any:
            return Training.fit([1, 2], 0.5)

        run_as_called(stack, training)


def preprocess_companies(companies: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Read texts as what they mean; also give what is known of the columns."""
    companies["approved"] = companies["approved"] == "t"
    companies["rating"] = companies["rating"].str.rstrip("%").astype(float) / 100
    return companies, {"columns": companies.columns.tolist(), "data_type": "companies"}


def preprocess_shuttles(shuttles: pd.DataFrame) -> pd.DataFrame:
    """Read prices."""
    shuttles["price"] = shuttles["price"].str.replace(r"[$,]", "", regex=True).astype(float)
    return shuttles


def create_model_input_table(
    shuttles: pd.DataFrame, companies: pd.DataFrame, reviews: pd.DataFrame
) -> pd.DataFrame:
    """Join the tables."""
    rated = shuttles.merge(reviews, left_on="id", right_on="shuttle_id")
    rated = rated.drop(columns="id")
    return rated.merge(companies, left_on="company_id", right_on="id").dropna()


def split_data(data: pd.DataFrame, parameters: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
    """Split the table into features and prices, for training and test."""
    features = data[parameters["features"]]
    parts = train_test_split(
        features,
        data["price"],
        test_size=parameters["test_size"],
        random_state=parameters["random_state"],
    )
    x_train, x_test, y_train, y_test = parts
    return x_train, x_test, y_train, y_test


def train_model(x_train: pd.DataFrame, y_train: pd.Series) -> LinearRegression:
    """Fit a linear model."""
    return LinearRegression().fit(x_train, y_train)


def evaluate_model(
    regressor: LinearRegression, x_test: pd.DataFrame, y_test: pd.Series
) -> dict[str, float]:
    """Say how good the model is."""
    score = r2_score(y_test, regressor.predict(x_test))
    logging.getLogger(__name__).info("Model has a coefficient R^2 of %.3f on test data.", score)
    return {"r2_score": score}


def spaceflights_tables() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return companies, shuttles and reviews."""
    numbers = np.arange(30)
    companies = pd.DataFrame(
        {
            "id": numbers,
            "rating": [f"{40 + number}%" for number in numbers],
            "approved": ["t" if number % 3 else "f" for number in numbers],
        }
    )
    shuttles = pd.DataFrame(
        {
            "id": numbers + 100,
            "company_id": numbers[::-1],
            "engines": numbers % 5,
            "price": [f"${1000 + 37 * number:,}.0" for number in numbers],
        }
    )
    reviews = pd.DataFrame({"shuttle_id": numbers + 100, "score": 50 + numbers % 7})
    return companies, shuttles, reviews


class TestKedro:
    """Nodes are plain functions, which know nothing of a pipeline."""

    def test_spaceflights(self, stack: Stack) -> None:
        options = {"test_size": 0.2, "random_state": 3, "features": ["engines", "score", "rating"]}
        tables = step(outputs=("companies", "shuttles", "reviews"))(spaceflights_tables)
        companies_node = step(outputs=("preprocessed", "metadata"))(preprocess_companies)
        shuttles_node, table_node = step(preprocess_shuttles), step(create_model_input_table)
        split_node = step(outputs=("x_train", "x_test", "y_train", "y_test"))(split_data)
        train_node, evaluate_node = step(train_model), step(evaluate_model)

        @pipeline
        def spaceflights(parameters: dict[str, Any] = options) -> Any:
            companies, shuttles, reviews = tables()
            preprocessed, _ = companies_node(companies)
            table = table_node(shuttles_node(shuttles), preprocessed, reviews)
            x_train, x_test, y_train, y_test = split_node(table, parameters)
            return evaluate_node(train_node(x_train, y_train), x_test, y_test)

        run = run_as_called(stack, spaceflights)
        assert run["preprocess_companies"].outputs["metadata"]["data_type"] == "companies"
        assert run["spaceflights_tables"].outputs["companies"].rating[0] == "40%"
        changed = {**options, "test_size": 0.3}
        again = run_as_called(stack, spaceflights, parameters=changed)
        assert again["create_model_input_table"].outcome is Outcome.CACHED

    def test_modular_pipelines_with_other_parameters(self, stack: Stack) -> None:
        @step
        def split(numbers: list[int], share: float) -> tuple[list[int], list[int]]:
            at = int(len(numbers) * share)
            return numbers[:at], numbers[at:]

        @step
        def evaluate(train: list[int], test: list[int]) -> float:
            return sum(test) - sum(train)

        @step
        def compare(scores: dict[str, dict[str, float]]) -> str:
            return max(scores, key=lambda name: scores[name]["score"])

        @pipeline
        def modelling(numbers: list[int], share: float) -> Any:
            train, test = split(numbers, share)
            return evaluate(train, test)

        @pipeline
        def both() -> None:
            numbers = list(range(10))
            compare(
                {
                    "active": {"score": modelling(numbers, 0.5)},
                    "candidate": {"score": modelling(numbers, 0.2)},
                }
            )

        assert execute(both, stack)["compare"].output == "candidate"

    def test_built_in_functions_and_lambdas_as_nodes(self, stack: Stack) -> None:
        add = step(name="add")(operator.add)
        double = step(name="double")(lambda number: number * 2)

        @pipeline
        def arithmetic() -> Any:
            return double(add(1, double(2)))

        run_as_called(stack, arithmetic)
