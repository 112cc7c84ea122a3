"""Rows: the step says itself what it is known by."""

from __future__ import annotations

from .table import CACHED, RUNS, UNCACHED, Expected, Row

_NOT_RELOADED = frozenset({"reload"})  # what these cells do is no module's
_TAKE = "from stack_magic import CachePolicy\nfrom datetime import timedelta\n"
_KEEP = "unrelated_R = 1\n"
_READ = "return os.environ['V_R']"
_OPEN = "return open(''.join(['d_R', '.csv'])).read()"
_ENVIRONMENT = "os.environ['V_R'] = '{}'\n"
_FILE = "Path('d_R.csv').write_text('{}')\n"


def _row(  # noqa: PLR0913 - what a row is made of
    says: str,
    expected: Expected,
    policy: str,
    change: str,
    *,
    body: str = _READ,
    then: str = "1",
    plain: str | None = None,
    head: str = "",
) -> Row:
    """Return a row: a step that reads from outside, with a policy."""
    cells = (
        _TAKE,
        _ENVIRONMENT.format(1) + _FILE.format(1) + head,
        f"# %%\n@step(cache={policy})\ndef main_R():\n    {body}\n",
        f"# %% change\n{change}",
    )
    text = "".join(cells)
    return Row(says, expected, "1", then, text, plain=plain, not_asked=_NOT_RELOADED)


_BY_ENVIRONMENT = "CachePolicy(environment=['V_R'])"
_BY_FILE = "CachePolicy(file_dependencies=['d_R.csv'])"
_BY_SOURCE = "CachePolicy(source_dependencies=[other_R])"
_BY_FUNCTION = "CachePolicy(cache_func=key_R)"
_OTHER = "def other_R():\n    return {}\n"

ROWS = (
    _row(
        "a variable of the environment that a policy names is another",
        RUNS,
        _BY_ENVIRONMENT,
        _ENVIRONMENT.format(2),
        then="2",
    ),
    _row(
        "a variable of the environment that a policy names is set to what it is",
        CACHED,
        _BY_ENVIRONMENT,
        _ENVIRONMENT.format(1),
    ),
    _row(
        "a variable of the environment that no policy names is another",
        CACHED,
        _BY_ENVIRONMENT,
        "os.environ['W_R'] = '2'\n",
    ),
    _row(
        "a file that a policy names is another",
        RUNS,
        _BY_FILE,
        _FILE.format(2),
        body=_OPEN,
        then="2",
    ),
    _row(
        "a file that a policy names is written again",
        CACHED,
        _BY_FILE,
        _FILE.format(1),
        body=_OPEN,
    ),
    _row(
        "a file that no policy names is another",
        CACHED,
        _BY_FILE,
        "Path('e_R.csv').write_text('2')\n",
        body=_OPEN,
    ),
    _row(
        "a function that a policy names is another",
        RUNS,
        _BY_SOURCE,
        _OTHER.format(2)
        + f"# %%\n@step(cache={_BY_SOURCE})\ndef main_R():\n    return '1'\n",
        body="return '1'",
        head=_OTHER.format(1),
    ),
    _row(
        "a function that a policy names is made again as it was",
        CACHED,
        _BY_SOURCE,
        "# a remark\n"
        + _OTHER.format(1)
        + f"# %%\n@step(cache={_BY_SOURCE})\ndef main_R():\n    return '1'\n",
        body="return '1'",
        head=_OTHER.format(1),
    ),
    _row(
        "the key of a policy is another",
        RUNS,
        _BY_FUNCTION,
        "key_parts_R[0] = 'b'\n" + _ENVIRONMENT.format(2),
        head="key_parts_R = ['a']\ndef key_R():\n    return key_parts_R[0]\n",
        then="2",
    ),
    _row(
        "the key of a policy stays",
        CACHED,
        _BY_FUNCTION,
        _KEEP,
        head="key_parts_R = ['a']\ndef key_R():\n    return key_parts_R[0]\n",
    ),
    _row(
        "what is to be cached for a day is asked for again",
        CACHED,
        "CachePolicy(expires_after=timedelta(days=1))",
        _KEEP,
    ),
    _row(
        "what is to be cached for a moment is asked for again",
        UNCACHED,
        "CachePolicy(expires_after=timedelta(microseconds=1))",
        _KEEP,
    ),
    _row(
        "the environment changes and the step says that it is to be cached",
        CACHED,
        "True",
        _ENVIRONMENT.format(2),
        plain="'1'",
    ),
    _row(
        "the code of a step with a policy is another",
        RUNS,
        _BY_ENVIRONMENT,
        f"@step(cache={_BY_ENVIRONMENT})\ndef main_R():\n    return os.environ['V_R'] * 2\n",
        then="11",
    ),
)
