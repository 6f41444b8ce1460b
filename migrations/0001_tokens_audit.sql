-- Quartermaster's own tokens: never their text, only its SHA-256.
CREATE TABLE tokens (
  id text PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
  -- NULL: all namespaces
  namespaces text[] CHECK (cardinality(namespaces) > 0),
  origin text NOT NULL CHECK (origin IN ('first', 'given', 'api')),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
-- Replicas that start at once make one first token between them; once revoked, it is not made again.
CREATE UNIQUE INDEX tokens_one_first ON tokens (origin) WHERE origin = 'first';
CREATE INDEX tokens_by_creation ON tokens (created_at, id);

-- Browsers' log-ins: the cookie's SHA-256. A session ends with its token.
CREATE TABLE sessions (
  hash text PRIMARY KEY CHECK (hash ~ '^[0-9a-f]{64}$'),
  token_id text NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_by_token ON sessions (token_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Who did what, and how it ended. A row without an end stands for a call that was let in and whose end was never recorded.
CREATE TABLE audit (
  id text PRIMARY KEY,
  at timestamptz NOT NULL,
  caller_kind text NOT NULL CHECK (caller_kind IN ('token', 'kubernetes', 'unknown')),
  caller_name text,
  token_id text,
  operation text,
  method text NOT NULL,
  path text NOT NULL,
  target text,
  request_id text NOT NULL,
  remote_address text NOT NULL,
  count integer NOT NULL CHECK (count > 0),
  outcome text NOT NULL CHECK (outcome IN ('started', 'succeeded', 'refused', 'failed')),
  status integer,
  code text,
  finished_at timestamptz,
  CHECK ((outcome = 'started') = (status IS NULL) AND (status IS NULL) = (finished_at IS NULL))
);
CREATE INDEX audit_by_time ON audit (at, id);
