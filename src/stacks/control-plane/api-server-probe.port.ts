import type { ApiServerAddress, ApiServerHealth } from './core/control-plane-facts.js';

/** Looks at API servers one by one, past any load balancer. */
export abstract class ApiServerProbe {
  /**
   * How each address answers a TLS handshake and `GET /readyz`, in the order given. No token is sent, for whoever answers is not known yet. An address that does not
   * answer within five seconds is not reachable. Rejects only with the signal's reason.
   */
  abstract probe(addresses: readonly ApiServerAddress[], signal: AbortSignal): Promise<readonly ApiServerHealth[]>;
}
