-- What agents are asked to do with manifests of static pods, and what became of each change as they told it last.
ALTER TABLE agent_tasks DROP CONSTRAINT agent_tasks_kind_check;
ALTER TABLE agent_tasks ADD CONSTRAINT agent_tasks_kind_check CHECK (kind IN ('inventory', 'machine', 'remove', 'static-pod'));
-- Of a removal or a static pod: its order.
ALTER TABLE agent_tasks DROP CONSTRAINT agent_tasks_check2;
ALTER TABLE agent_tasks ADD CONSTRAINT agent_tasks_check2 CHECK ((kind IN ('remove', 'static-pod')) = (payload IS NOT NULL));

CREATE TABLE static_pod_changes (
  node text COLLATE "C" NOT NULL,
  change_id text COLLATE "C" NOT NULL,
  file_name text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'confirmed', 'restored', 'left')),
  replaced boolean NOT NULL,
  because text NOT NULL,
  told_at timestamptz NOT NULL,
  PRIMARY KEY (node, change_id)
);
CREATE INDEX static_pod_changes_by_age ON static_pod_changes (told_at);
