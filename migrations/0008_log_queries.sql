-- Questions about logs that somebody keeps under a name.
CREATE TABLE log_queries (
  id uuid PRIMARY KEY,
  -- Who keeps it, as an identity; the name is for people.
  owner text NOT NULL,
  owner_name text NOT NULL,
  -- The namespaces that the owner was limited to when it was written; null: to none.
  owner_namespaces jsonb,
  name text NOT NULL,
  is_shared boolean NOT NULL,
  -- Parameters of a search, as they were given.
  query jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (owner, name)
);
CREATE INDEX log_queries_by_name ON log_queries (name COLLATE "C", id);
