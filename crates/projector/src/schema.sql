-- The read model. All of it may be deleted; it is built anew from the log.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Streams by name; ids are local to this file.
CREATE TABLE stream (
    id INTEGER PRIMARY KEY,
    family TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX stream_family ON stream (family, name);

-- A fact in one of its forms, and the positions between which that form was known: known_from <= K < known_to.
-- `source` is the entry that stated it; `body` is the entry as it read, or as a correction made it read.
CREATE TABLE fact (
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    source INTEGER NOT NULL,
    known_from INTEGER NOT NULL,
    known_to INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX fact_stream ON fact (stream, source);

-- Which streams concern a thing: `package/paris-visit`, `obligor/fra`, `sector/source/mining`, `rate/USD/EUR`. Name and
-- positions are the stream's and the fact's, written twice: a list of streams, in order, reads nothing but its own rows,
-- which lie together however large the ledger is.
CREATE TABLE link (
    target TEXT NOT NULL,
    name TEXT NOT NULL,
    fact INTEGER NOT NULL,
    stream INTEGER NOT NULL,
    known_from INTEGER NOT NULL,
    known_to INTEGER NOT NULL,
    PRIMARY KEY (target, name, fact)
) STRICT, WITHOUT ROWID;

-- The texts of facts, folded so that four languages and two keyboards find them.
CREATE VIRTUAL TABLE words USING fts5 (text, fact UNINDEXED, lang UNINDEXED, tokenize = 'trigram remove_diacritics 1');
