/**
 * Lets so many callers pass and holds all others for ever, with the process alive: what a process that is to be killed may do at most, however late the
 * kill comes. 0 lets all pass.
 */
export function atMost(count: number): () => Promise<void> {
  let passed = 0;
  return async () => {
    passed += 1;
    if (count > 0 && passed > count) await new Promise(() => setInterval(() => undefined, 60_000));
  };
}
