-- Stacks from elsewhere, with the bytes whose digest was proved when they were fetched.
CREATE TABLE fetched_stacks (
  name text PRIMARY KEY,
  source text NOT NULL,
  digest text NOT NULL,
  archive bytea NOT NULL,
  added_by text NOT NULL,
  added_at timestamptz NOT NULL
);
