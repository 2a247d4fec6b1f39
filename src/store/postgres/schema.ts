/**
 * Tables in Postgres, with a prefix as the database may be shared. Times are double precision and sequences bigint: both
 * hold every number that JavaScript gives them. Bodies are octets that do not compress, so that is not tried.
 */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE ncs_streams (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    dims integer,
    parameters text NOT NULL,
    created double precision NOT NULL,
    sequence bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50);
  CREATE TABLE ncs_journal (
    stream bigint NOT NULL REFERENCES ncs_streams ON DELETE CASCADE,
    sequence bigint NOT NULL,
    time double precision NOT NULL,
    kind text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (stream, sequence)
  );
  ALTER TABLE ncs_journal ALTER COLUMN body SET STORAGE EXTERNAL;
  CREATE TABLE ncs_snapshots (
    stream bigint PRIMARY KEY REFERENCES ncs_streams ON DELETE CASCADE,
    sequence bigint NOT NULL,
    extra text NOT NULL,
    body bytea NOT NULL
  );
  ALTER TABLE ncs_snapshots ALTER COLUMN body SET STORAGE EXTERNAL;
  CREATE TABLE ncs_events (
    stream bigint NOT NULL REFERENCES ncs_streams ON DELETE CASCADE,
    sequence bigint NOT NULL,
    time double precision NOT NULL,
    type text NOT NULL,
    point bigint NOT NULL,
    cluster bigint NOT NULL,
    other bigint NOT NULL,
    PRIMARY KEY (stream, sequence)
  );
  CREATE TABLE ncs_answers (
    stream bigint NOT NULL REFERENCES ncs_streams ON DELETE CASCADE,
    key text NOT NULL,
    fingerprint text NOT NULL,
    time double precision NOT NULL,
    type text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (stream, key)
  );
  CREATE INDEX ncs_answers_by_time ON ncs_answers (time);
  CREATE TABLE ncs_users (
    name text PRIMARY KEY,
    password_hash text NOT NULL,
    scopes text NOT NULL,
    created double precision NOT NULL
  );
  CREATE TABLE ncs_api_keys (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    prefix text NOT NULL,
    secret_hash text NOT NULL,
    scopes text NOT NULL,
    streams text,
    created double precision NOT NULL,
    expires double precision,
    last_used double precision
  );
  CREATE TABLE ncs_revoked_tokens (id text PRIMARY KEY, expires double precision NOT NULL);
  CREATE TABLE ncs_probe (id integer PRIMARY KEY, writes bigint NOT NULL) WITH (fillfactor = 50);
  INSERT INTO ncs_probe VALUES (1, 0);
`,
  `
  -- Who serves a stream, and the number of its claim: unique among all streams, so that one made anew has another.
  ALTER TABLE ncs_streams ADD COLUMN owner text, ADD COLUMN epoch bigint NOT NULL DEFAULT 0;
  CREATE INDEX ncs_streams_by_owner ON ncs_streams (owner);
  CREATE SEQUENCE ncs_epochs;
  CREATE TABLE ncs_replicas (
    id text PRIMARY KEY,
    url text NOT NULL,
    secret text NOT NULL,
    leaving boolean NOT NULL,
    expires timestamptz NOT NULL
  ) WITH (fillfactor = 50);
`,
  `
  ALTER TABLE ncs_streams ADD COLUMN creator text;
  CREATE TABLE ncs_audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time double precision NOT NULL,
    actor text,
    action text NOT NULL,
    target text,
    address text NOT NULL,
    result text NOT NULL,
    request_id text NOT NULL
  );
  CREATE INDEX ncs_audit_by_time ON ncs_audit (time);
`,
];
