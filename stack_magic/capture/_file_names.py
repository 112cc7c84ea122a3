"""The files that code reads, as far as it names them: `open("data.csv")`, `read_csv(path)`.

A name is known when it is a literal, a constant, or a parameter of the step; so is what a
helper opens that is given such a name. What is put together while the code runs is not.
"""

from __future__ import annotations

import types
from itertools import chain
from typing import TYPE_CHECKING

from ._code import codes_in
from ._file_sites import NAMED, PARAMETER, PUT_TOGETHER, UNNAMED, Sites, is_like_a_file
from ._literals import texts_of
from ._outside import BELOW, FILE, SOME_FILE, Outside
from ._parts import is_written_elsewhere

if TYPE_CHECKING:
    from ._walk import Walk


def files_named(walk: Walk) -> tuple[Outside, ...]:
    """Return the files that the code of a walk reads, and that it reads others."""
    functions = [f for f in walk.functions if not is_written_elsewhere(f)]
    helpers: dict[str, str] = {}
    while True:
        sites = {id(f): list(Sites(f, helpers)) for f in functions}
        grown = {
            f.__name__: site.name
            for f in functions[1:]
            for site in sites[id(f)]
            if site.kind == PARAMETER and _is_first(f, site.name)
        }
        if grown == helpers:
            break
        helpers = grown
    found = [(f, site) for f in functions for site in sites[id(f)]]
    named = (Outside(FILE, site.name) for _, site in found if site.kind == NAMED and site.name)
    inner = [(f, site) for f, site in found if f is not functions[0]]
    unnamed = [site for _, site in found if site.kind == UNNAMED]
    unnamed += [s for f, s in inner if s.kind == PARAMETER and not _is_first(f, s.name)]
    unnamed += [site for _, site in inner if site.kind == PUT_TOGETHER]
    own = [site for f, site in found if f is functions[0] and site.kind == PUT_TOGETHER]
    others = (Outside(SOME_FILE, site.reader) for site in unnamed)
    below = (Outside(BELOW, f"{site.name} {site.reader}") for site in own)
    return tuple(dict.fromkeys((*named, *others, *below)))


def texts_like_files(walk: Walk) -> tuple[str, ...]:
    """Return the texts in code that may be names of files: they count if such files exist."""
    texts: dict[str, None] = {}
    for visit in walk.visits:
        if isinstance(visit.thing, types.FunctionType) and not is_written_elsewhere(visit.thing):
            constants = (c for one in codes_in(visit.thing.__code__) for c in one.code.co_consts)
            values = chain(constants, (value for _, value in visit.part.names))
            texts |= dict.fromkeys(chain.from_iterable(map(texts_of, values)))
    return tuple(text for text in texts if is_like_a_file(text))


def _is_first(function: types.FunctionType, parameter: str) -> bool:
    names = function.__code__.co_varnames[:2]
    return parameter in (names[:2] if names[:1] == ("self",) else names[:1])
