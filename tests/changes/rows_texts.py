"""Rows: an annotation, a docstring or a text is another; or only a comment."""

from __future__ import annotations

from .table import CACHED, EITHER, RUNS, UNCACHED, Row

_VALIDATED = """
from pydantic import validate_call
@validate_call
def echo_R(x: {}):
    return x
def helper_R():
    return echo_R("5")
"""

ROWS = (
    Row(
        "an annotation by which a call is checked is another",
        RUNS,
        5,
        "5",
        f"{_VALIDATED.format('int')}# %% change\n{_VALIDATED.format('str')}",
    ),
    Row(
        "an annotation in quotes is another",
        RUNS,
        5,
        "5",
        f"{_VALIDATED.format(repr('int'))}# %% change\n{_VALIDATED.format(repr('str'))}",
    ),
    Row(
        "an annotation that a function asks for is another",
        RUNS,
        "int",
        "str",
        """
def typed_R(x: int):
    return x
def helper_R():
    return typed_R.__annotations__["x"].__name__
# %% change
def typed_R(x: str):
    return x
""",
    ),
    Row(
        "an annotation of a class is another",
        RUNS,
        ["int"],
        ["str"],
        """
class Schema_R:
    x: int
def helper_R():
    return [kind.__name__ for kind in typing.get_type_hints(Schema_R).values()]
# %% change
class Schema_R:
    x: str
""",
    ),
    Row(
        "the description of a field of a schema is another",
        RUNS,
        "one",
        "two",
        """
from pydantic import BaseModel, Field
class Schema_R(BaseModel):
    x: int = Field(description="one")
def helper_R():
    return Schema_R.model_json_schema()["properties"]["x"]["description"]
# %% change
class Schema_R(BaseModel):
    x: int = Field(description="two")
""",
    ),
    Row(
        "what Annotated adds to a type is another",
        RUNS,
        1,
        2,
        """
def typed_R(x: typing.Annotated[int, 1]):
    return x
def helper_R():
    return typing.get_type_hints(typed_R, include_extras=True)["x"].__metadata__[0]
# %% change
def typed_R(x: typing.Annotated[int, 2]):
    return x
""",
    ),
    Row(
        "the return annotation of the step is another",
        RUNS,
        1,
        1,
        """
@step
def main_R() -> int:
    return 1
# %% change
@step
def main_R() -> object:
    return 1
""",
    ),
    Row(
        "a docstring that is read as a prompt is another",
        RUNS,
        "Be brief.",
        "Be kind.",
        '''
def prompt_R():
    """Be brief."""
def helper_R():
    return prompt_R.__doc__
# %% change
def prompt_R():
    """Be kind."""
''',
    ),
    Row(
        "the docstring of a helper is another",
        RUNS,
        1,
        1,
        '''
def helper_R():
    """Return one."""
    return 1
# %% change
def helper_R():
    """Return the first of all numbers."""
    return 1
''',
    ),
    Row(
        "the docstring of the step is another",
        RUNS,
        1,
        1,
        '''
@step
def main_R():
    """Return one."""
    return 1
# %% change
@step
def main_R():
    """Return the first of all numbers."""
    return 1
''',
    ),
    Row(
        "the docstring of a class is another",
        RUNS,
        "One.",
        "Two.",
        '''
class Tool_R:
    """One."""
def helper_R():
    return Tool_R.__doc__
# %% change
class Tool_R:
    """Two."""
''',
    ),
    Row(
        "the docstring of a function that nobody calls is another",
        CACHED,
        1,
        1,
        '''
def other_R():
    """One."""
def helper_R():
    return 1
# %% change
def other_R():
    """Two."""
''',
    ),
    Row(
        "a comment in the step is another",
        CACHED,
        "a",
        "a",
        """
@step
def main_R():
    # one remark
    return "a"
# %% change
@step
def main_R():
    # another remark, and other quotes

    return 'a'
""",
    ),
    Row(
        "a variable whose name stands in a query is another",
        RUNS,
        2,
        1,
        """
import pandas as pd
LOW_R = 1
frame_R = pd.DataFrame({"a": [1, 2, 3]})
# %%
@step
def main_R():
    return len(frame_R.query("a > @LOW_R"))
# %% change
LOW_R = 2
""",
    ),
    Row(
        "a text for format is another",
        RUNS,
        "<1>",
        "[1]",
        """
TEXT_R = "<{n}>"
def helper_R():
    return TEXT_R.format(n=1)
# %% change
TEXT_R = "[{n}]"
""",
    ),
    Row(
        "a variable in an f-string is another",
        RUNS,
        "n=1",
        "n=2",
        """
N_R = 1
# %%
@step
def main_R():
    return f"n={N_R}"
# %% change
N_R = 2
""",
    ),
    Row(
        "the form of a number in an f-string is another",
        RUNS,
        "1.5",
        "1.50",
        """
def helper_R():
    return f"{1.5:.1f}"
# %% change
def helper_R():
    return f"{1.5:.2f}"
""",
    ),
    Row(
        "a template of string is another",
        RUNS,
        "a 1",
        "b 1",
        """
from string import Template
template_R = Template("a $n")
def helper_R():
    return template_R.substitute(n=1)
# %% change
template_R = Template("b $n")
""",
    ),
    Row(
        "a variable that evaluated text reads is another",
        UNCACHED,
        2,
        3,
        """
LOW_R = 1
def helper_R():
    return eval("LOW_R + 1")
# %% change
LOW_R = 2
""",
        told="eval",
    ),
    Row(
        "a variable that executed text reads is another",
        UNCACHED,
        1,
        2,
        """
LOW_R = 1
def helper_R():
    found = {}
    exec("x = LOW_R", globals(), found)
    return found["x"]
# %% change
LOW_R = 2
""",
        told="exec",
    ),
    Row(
        "a variable that format_map finds is another",
        UNCACHED,
        "1",
        "2",
        """
LOW_R = 1
def helper_R():
    return "{LOW_R}".format_map(globals())
# %% change
LOW_R = 2
""",
        told="globals",
    ),
    Row(
        "a variable whose name stands in a text by accident is another",
        EITHER,
        "the LOW_R of it",
        "the LOW_R of it",
        """
LOW_R = 1
def helper_R():
    return "the LOW_R of it"
# %% change
LOW_R = 2
""",
    ),
)
