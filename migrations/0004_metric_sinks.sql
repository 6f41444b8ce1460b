-- Every closing of a cycle has a number. The one row here is locked from the taking of a number until that is committed, so the numbers become visible
-- in their order: who has seen one misses none below it. (The instants of closing do not promise that.)
CREATE TABLE metric_closings (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  newest bigint NOT NULL
);
ALTER TABLE metric_cycles ADD COLUMN closing bigint;
UPDATE metric_cycles SET closing = numbered.closing
FROM (
  SELECT cycle_at, row_number() OVER (ORDER BY closed_at, cycle_at) AS closing
  FROM metric_cycles WHERE closed_at IS NOT NULL
) AS numbered
WHERE numbered.cycle_at = metric_cycles.cycle_at;
INSERT INTO metric_closings (newest) SELECT coalesce(max(closing), 0) FROM metric_cycles;
CREATE UNIQUE INDEX metric_cycles_by_closing ON metric_cycles (closing) WHERE closing IS NOT NULL;

-- Where each further place that metrics go to stands, and how it fares.
CREATE TABLE metric_sinks (
  name text COLLATE "C" PRIMARY KEY,
  -- The closing up to which everything was written or given up.
  position bigint NOT NULL,
  begun_at timestamptz NOT NULL,
  written_cycles bigint NOT NULL DEFAULT 0,
  written_points bigint NOT NULL DEFAULT 0,
  refused_points bigint NOT NULL DEFAULT 0,
  dropped_cycles bigint NOT NULL DEFAULT 0,
  failures bigint NOT NULL DEFAULT 0,
  failures_in_row integer NOT NULL DEFAULT 0,
  last_cycle_at timestamptz,
  last_success_at timestamptz,
  failing_since timestamptz,
  last_failure_at timestamptz,
  last_failure text,
  CHECK ((failures_in_row = 0) = (failing_since IS NULL))
);

-- What an external metric store could not take: compressed samples of a node (or '') and cycle, the newest of each.
CREATE TABLE metric_spool (
  cycle_at timestamptz NOT NULL,
  scope text COLLATE "C" NOT NULL,
  -- Tells whether it was replaced since it was read.
  version bigint GENERATED ALWAYS AS IDENTITY,
  samples bytea NOT NULL,
  PRIMARY KEY (cycle_at, scope)
);
-- It is compressed: kept as it is, out of its row.
ALTER TABLE metric_spool ALTER COLUMN samples SET STORAGE EXTERNAL;
-- Who replays, and until when nobody else does.
CREATE TABLE metric_spool_lease (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  held_by text,
  held_until timestamptz NOT NULL
);
INSERT INTO metric_spool_lease (held_until) VALUES ('epoch');
