-- Stacks that are deployed to the cluster. A run that changes a release has it for itself: its id stands in working_run until it is done.
CREATE TABLE releases (
  name text PRIMARY KEY,
  namespace text NOT NULL,
  -- Of the newest revision.
  stack text NOT NULL,
  version text NOT NULL,
  -- The newest revision, and the one that was deployed last with success.
  newest integer NOT NULL,
  deployed integer,
  state text NOT NULL CHECK (state IN ('new', 'deployed', 'failed')),
  because text NOT NULL,
  working_run uuid,
  working_kind text CHECK (working_kind IN ('deploy', 'correct', 'remove')),
  working_since timestamptz,
  -- The attempt of the run that is at work: one that was overtaken changes nothing any more.
  holder uuid,
  drift jsonb,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK ((working_run IS NULL) = (working_kind IS NULL) AND (working_run IS NULL) = (working_since IS NULL))
);
CREATE INDEX releases_by_namespace ON releases (namespace);

-- What was to be deployed: parameters without secrets, objects as they were rendered. Values of secrets stand in the cluster alone.
CREATE TABLE release_revisions (
  release text NOT NULL REFERENCES releases ON DELETE CASCADE,
  number integer NOT NULL,
  -- Of a rollback: the revision whose objects these are.
  copy_of integer,
  stack text NOT NULL,
  version text NOT NULL,
  parameters json NOT NULL,
  objects json NOT NULL,
  secrets json NOT NULL,
  notes text NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('pending', 'applying', 'succeeded', 'failed', 'cancelled')),
  because text NOT NULL,
  finished_at timestamptz,
  PRIMARY KEY (release, number)
);
