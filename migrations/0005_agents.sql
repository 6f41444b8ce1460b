-- The agent of each node that said hello last.
CREATE TABLE agents (
  node text COLLATE "C" PRIMARY KEY,
  instance text NOT NULL,
  version text NOT NULL,
  runtime_name text NOT NULL,
  runtime_version text NOT NULL,
  allows text[] NOT NULL,
  hello_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL
);
CREATE INDEX agents_by_age ON agents (last_seen_at);

-- What agents are asked to do. The id is the asker's: asking twice is asking once.
CREATE TABLE agent_tasks (
  id text COLLATE "C" PRIMARY KEY,
  node text COLLATE "C" NOT NULL,
  kind text NOT NULL CHECK (kind IN ('inventory', 'machine', 'remove')),
  -- Of a removal: its order.
  payload jsonb,
  state text NOT NULL CHECK (state IN ('queued', 'leased', 'done', 'failed', 'cancelled', 'expired')),
  -- Only the newest attempt may report.
  attempt integer NOT NULL DEFAULT 0,
  holder text,
  lease_until timestamptz,
  deadline timestamptz NOT NULL,
  cancel_requested boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  summary jsonb,
  error text,
  CHECK ((state IN ('queued', 'leased')) = (finished_at IS NULL)),
  CHECK ((state = 'leased') = (lease_until IS NOT NULL)),
  CHECK ((kind = 'remove') = (payload IS NOT NULL))
);
CREATE INDEX agent_tasks_open ON agent_tasks (node, created_at) WHERE finished_at IS NULL;
CREATE INDEX agent_tasks_by_end ON agent_tasks (finished_at) WHERE finished_at IS NOT NULL;

-- What attempts told of items, in the order of their sequence; one that comes twice is there once.
CREATE TABLE agent_reports (
  task text COLLATE "C" NOT NULL REFERENCES agent_tasks ON DELETE CASCADE,
  attempt integer NOT NULL,
  sequence integer NOT NULL,
  items jsonb NOT NULL,
  PRIMARY KEY (task, attempt, sequence)
);

-- The newest inventory and machine of each node, compressed.
CREATE TABLE agent_findings (
  node text COLLATE "C" NOT NULL,
  kind text NOT NULL CHECK (kind IN ('inventory', 'machine')),
  task text NOT NULL,
  taken_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (node, kind)
);
-- It is compressed: kept as it is, out of its row.
ALTER TABLE agent_findings ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX agent_findings_by_age ON agent_findings (received_at);

-- Agents that are refused leave their trace too.
ALTER TABLE audit DROP CONSTRAINT audit_caller_kind_check;
ALTER TABLE audit ADD CONSTRAINT audit_caller_kind_check CHECK (caller_kind IN ('token', 'kubernetes', 'agent', 'unknown'));
