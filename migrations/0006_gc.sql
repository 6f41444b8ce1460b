-- What may be removed, where and when. A version is never used twice, also not by a policy of the same name that is made anew.
CREATE SEQUENCE gc_policy_versions;
CREATE TABLE gc_policies (
  name text PRIMARY KEY,
  version bigint NOT NULL DEFAULT nextval('gc_policy_versions'),
  body jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL
);

-- What was decided for a policy, node by node. A plan without a digest is not complete and cannot be carried out; a run's own plan stays so.
CREATE TABLE gc_plans (
  id uuid PRIMARY KEY,
  policy text NOT NULL,
  policy_version bigint NOT NULL,
  policy_body jsonb NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  digest text
);
CREATE INDEX gc_plans_by_age ON gc_plans (made_at);

-- One document a node, zipped: items with their reasons, kept ones too.
CREATE TABLE gc_plan_nodes (
  plan uuid NOT NULL REFERENCES gc_plans ON DELETE CASCADE,
  node text NOT NULL,
  document bytea NOT NULL,
  PRIMARY KEY (plan, node)
);

-- What a run of the kind gc.run adds to its row in runs.
CREATE TABLE gc_runs (
  run uuid PRIMARY KEY,
  policy text NOT NULL,
  policy_version bigint NOT NULL,
  policy_body jsonb NOT NULL,
  plan uuid NOT NULL,
  is_approved boolean NOT NULL,
  is_dry_run boolean NOT NULL,
  started_by text NOT NULL,
  started_at timestamptz NOT NULL,
  deadline_at timestamptz NOT NULL
);
CREATE INDEX gc_runs_by_start ON gc_runs (started_at);

CREATE TABLE gc_run_nodes (
  run uuid NOT NULL REFERENCES gc_runs ON DELETE CASCADE,
  node text NOT NULL,
  -- The order in which nodes are taken.
  position integer NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'running', 'waiting', 'succeeded', 'partial', 'failed', 'skipped', 'cancelled')),
  because text NOT NULL,
  -- How often it was taken: names the job and the agent's task.
  attempt integer NOT NULL DEFAULT 0,
  outcome jsonb,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (run, node)
);
CREATE INDEX gc_run_nodes_open ON gc_run_nodes (run) WHERE state IN ('pending', 'running', 'waiting');

-- The audit of what went, and of what was to go and did not: rows are added and never changed.
CREATE TABLE gc_removals (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run uuid NOT NULL,
  node text NOT NULL,
  item text NOT NULL,
  result text NOT NULL CHECK (result IN ('removed', 'absent', 'kept', 'failed', 'unknown')),
  kind text NOT NULL,
  name text NOT NULL,
  policy text NOT NULL,
  started_by text NOT NULL,
  removed_at timestamptz NOT NULL,
  -- By which rule and why it was planned, and why the result is what it is.
  rule text NOT NULL,
  because text NOT NULL,
  result_because text NOT NULL,
  size_bytes bigint NOT NULL,
  estimated_bytes bigint NOT NULL,
  freed_bytes bigint,
  UNIQUE (run, node, item, result)
);
CREATE INDEX gc_removals_by_time ON gc_removals (removed_at, sequence);
CREATE INDEX gc_removals_by_node ON gc_removals (node, removed_at, sequence);

-- When each image of a node was first seen and last used: one document a node, because a row an image is read five times as slowly.
CREATE TABLE gc_ledger (
  node text PRIMARY KEY,
  document json NOT NULL,
  changed_at timestamptz NOT NULL
);
