"""How the metadata file came to its form: the SQL of each step from one version to the next.

What was released is never edited; a change of the tables is another step at the end. A new
file takes all the steps, so that it cannot differ from one that grew.
"""

_VERSION_1 = """
CREATE TABLE runs (
    id INTEGER NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL UNIQUE,
    pipeline VARCHAR(200) NOT NULL,
    number INTEGER NOT NULL,
    stack VARCHAR(200) NOT NULL,
    started VARCHAR(40) NOT NULL,
    outcome VARCHAR(20),
    seconds FLOAT NOT NULL,
    parameters TEXT NOT NULL,
    steps TEXT NOT NULL,
    UNIQUE (pipeline, number)
);
CREATE TABLE steps (
    id INTEGER NOT NULL PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    name VARCHAR(200) NOT NULL,
    outcome VARCHAR(20) NOT NULL,
    code_digest VARCHAR(64) NOT NULL,
    cache_key VARCHAR(64) NOT NULL,
    parameters TEXT NOT NULL,
    upstream TEXT NOT NULL,
    started VARCHAR(40),
    seconds FLOAT NOT NULL,
    error TEXT NOT NULL,
    UNIQUE (run_id, name)
);
CREATE INDEX steps_by_cache_key ON steps (cache_key);
CREATE TABLE artifacts (
    id INTEGER NOT NULL PRIMARY KEY,
    sha256 VARCHAR(64) NOT NULL,
    "key" VARCHAR(500) NOT NULL,
    size BIGINT NOT NULL,
    materializer VARCHAR(200) NOT NULL,
    type_name VARCHAR(200) NOT NULL,
    producer_run VARCHAR(200) NOT NULL,
    producer_step VARCHAR(200) NOT NULL,
    UNIQUE (sha256, "key", producer_run, producer_step)
);
CREATE TABLE links (
    step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
    role VARCHAR(6) NOT NULL,
    name VARCHAR(200) NOT NULL,
    position INTEGER NOT NULL,
    artifact_id INTEGER NOT NULL REFERENCES artifacts (id),
    PRIMARY KEY (step_id, role, name)
);
CREATE INDEX ix_links_artifact_id ON links (artifact_id);
"""

# The indexes: many steps share a cache key and only one of them is done; the runs of a
# pipeline are asked for by their order.
_VERSION_2 = """
ALTER TABLE steps ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE steps ADD COLUMN reads TEXT NOT NULL DEFAULT '{}';
ALTER TABLE artifacts ADD COLUMN refers TEXT NOT NULL DEFAULT '[]';
CREATE TABLE sources (digest TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL);
DROP INDEX steps_by_cache_key;
CREATE INDEX steps_by_key_and_outcome ON steps (cache_key, outcome);
CREATE INDEX runs_by_pipeline ON runs (pipeline);
"""

_VERSION_3 = """
ALTER TABLE runs ADD COLUMN owner TEXT NOT NULL DEFAULT 'null';
"""

_VERSION_4 = """
ALTER TABLE artifacts ADD COLUMN signature VARCHAR(64) NOT NULL DEFAULT '';
"""

MIGRATIONS = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)
"""Step N of this list, counted from 1, makes version N of what version N - 1 was."""
