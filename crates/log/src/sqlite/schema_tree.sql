-- The tree over the entries, since format 2. Row 0 has the hash of each entry, row 1 the root over each 256 of them, and
-- so on: what tiles of level 0, 1 .. hold. What was written together stands together, since format 3: `hash` is a run of
-- hashes of 32 bytes, the first of them at `place`, and no run crosses into another tile. In format 2 each run is one hash.

CREATE TABLE tree_hash (
    row INTEGER NOT NULL,
    place INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (row, place)
) STRICT, WITHOUT ROWID;

-- Where the log ends, in one row: written with the entries, and sealed with the log's key, so that nobody else can have
-- written it. The checkpoint is the newest that had been signed before; a newer one may stand in the high-water file.
CREATE TABLE edge (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    seal BLOB NOT NULL,
    checkpoint TEXT NOT NULL
) STRICT;

CREATE TRIGGER tree_hash_is_kept BEFORE DELETE ON tree_hash BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER tree_hash_is_fixed BEFORE UPDATE ON tree_hash BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER edge_is_kept BEFORE DELETE ON edge BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
CREATE TRIGGER edge_only_moves_on BEFORE UPDATE ON edge WHEN new.size < old.size
BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
