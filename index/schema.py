"""The tables of a library, and what brings an older one up to date."""

SCHEMA_VERSION = 3

TABLES = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- Every version of an article that is wholly in. `live` says which one readers see.
CREATE TABLE IF NOT EXISTS articles (
  id TEXT, version TEXT, origin TEXT, sha256 TEXT, text TEXT, title TEXT, outlet TEXT, authors TEXT,
  published TEXT, url TEXT, language TEXT, ingested TEXT,
  updated TEXT NOT NULL DEFAULT '', pages TEXT NOT NULL DEFAULT '[]', reading TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (id, version)
);
CREATE INDEX IF NOT EXISTS articles_with_text ON articles (sha256);
CREATE TABLE IF NOT EXISTS live (article TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID;
-- `searched` is a hash of what was embedded: the same text is not embedded twice.
CREATE TABLE IF NOT EXISTS passages (
  id TEXT PRIMARY KEY, article TEXT NOT NULL, version TEXT NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL, vector BLOB NOT NULL, searched TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS passages_of ON passages (article, version, id);
CREATE INDEX IF NOT EXISTS passages_searched ON passages (searched);
-- Every place where the same text was found. `articles.origin` is the first of them.
CREATE TABLE IF NOT EXISTS origins (origin TEXT PRIMARY KEY, article TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS origins_of ON origins (article);
-- What a person put right. It outlives every ingest.
CREATE TABLE IF NOT EXISTS corrections (
  article TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (article, field)
) WITHOUT ROWID;
-- Files and links that are wholly in, with what tells that they have not changed since.
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refusals (origin TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
-- Near copies: the signatures that find them, the pairs that are (one < other), the stories they make.
CREATE TABLE IF NOT EXISTS signatures (
  article TEXT PRIMARY KEY, version TEXT NOT NULL, signature BLOB NOT NULL, compared INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS signatures_to_compare ON signatures (article) WHERE compared = 0;
CREATE TABLE IF NOT EXISTS near (one TEXT NOT NULL, other TEXT NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS near_other ON near (other);
CREATE TABLE IF NOT EXISTS stories (article TEXT PRIMARY KEY, story TEXT NOT NULL) WITHOUT ROWID;
-- `person` is whose conversation it is, nobody's if it is from before there were persons.
CREATE TABLE IF NOT EXISTS conversations (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, updated TEXT NOT NULL, person TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS turns (
  conversation TEXT NOT NULL, ordinal INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
  PRIMARY KEY (conversation, ordinal)
);
-- Articles that a person removed and can still bring back: their versions are not swept.
CREATE TABLE IF NOT EXISTS removed (
  article TEXT PRIMARY KEY, version TEXT NOT NULL, origins TEXT NOT NULL,
  undo TEXT NOT NULL, page TEXT NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID;
-- What a person thought of an answer. It outlives the conversation: `record` is the answer, whole.
CREATE TABLE IF NOT EXISTS feedback (
  answer TEXT NOT NULL, person TEXT NOT NULL, thumb TEXT NOT NULL, reason TEXT NOT NULL, given TEXT NOT NULL,
  question TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (answer, person)
) WITHOUT ROWID;
"""

# What each version added, for libraries made before it; run in order, in one transaction, before TABLES.
MIGRATIONS = {
    2: (
        "ALTER TABLE articles ADD COLUMN updated TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE articles ADD COLUMN pages TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE articles ADD COLUMN reading TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE passages ADD COLUMN searched TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE files RENAME COLUMN sha256 TO stamp",
        "CREATE TABLE origins (origin TEXT PRIMARY KEY, article TEXT NOT NULL) WITHOUT ROWID",
        """INSERT INTO origins SELECT origin, id FROM articles
           JOIN live ON live.article = articles.id AND live.version = articles.version""",
    ),
    3: ("ALTER TABLE conversations ADD COLUMN person TEXT NOT NULL DEFAULT ''",),
}
