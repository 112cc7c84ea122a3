"""The history of a session, pasted into a cell of a fresh one, rebuilds what was registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import example, given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager
from pydantic import Field

from stack_magic.grammar import parse
from stack_magic.session import Session, ShowHistory
from tests.sample_flavors import Pager

if TYPE_CHECKING:
    from stack_magic.stack import Registered


class Asker(Pager):
    """Has a field of each way in which a text can be read."""

    FLAVOR: ClassVar[str] = "asker"

    query: str = ""
    maybe: str | None = "given"
    anything: Any = None
    words: list[str] = Field(default=[])
    pairs: dict[str, str] = Field(default={})
    either: str | list[str] = ""


class _Shell:
    """Carries out the lines that IPython made calls of."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def run_line_magic(self, magic: str, line: str) -> Any:
        """Apply the line to the session."""
        return self._session.apply(parse(magic, line, self._session.namespace))


def _fresh() -> Session:
    session = Session()
    session.namespace = {"Asker": Asker}
    session.register_flavor(Asker)
    return session


def _pasted(lines: str) -> Session:
    session = _fresh()
    code = TransformerManager().transform_cell(lines)
    exec(code, {"get_ipython": lambda: _Shell(session)})  # noqa: S102 - IPython's own code
    return session


def _values(session: Session) -> dict[str, dict[str, Any]]:
    components: dict[Any, Registered] = dict(session.registry.snapshot.components)
    return {
        name: {k: v for k, v in one.component if k != "uuid"}
        for (_, name), one in components.items()
    }


def _registers(**values: Any) -> Session:
    session = _fresh()
    session.register_component("alerter", "one", flavor="asker", **values)
    session.register_component("alerter", "two", flavor="asker")
    return session


every_text = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.text("{}[]()$@'\"\\#;|=-> \t\n\r\x0b\x0c\x1c\x85\u2028\u2019ab?!%", max_size=12),
)
literals = every_text.filter(lambda text: not text.startswith(("@", "{{")))


@given(literals, st.lists(every_text, max_size=3), st.dictionaries(every_text, every_text))
@example("SELECT a\nFROM t", ["two\nlines"], {"a\n": "\\'"})
@example("'\\(", ["('\\"], {})
@settings(deadline=None, max_examples=200)
def test_any_text_comes_back(text: str, words: list[str], pairs: dict[str, str]) -> None:
    words = [word for word in words if not word.startswith(("@", "{{"))]
    session = _registers(query=text, maybe=text, anything=text, words=words, pairs=pairs)
    answer: Any = session.apply(ShowHistory(lines=True))
    again = _pasted("\n".join(line for line in answer.value if "flavor register" not in line))
    assert _values(again) == _values(session)


@given(st.none() | st.lists(literals, max_size=2) | literals, st.none() | literals)
@example(None, None)
@example("null", "null")
@example(["a"], None)
@settings(deadline=None, max_examples=100)
def test_a_value_that_is_no_text_comes_back_as_what_it_is(
    either: list[str] | str | None, maybe: str | None
) -> None:
    given_one = {} if either is None else {"either": either}
    session = _registers(maybe=maybe, anything=either, **given_one)
    answer: Any = session.apply(ShowHistory(lines=True))
    again = _pasted("\n".join(line for line in answer.value if "flavor register" not in line))
    assert _values(again) == _values(session)


@given(literals, st.lists(literals, max_size=2))
@example("{number} $text", ["{{a.b}}"])
@settings(deadline=None, max_examples=50)
def test_a_loop_over_variables_comes_back_in_a_kernel_without_them(
    text: str, words: list[str]
) -> None:
    session = _fresh()
    shell = _Shell(session)
    for number, name in enumerate(("first", "second")):
        session.namespace = {"Asker": Asker, "text": text, "words": words, "number": number}
        line = f"register {name} --flavor=asker --query=$text --words=$words --maybe=n{{number}}"
        shell.run_line_magic("alerter", line)
    shell.run_line_magic("alerter", "update first --either=$words")
    answer: Any = session.apply(ShowHistory(lines=True))
    again = _pasted("\n".join(line for line in answer.value if "flavor register" not in line))
    assert _values(again) == _values(session)
