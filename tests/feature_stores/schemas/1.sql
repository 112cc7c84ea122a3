PRAGMA user_version=1;
BEGIN TRANSACTION;
CREATE TABLE history (
    view INTEGER NOT NULL, entity TEXT NOT NULL, time INTEGER NOT NULL, data TEXT NOT NULL,
    UNIQUE (view, entity, time));
INSERT INTO "history" VALUES(1,'[7]',1709208000000000,'[1,{"datetime":"2024-03-31T02:30:00.000001+05:30"}]');
INSERT INTO "history" VALUES(1,'[7]',1709211600000001,'[2,null]');
INSERT INTO "history" VALUES(1,'[Infinity]',1709208000000000,'[8,null]');
INSERT INTO "history" VALUES(2,'[1,"a"]',1709208000000000,'[0.5]');
INSERT INTO "history" VALUES(2,'["x","b; c"]',1709208000000000,'[1.5]');
INSERT INTO "history" VALUES(2,'[-Infinity,"Infinity"]',-62135596800000000,'[null]');
CREATE TABLE online (
    view INTEGER NOT NULL, entity TEXT NOT NULL, time INTEGER NOT NULL, data TEXT NOT NULL,
    UNIQUE (view, entity));
INSERT INTO "online" VALUES(1,'[7]',1709208000000000,'[1,{"datetime":"2024-03-31T02:30:00.000001+05:30"}]');
INSERT INTO "online" VALUES(1,'[Infinity]',1709208000000000,'[8,null]');
CREATE TABLE views (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, entities TEXT NOT NULL,
    features TEXT NOT NULL);
INSERT INTO "views" VALUES(1,'driver','["driver"]','["trips", "since"]');
INSERT INTO "views" VALUES(2,'shop','["shop", "item"]','["price"]');
COMMIT;
