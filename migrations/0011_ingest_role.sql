-- Log shippers' tokens: they send lines and do nothing else.
ALTER TABLE tokens DROP CONSTRAINT tokens_role_check;
ALTER TABLE tokens ADD CONSTRAINT tokens_role_check CHECK (role IN ('ingest', 'viewer', 'operator', 'admin'));
