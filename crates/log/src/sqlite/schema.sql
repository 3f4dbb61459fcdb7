-- The log. Few bytes and few pages per entry: streams have small numbers, and what an entry's own bytes say is not said
-- again, but for what must be found or must be unique.

CREATE TABLE about (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stream (
    name TEXT PRIMARY KEY,
    id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    -- The exact bytes, the leaf of the tree.
    body TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX entry_of_stream ON entry (stream, revision);

CREATE TABLE command (
    -- The 16 bytes of a UUID, or the text of any other id.
    id ANY PRIMARY KEY,
    position INTEGER NOT NULL,
    entries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE unique_key (
    key TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (key, position)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER about_is_kept BEFORE DELETE ON about BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER about_is_fixed BEFORE UPDATE ON about BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER stream_is_kept BEFORE DELETE ON stream BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER stream_is_fixed BEFORE UPDATE ON stream BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER entry_is_fixed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER command_is_kept BEFORE DELETE ON command BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER command_is_fixed BEFORE UPDATE ON command BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER unique_key_is_kept BEFORE DELETE ON unique_key BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER unique_key_is_fixed BEFORE UPDATE ON unique_key BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
