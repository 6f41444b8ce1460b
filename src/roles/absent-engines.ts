import type { Engines } from './open-engines.js';

/**
 * Engines that are not there, for describing the routes: the application's parts can be put together over them, and whatever a constructor asks of
 * them is absent too. Nothing may be started on them.
 */
export function absentEngines(): Engines {
  const absent: object = new Proxy(() => absent, {
    get: (_, name) => (name === 'then' ? undefined : absent),
    apply: () => absent,
  });
  return absent as Engines;
}
