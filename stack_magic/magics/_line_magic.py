"""One magic: parse, apply, return a value; our errors as a few lines, without frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stack_magic.errors import StackMagicError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stack_magic.display import Shown
    from stack_magic.session import Session

    from ._showing import LoadingCell


class LineMagic:
    """The function behind `%stack`; its docstring is the help of the command tree."""

    # IPython looks for these: nothing on the line is expanded or evaluated before we see
    # it (a password `pa$5word` would be damaged), and variables of functions are passed.
    _ipython_magic_no_var_expand = True
    needs_local_scope = True

    def __init__(self, name: str, session: Session, loading: LoadingCell) -> None:
        self.__name__ = name
        self._session = session
        self._loading = loading

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        """Help, made when somebody asks: building all trees would slow `%load_ext`."""
        from stack_magic.grammar import help_text

        return help_text(self.__name__)

    def __call__(self, line: str, local_ns: Mapping[str, Any] | None = None) -> Shown:
        """Carry out the line."""
        from stack_magic.grammar import parse

        try:
            names = self._session.world(local_ns).namespace
            command = parse(self.__name__, line, names, self._session)
            answer = self._session.apply(command, local=local_ns)
            if self._loading.shows(self.__name__, line):
                self._session.show(answer)
            return answer  # noqa: TRY300 - nothing of it may raise our errors
        except StackMagicError as error:
            refused = error
        # The chain behind it may hold frames whose locals are secrets.
        refused.__context__ = refused.__cause__ = refused.__traceback__ = None
        raise refused
