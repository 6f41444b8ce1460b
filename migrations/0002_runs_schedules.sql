-- Executions of background work. The row is the truth; the queue's job has the run's id, or is named by job_id.
CREATE TABLE runs (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  job_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')),
  payload jsonb NOT NULL,
  done integer NOT NULL DEFAULT 0 CHECK (done >= 0),
  total integer CHECK (total >= 0),
  message text,
  attempt integer NOT NULL DEFAULT 0,
  -- The take of the job that may change the row; another take replaces it.
  holder text,
  started_by text NOT NULL,
  created_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  result jsonb,
  error text,
  retry_of uuid,
  -- Counts every change: the id of a progress event.
  version integer NOT NULL DEFAULT 1,
  CHECK ((state IN ('queued', 'running')) = (finished_at IS NULL))
);
CREATE INDEX runs_by_creation ON runs (created_at DESC, id DESC);
CREATE INDEX runs_unfinished ON runs (changed_at) WHERE finished_at IS NULL;
CREATE INDEX runs_by_end ON runs (finished_at) WHERE finished_at IS NOT NULL;

-- What runs when, apart from what is built in. Either a cron pattern in a time zone, or a distance.
CREATE TABLE schedules (
  name text PRIMARY KEY,
  kind text NOT NULL,
  payload jsonb NOT NULL,
  cron text,
  time_zone text,
  every_ms bigint CHECK (every_ms > 0),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK ((cron IS NULL) = (time_zone IS NULL) AND (cron IS NULL) <> (every_ms IS NULL))
);

-- The first outcomes of requests that came with an Idempotency-Key. An outcome that is NULL is still being worked out.
CREATE TABLE idempotency_keys (
  caller text NOT NULL,
  key text NOT NULL,
  hash text NOT NULL,
  claimed_at timestamptz NOT NULL,
  outcome jsonb,
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (claimed_at);
