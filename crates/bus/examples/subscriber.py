#!/usr/bin/env python3
"""A subscriber that takes every entry of a ledger into its own SQLite database exactly once, however often it is killed.

    python3 subscriber.py nats://127.0.0.1:4222 main events.sqlite

Needs nats-py (pip install nats-py). What it makes of a message and how far it has come are written in one transaction, so
after a crash it goes on behind the last entry that counts. A message that comes again changes nothing. To build it anew,
remove the database. The server remembers nothing of it: a second memory could differ from the first.
"""

import asyncio
import json
import sqlite3
import sys

import nats
from nats.errors import ConnectionClosedError, Error, NoServersError, TimeoutError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

BATCH_MESSAGES_MAX = 500

TABLES = """
    PRAGMA journal_mode = wal;
    CREATE TABLE IF NOT EXISTS entry (
        position INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, thing TEXT NOT NULL,
        entry TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS thing (name TEXT PRIMARY KEY, events INTEGER NOT NULL);
"""


class Again(Exception):
    """Something was lost on the way: ask anew behind the last entry that counts."""


def position_in(database):
    return database.execute("SELECT coalesce(max(position), 0) FROM entry").fetchone()[0]


def take(database, position, message):
    """Takes a message in: the entry, and what follows from it. By its place and its id, an entry counts once."""
    event = json.loads(message.data)
    # The same canonical JSON that the ledger hashes: keys in order, no blanks.
    entry = json.dumps(event["data"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    added = database.execute(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (position, event["id"], event["type"], event["subject"], entry),
    ).rowcount
    if added == 1:
        database.execute(
            "INSERT INTO thing VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET events = events + 1", (event["subject"],)
        )


async def follow(stream, subject, servers, database, last):
    """Reads from the position in the database on, until the last one that is wanted or until something is lost."""
    connection = await nats.connect(servers.split(","), name="servanda-subscriber", max_reconnect_attempts=2)
    try:
        position = position_in(database)
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=position + 1,
            ack_policy=AckPolicy.NONE,
            inactive_threshold=30,
        )
        reader = await connection.jetstream(timeout=3).pull_subscribe(subject, stream=stream, config=config)
        while last is None or position < last:
            try:
                messages = await reader.fetch(BATCH_MESSAGES_MAX, timeout=1)
            except TimeoutError:
                # Nothing new, or the server forgot this reader, which it then says.
                await reader.consumer_info()
                continue
            with database:
                for message in messages:
                    found = message.metadata.sequence.stream
                    if found <= position:
                        continue
                    if found != position + 1:
                        raise Again(f"message {position + 1} did not come, but {found}")
                    take(database, found, message)
                    position = found
    finally:
        await connection.close()


async def main(servers, ledger, path, last=None):
    database = sqlite3.connect(path, isolation_level="DEFERRED")
    database.executescript(TABLES)
    stream, subject = f"SERVANDA_{ledger.upper()}_EVENTS", f"servanda.{ledger}.evt.>"
    missed = None
    while last is None or position_in(database) < last:
        before = position_in(database)
        try:
            await follow(stream, subject, servers, database, last)
        except Again as again:
            # Once may be a connection that was cut; twice at the same place is a gap in the stream itself.
            if missed == before:
                sys.exit(f"a gap: {again}; take the entries from the ledger itself, and tell its operator")
            missed = before
        except (Error, NoServersError, ConnectionClosedError, OSError) as error:
            print(f"trying again: {error}", file=sys.stderr)
            await asyncio.sleep(0.3)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit("usage: subscriber.py SERVERS LEDGER DATABASE [LAST POSITION]")
    asyncio.run(main(*sys.argv[1:4], last=int(sys.argv[4]) if len(sys.argv) == 5 else None))
