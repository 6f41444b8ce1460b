-- Why the container runtime of an agent's node cannot be reached, as the agent said last.
ALTER TABLE agents ADD COLUMN runtime_away text;
