"""The tables of a library."""

SCHEMA_VERSION = 1

TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- Every version of an article that is wholly in. `live` says which one readers see.
CREATE TABLE IF NOT EXISTS articles (
  id TEXT, version TEXT, origin TEXT, sha256 TEXT, text TEXT, title TEXT, outlet TEXT, authors TEXT,
  published TEXT, url TEXT, language TEXT, ingested TEXT, PRIMARY KEY (id, version)
);
CREATE TABLE IF NOT EXISTS live (article TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS passages (
  id TEXT PRIMARY KEY, article TEXT NOT NULL, version TEXT NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_of ON passages (article, version, id);
-- Files that are wholly in, so that an unchanged one is not parsed again.
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refusals (origin TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, title TEXT NOT NULL, updated TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS turns (
  conversation TEXT NOT NULL, ordinal INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
  PRIMARY KEY (conversation, ordinal)
);
"""
