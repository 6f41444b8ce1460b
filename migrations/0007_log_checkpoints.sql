-- Who of the workers follows which part of the cluster's log streams. A pod's shard is made of its uid.
CREATE TABLE log_shards (
  shard integer PRIMARY KEY,
  holder text,
  lease_until timestamptz NOT NULL
);
INSERT INTO log_shards (shard, lease_until) SELECT shard, 'epoch' FROM generate_series(0, 15) AS shard;

-- The workers that are there, also those that hold nothing yet.
CREATE TABLE log_workers (
  name text COLLATE "C" PRIMARY KEY,
  seen_until timestamptz NOT NULL
);

-- How far the log of each container is stored, and how its follower fares.
CREATE TABLE log_checkpoints (
  pod_uid text COLLATE "C" NOT NULL,
  container text COLLATE "C" NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  pod text COLLATE "C" NOT NULL,
  node text,
  container_id text,
  restart integer NOT NULL,
  -- The last line that is stored: its stamp, and how many lines before it bear the same.
  time_ns bigint,
  sequence integer,
  is_ended boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('following', 'waiting', 'behind', 'ended', 'failed')),
  reason text,
  -- Since when lines are read later than they are written.
  behind_since timestamptz,
  lines bigint NOT NULL,
  bytes bigint NOT NULL,
  gaps integer NOT NULL,
  reconnections integer NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (pod_uid, container),
  CHECK ((time_ns IS NULL) = (sequence IS NULL))
) WITH (fillfactor = 50); -- rewritten every second: room for that in the same page
CREATE INDEX log_checkpoints_by_name ON log_checkpoints (namespace, pod, container, pod_uid);

-- Lines that could not be read and are gone.
CREATE TABLE log_gaps (
  pod_uid text COLLATE "C" NOT NULL,
  container text COLLATE "C" NOT NULL,
  restart integer NOT NULL,
  -- Between these stamps, both exclusive; absent: unknown.
  from_ns bigint,
  to_ns bigint,
  namespace text COLLATE "C" NOT NULL,
  pod text COLLATE "C" NOT NULL,
  reason text NOT NULL CHECK (reason IN ('rotated', 'lives-gone', 'removed')),
  noted_at timestamptz NOT NULL
);
-- A gap that is noted twice is there once.
CREATE UNIQUE INDEX log_gaps_once ON log_gaps (pod_uid, container, restart, COALESCE(from_ns, -1));
CREATE INDEX log_gaps_by_namespace ON log_gaps (namespace, noted_at);
CREATE INDEX log_gaps_by_age ON log_gaps (noted_at);
