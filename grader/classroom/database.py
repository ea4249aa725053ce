"""The file that a class's journal is kept in: its tables, and whether it is whole."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from grader.classroom import CannotGrade

FORMAT = 4
_BEFORE = 3  # which noted no versions that can be compared: what it holds is graded again

_SCHEMA = """
CREATE TABLE finished (
    id INTEGER PRIMARY KEY,
    student TEXT NOT NULL,
    asked TEXT NOT NULL,
    digest TEXT NOT NULL,
    seed INTEGER NOT NULL,
    version TEXT NOT NULL,
    lesson TEXT NOT NULL,
    result TEXT NOT NULL,
    graded TEXT NOT NULL,
    UNIQUE (student, asked, digest, seed, version)
);
CREATE TABLE roster (
    student TEXT NOT NULL,
    asked TEXT NOT NULL,
    digest TEXT NOT NULL,
    path BLOB NOT NULL,
    refused TEXT,
    source BLOB NOT NULL,
    identity TEXT NOT NULL,
    finished INTEGER REFERENCES finished (id),
    kept TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (student, asked)
);
CREATE TABLE people (name TEXT NOT NULL, number TEXT NOT NULL, email TEXT NOT NULL, section TEXT NOT NULL);
CREATE TABLE shown (finished INTEGER PRIMARY KEY REFERENCES finished (id), score REAL);
CREATE TABLE written (name TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (name, digest));
CREATE TABLE skipped (name TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE class (seed INTEGER NOT NULL);
CREATE TABLE versions (digest TEXT PRIMARY KEY, parts TEXT NOT NULL);
"""
_SINCE = """
ALTER TABLE roster ADD COLUMN kept TEXT NOT NULL DEFAULT '[]';
CREATE TABLE versions (digest TEXT PRIMARY KEY, parts TEXT NOT NULL);
"""


def prepare(database: sqlite3.Connection, path: Path) -> None:
    """Makes the tables of a new file; CannotGrade if a file is damaged, or of another version."""
    try:
        fault = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        raise damaged(path, str(error)) from error
    pages, page_size = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    if fault != "ok" or path.stat().st_size < pages * page_size:
        raise damaged(path, "part of it is missing")
    database.execute("PRAGMA synchronous = FULL")
    found = database.execute("PRAGMA user_version").fetchone()[0]
    if found == FORMAT:
        return
    if found == _BEFORE:
        database.executescript(f"BEGIN; {_SINCE} PRAGMA user_version = {FORMAT}; COMMIT;")
        return
    if found or database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise CannotGrade(f"{path} was not written by this version of the grader; choose another --out.")
    database.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;")


def damaged(path: Path, why: str) -> CannotGrade:
    """The error that says what to do."""
    return CannotGrade(
        f"{path} is damaged: {why}. Restore a copy of it, or move it away and grade the class again with the --seed "
        f"that stands in the files in {path.parent / 'results'}."
    )
