"""Rows: a class, or an object, that the step uses is another."""

from __future__ import annotations

from .table import CACHED, RUNS, Row

ROWS = (
    Row(
        "a method returns something else",
        RUNS,
        1,
        2,
        """
class Model_R:
    def predict(self):
        return 1
# %%
@step
def main_R():
    return Model_R().predict()
# %% change
class Model_R:
    def predict(self):
        return 2
""",
    ),
    Row(
        "an attribute of a class is another",
        RUNS,
        1,
        2,
        """
class Settings_R:
    rate = 1
# %%
@step
def main_R():
    return Settings_R.rate
# %% change
class Settings_R:
    rate = 2
""",
    ),
    Row(
        "an attribute of a class is set from outside",
        RUNS,
        1,
        2,
        """
class Settings_R:
    rate = 1
def helper_R():
    return Settings_R().rate
# %% change
Settings_R.rate = 2
""",
    ),
    Row(
        "a base class is made again and its subclass is not",
        CACHED,
        1,
        1,
        """
class Base_R:
    def f(self):
        return 1
class Sub_R(Base_R):
    pass
def helper_R():
    return Sub_R().f()
# %% change
class Base_R:
    def f(self):
        return 2
""",
    ),
    Row(
        "a base class and its subclass are made again",
        RUNS,
        1,
        2,
        """
class Base_R:
    def f(self):
        return 1
class Sub_R(Base_R):
    pass
def helper_R():
    return Sub_R().f()
# %% change
class Base_R:
    def f(self):
        return 2
class Sub_R(Base_R):
    pass
""",
    ),
    Row(
        "a subclass is added where the step asks for subclasses",
        RUNS,
        ["one"],
        ["one", "two"],
        """
class Plugin_R:
    pass
class One_R(Plugin_R):
    name = "one"
def helper_R():
    return sorted(c.name for c in Plugin_R.__subclasses__())
# %% change
class Two_R(Plugin_R):
    name = "two"
""",
    ),
    Row(
        "a subclass is added where nobody asks for subclasses",
        CACHED,
        "one",
        "one",
        """
class Plugin_R:
    name = "plugin"
class One_R(Plugin_R):
    name = "one"
def helper_R():
    return One_R().name
# %% change
class Two_R(Plugin_R):
    name = "two"
""",
    ),
    Row(
        "a class is registered for an abstract one",
        RUNS,
        False,
        True,
        """
class Shape_R(abc.ABC):
    pass
class Disk_R:
    pass
def helper_R():
    return isinstance(Disk_R(), Shape_R)
# %% change
Shape_R.register(Disk_R)
""",
    ),
    Row(
        "the default of a field of a data class is another",
        RUNS,
        1,
        2,
        """
@dataclasses.dataclass
class Point_R:
    x: int = 1
def helper_R():
    return Point_R().x
# %% change
@dataclasses.dataclass
class Point_R:
    x: int = 2
""",
    ),
    Row(
        "the value of a member of an enumeration is another",
        RUNS,
        1,
        2,
        """
class Colour_R(enum.Enum):
    RED = 1
def helper_R():
    return Colour_R.RED.value
# %% change
class Colour_R(enum.Enum):
    RED = 2
""",
    ),
    Row(
        "a property returns something else",
        RUNS,
        1,
        2,
        """
class Model_R:
    @property
    def size(self):
        return 1
model_R = Model_R()
def helper_R():
    return model_R.size
# %% change
class Model_R:
    @property
    def size(self):
        return 2
model_R = Model_R()
""",
    ),
    Row(
        "a static method becomes another class method",
        RUNS,
        "one",
        "Model_R",
        """
class Model_R:
    @staticmethod
    def name():
        return "one"
def helper_R():
    return Model_R.name()
# %% change
class Model_R:
    @classmethod
    def name(cls):
        return cls.__name__
""",
        whole=True,
    ),
    Row(
        "a class that registers its subclasses gets one more",
        RUNS,
        ["One"],
        ["One", "Two"],
        """
class Base_R:
    known = []
    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        Base_R.known.append(cls.__name__.split("_")[0])
class One_R(Base_R):
    pass
def helper_R():
    return list(Base_R.known)
# %% change
class Two_R(Base_R):
    pass
""",
    ),
    Row(
        "a metaclass makes its classes otherwise",
        RUNS,
        1,
        2,
        """
class Meta_R(type):
    def __call__(cls):
        return 1
class Made_R(metaclass=Meta_R):
    pass
def helper_R():
    return Made_R()
# %% change
class Meta_R(type):
    def __call__(cls):
        return 2
class Made_R(metaclass=Meta_R):
    pass
""",
    ),
    Row(
        "an object of a class is another",
        RUNS,
        1,
        2,
        """
class Scale_R:
    def __init__(self, by):
        self.by = by
scale_R = Scale_R(1)
def helper_R():
    return scale_R.by
# %% change
scale_R = Scale_R(2)
""",
    ),
    Row(
        "an attribute of an object is set",
        RUNS,
        1,
        2,
        """
class Scale_R:
    def __init__(self, by):
        self.by = by
scale_R = Scale_R(1)
def helper_R():
    return scale_R.by
# %% change
scale_R.by = 2
""",
    ),
    Row(
        "a class is made again as it was",
        CACHED,
        3,
        3,
        """
class Model_R:
    rate: int = 3
    def predict(self):
        return self.rate
def helper_R():
    return Model_R().predict()
# %% change
class Model_R:
    rate: int = 3
    def predict(self):
        # as before
        return self.rate
""",
    ),
    Row(
        "an object of a class that is made again keeps its class",
        CACHED,
        1,
        1,
        """
class Model_R:
    def predict(self):
        return 1
model_R = Model_R()
def helper_R():
    return model_R.predict()
# %% change
class Model_R:
    def predict(self):
        return 2
""",
    ),
    Row(
        "two bases change places",
        RUNS,
        "a",
        "b",
        """
class A_R:
    name = "a"
class B_R:
    name = "b"
class Both_R(A_R, B_R):
    pass
def helper_R():
    return Both_R.name
# %% change
class Both_R(B_R, A_R):
    pass
""",
    ),
    Row(
        "a descriptor gives something else",
        RUNS,
        1,
        2,
        """
class Field_R:
    def __get__(self, owner, cls):
        return 1
class Model_R:
    field = Field_R()
def helper_R():
    return Model_R().field
# %% change
class Field_R:
    def __get__(self, owner, cls):
        return 2
class Model_R:
    field = Field_R()
""",
    ),
    Row(
        "an operator of a class is another",
        RUNS,
        [1, 2],
        [2, 1],
        """
class Card_R:
    def __init__(self, n):
        self.n = n
    def __lt__(self, other):
        return self.n < other.n
def helper_R():
    return [card.n for card in sorted([Card_R(1), Card_R(2)])]
# %% change
class Card_R:
    def __init__(self, n):
        self.n = n
    def __lt__(self, other):
        return self.n > other.n
""",
    ),
    Row(
        "a validator of a pydantic model is another",
        RUNS,
        2,
        3,
        """
from pydantic import BaseModel, field_validator
class Options_R(BaseModel):
    x: int
    @field_validator("x")
    @classmethod
    def more(cls, x):
        return x + 1
def helper_R():
    return Options_R(x=1).x
# %% change
class Options_R(BaseModel):
    x: int
    @field_validator("x")
    @classmethod
    def more(cls, x):
        return x + 2
""",
    ),
)
