-- What was there before all changes of a manifest can be put back: the server waits for a pod, or for none.
ALTER TABLE static_pod_changes ADD COLUMN keeps_manifest boolean NOT NULL DEFAULT true;
