PRAGMA user_version=3;
BEGIN TRANSACTION;
CREATE TABLE artifacts (
	id INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	"key" VARCHAR(500) NOT NULL, 
	size BIGINT NOT NULL, 
	materializer VARCHAR(200) NOT NULL, 
	type_name VARCHAR(200) NOT NULL, 
	producer_run VARCHAR(200) NOT NULL, 
	producer_step VARCHAR(200) NOT NULL, refers TEXT NOT NULL DEFAULT '[]', 
	PRIMARY KEY (id), 
	UNIQUE (sha256, "key", producer_run, producer_step)
);
INSERT INTO "artifacts" VALUES(1,'9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a','train/train-1/load/output-9a.json',12,'json','dict','train-1','load','[]');
CREATE TABLE links (
	step_id INTEGER NOT NULL, 
	role VARCHAR(6) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	position INTEGER NOT NULL, 
	artifact_id INTEGER NOT NULL, 
	PRIMARY KEY (step_id, role, name), 
	FOREIGN KEY(step_id) REFERENCES steps (id) ON DELETE CASCADE, 
	FOREIGN KEY(artifact_id) REFERENCES artifacts (id)
);
INSERT INTO "links" VALUES(1,'output','output',0,1);
INSERT INTO "links" VALUES(2,'input','data',0,1);
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	pipeline VARCHAR(200) NOT NULL, 
	number INTEGER NOT NULL, 
	stack VARCHAR(200) NOT NULL, 
	started VARCHAR(40) NOT NULL, 
	outcome VARCHAR(20), 
	seconds FLOAT NOT NULL, 
	parameters TEXT NOT NULL, 
	steps TEXT NOT NULL, owner TEXT NOT NULL DEFAULT 'null', 
	PRIMARY KEY (id), 
	UNIQUE (pipeline, number), 
	UNIQUE (name)
);
INSERT INTO "runs" VALUES(1,'train-1','train',1,'prod','2024-02-29T12:30:00+00:00','failed',2.5,'{"rate": 0.5}','["load", "fit"]','null');
INSERT INTO "runs" VALUES(2,'train-2','train',2,'prod','2024-02-29T12:30:00+00:00',NULL,0.0,'{}','["load"]','null');
CREATE TABLE sources (digest TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE steps (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	outcome VARCHAR(20) NOT NULL, 
	code_digest VARCHAR(64) NOT NULL, 
	cache_key VARCHAR(64) NOT NULL, 
	parameters TEXT NOT NULL, 
	upstream TEXT NOT NULL, 
	started VARCHAR(40), 
	seconds FLOAT NOT NULL, 
	error TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', reads TEXT NOT NULL DEFAULT '{}', 
	PRIMARY KEY (id), 
	UNIQUE (run_id, name), 
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
INSERT INTO "steps" VALUES(1,1,'load','done','c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0','cacacacacacacacacacacacacacacacacacacacacacacacacacacacacacacaca','{"limit": 10}','[]','2024-02-29T12:30:00.123456+00:00',1.5,'','','{}');
INSERT INTO "steps" VALUES(2,1,'fit','failed','c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1','','{}','["load"]','2024-02-29T12:30:00.123456+00:00',0.25,'ValueError: no; data','','{}');
CREATE INDEX ix_links_artifact_id ON links (artifact_id);
CREATE INDEX steps_by_key_and_outcome ON steps (cache_key, outcome);
CREATE INDEX runs_by_pipeline ON runs (pipeline);
COMMIT;
