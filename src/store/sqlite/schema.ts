/** Tables of a SQLite file. The journal and the events lie in the order in which they are read: one page per append. */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    dims INTEGER,
    parameters TEXT NOT NULL,
    created INTEGER NOT NULL
  );
  CREATE TABLE journal (
    stream INTEGER NOT NULL REFERENCES streams ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    time INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (stream, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE snapshots (
    stream INTEGER PRIMARY KEY REFERENCES streams ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    extra TEXT NOT NULL,
    body BLOB NOT NULL
  );
  CREATE TABLE events (
    stream INTEGER NOT NULL REFERENCES streams ON DELETE CASCADE,
    sequence INTEGER NOT NULL,
    time INTEGER NOT NULL,
    type TEXT NOT NULL,
    point INTEGER NOT NULL,
    cluster INTEGER NOT NULL,
    other INTEGER NOT NULL,
    PRIMARY KEY (stream, sequence)
  ) WITHOUT ROWID;
  CREATE TABLE answers (
    stream INTEGER NOT NULL REFERENCES streams ON DELETE CASCADE,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    time INTEGER NOT NULL,
    type TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (stream, key)
  );
  CREATE INDEX answers_by_time ON answers (time);
  CREATE TABLE users (
    name TEXT PRIMARY KEY NOT NULL,
    password_hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created INTEGER NOT NULL
  );
  CREATE TABLE api_keys (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    streams TEXT,
    created INTEGER NOT NULL,
    expires INTEGER,
    last_used INTEGER
  );
  CREATE TABLE revoked_tokens (id TEXT PRIMARY KEY NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE probe (id INTEGER PRIMARY KEY, writes INTEGER NOT NULL);
  INSERT INTO probe VALUES (1, 0);
`,
  `
  ALTER TABLE streams ADD COLUMN creator TEXT;
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    actor TEXT,
    action TEXT NOT NULL,
    target TEXT,
    address TEXT NOT NULL,
    result TEXT NOT NULL,
    request_id TEXT NOT NULL
  );
  CREATE INDEX audit_by_time ON audit (time);
`,
];
