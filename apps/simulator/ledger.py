"""The simulator's memory: one SQLite file in WAL mode, one connection, many writes to a commit.

Statements run in the event loop's own thread. That is on purpose: with WAL and synchronous=NORMAL a write takes a few
microseconds and a commit no fsync, while a thread of its own makes each statement wait for the interpreter's lock.
What a caller must not lose it awaits with `committed()`; everything written in the same two milliseconds shares that
commit. A killed process loses nothing that was committed (the pages are the kernel's by then); a power cut may.
"""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

GATHER_SECONDS = 0.002

_SCHEMA = """
CREATE TABLE IF NOT EXISTS numbers (
    phone_number_id TEXT PRIMARY KEY, config TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS customers (
    phone TEXT PRIMARY KEY, wa_id TEXT NOT NULL, name TEXT NOT NULL, user_id TEXT NOT NULL, username TEXT NOT NULL,
    identity TEXT NOT NULL, receipts INTEGER NOT NULL, listed INTEGER NOT NULL, created_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, wamid TEXT NOT NULL UNIQUE, phone_number_id TEXT NOT NULL, peer TEXT NOT NULL,
    inbound INTEGER NOT NULL, type TEXT NOT NULL, content TEXT NOT NULL, recipient TEXT NOT NULL, opaque TEXT,
    at REAL NOT NULL, visible_at REAL, read_at REAL, media_id TEXT,
    edited INTEGER NOT NULL DEFAULT 0, revoked INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS messages_of_a_chat ON messages (phone_number_id, peer, at);
CREATE TABLE IF NOT EXISTS webhooks (
    id INTEGER PRIMARY KEY, phone_number_id TEXT NOT NULL, wamid TEXT NOT NULL, kind TEXT NOT NULL, status TEXT,
    code INTEGER, change TEXT NOT NULL, happens_at REAL NOT NULL, state TEXT NOT NULL DEFAULT 'pending',
    attempts INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL, answer INTEGER, error TEXT, batch INTEGER
);
CREATE INDEX IF NOT EXISTS webhooks_of_a_message ON webhooks (wamid);
CREATE INDEX IF NOT EXISTS webhooks_to_deliver ON webhooks (next_at) WHERE state = 'pending';
CREATE TABLE IF NOT EXISTS media (
    id TEXT PRIMARY KEY, phone_number_id TEXT NOT NULL, mime_type TEXT NOT NULL, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, filename TEXT NOT NULL, origin TEXT NOT NULL, problem TEXT NOT NULL,
    expires_at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS templates (
    id TEXT PRIMARY KEY, waba_id TEXT NOT NULL, name TEXT NOT NULL, language TEXT NOT NULL, data TEXT NOT NULL,
    created_at REAL NOT NULL, due_at REAL, deleted_at REAL, locked INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS templates_of_an_account ON templates (waba_id, name, language);
CREATE INDEX IF NOT EXISTS templates_due ON templates (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS threads (
    phone_number_id TEXT NOT NULL, peer TEXT NOT NULL, owner TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (phone_number_id, peer)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Ledger:
    """The database file and its group commit."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)
        self._commit: asyncio.Future[None] | None = None

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        return self._connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._connection.execute(sql, parameters).fetchone()
        return found

    def write(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Run a statement that writes, as part of the next commit; returns the row id of an INSERT."""
        self._begin()
        return self._connection.execute(sql, parameters).lastrowid or 0

    def write_many(self, sql: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._begin()
        self._connection.executemany(sql, parameters)

    async def committed(self) -> None:
        """Wait until everything written so far is in the file."""
        if self._commit is not None:
            await asyncio.shield(self._commit)

    def note(self, key: str) -> str | None:
        """A small value kept by name."""
        row = self.row("SELECT value FROM notes WHERE key = ?", (key,))
        return None if row is None else str(row["value"])

    def keep_note(self, key: str, value: str) -> None:
        self.write("INSERT OR REPLACE INTO notes VALUES (?, ?)", (key, value))

    def close(self) -> None:
        self._end()
        self._connection.close()

    def _begin(self) -> None:
        if self._commit is None:
            self._connection.execute("BEGIN IMMEDIATE")
            loop = asyncio.get_running_loop()
            self._commit = loop.create_future()
            loop.call_later(GATHER_SECONDS, self._end)

    def _end(self) -> None:
        if self._commit is None:
            return
        waiting, self._commit = self._commit, None
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._connection.rollback()
            waiting.set_exception(error)
        else:
            waiting.set_result(None)
