-- Collection cycles, and how complete each is.
CREATE TABLE metric_cycles (
  cycle_at timestamptz PRIMARY KEY,
  resolution_ms integer NOT NULL CHECK (resolution_ms > 0),
  started_at timestamptz NOT NULL,
  nodes_expected integer NOT NULL,
  -- NULL while the cycle runs
  closed_at timestamptz,
  nodes_present integer,
  missing jsonb,
  CHECK ((closed_at IS NULL) = (nodes_present IS NULL) AND (closed_at IS NULL) = (missing IS NULL))
);

-- The shards of the newest cycles: which nodes each has, and what it reported.
CREATE TABLE metric_shards (
  cycle_at timestamptz NOT NULL REFERENCES metric_cycles ON DELETE CASCADE,
  shard integer NOT NULL,
  nodes jsonb NOT NULL,
  reported_at timestamptz,
  report jsonb,
  PRIMARY KEY (cycle_at, shard),
  CHECK ((reported_at IS NULL) = (report IS NULL))
);

-- The counters of each node in its two newest cycles: what the next cycle's rates are made against.
CREATE TABLE metric_readings (
  node text COLLATE "C" NOT NULL,
  cycle_at timestamptz NOT NULL,
  reading bytea NOT NULL,
  PRIMARY KEY (node, cycle_at)
);
-- A reading is about 3 kB of what does not compress: kept in its row as it is.
ALTER TABLE metric_readings ALTER COLUMN reading SET STORAGE EXTERNAL, SET (toast_tuple_target = 8160);
CREATE INDEX metric_readings_by_cycle ON metric_readings (cycle_at);
