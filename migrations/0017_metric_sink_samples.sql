-- Where a server is the metric store: the samples of a node (or '') and cycle that sinks still want, compressed, the newest of each, once for all sinks.
CREATE TABLE metric_sink_samples (
  cycle_at timestamptz NOT NULL,
  scope text COLLATE "C" NOT NULL,
  -- The newest closing when they were put: it is a closing with a higher number that covers them.
  put_after bigint NOT NULL,
  samples bytea NOT NULL,
  PRIMARY KEY (cycle_at, scope)
);
-- It is compressed: kept as it is, out of its row.
ALTER TABLE metric_sink_samples ALTER COLUMN samples SET STORAGE EXTERNAL;

-- Who copies to a sink, and until when nobody else does.
ALTER TABLE metric_sinks ADD COLUMN held_by text;
ALTER TABLE metric_sinks ADD COLUMN held_until timestamptz NOT NULL DEFAULT 'epoch';
