-- Containers that are kept at a size. A target has at most one: whoever applies the resources of one container of it gives up those of another.
CREATE SEQUENCE resizer_versions;
CREATE TABLE resizers (
  name text PRIMARY KEY,
  version bigint NOT NULL DEFAULT nextval('resizer_versions'),
  namespace text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('Deployment', 'DaemonSet', 'StatefulSet')),
  target text NOT NULL,
  body jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  -- Whoever evaluates it has it for itself until then.
  held_by uuid,
  held_until timestamptz,
  UNIQUE (namespace, kind, target)
);

-- What was decided, and why: each that differs from the one before, and each that changed something.
CREATE TABLE resizer_decisions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  resizer text NOT NULL REFERENCES resizers ON DELETE CASCADE,
  at timestamptz NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('kept', 'postponed', 'recommended', 'applied', 'failed')),
  because text NOT NULL,
  details jsonb NOT NULL
);
CREATE INDEX resizer_decisions_by_resizer ON resizer_decisions (resizer, id DESC);
