import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { ApiServerProbe } from '../../stacks/control-plane/api-server-probe.port.js';
import type { ApiServerAddress, ApiServerHealth } from '../../stacks/control-plane/core/control-plane-facts.js';

const TIMEOUT_MS = 5_000;
/** The name that every API server's certificate has. */
const SERVER_NAME = 'kubernetes.default.svc';

/**
 * `GET /readyz` over a TLS connection of its own to each address, all at once (there are at most 32). The certificate is read and not verified: an expired one must be told of too; nothing secret is sent.
 * Anonymous callers may ask for readyz unless the API server refuses them (`--anonymous-auth=false`): then whether it is ready is not told.
 */
export class HttpsApiServerProbe extends ApiServerProbe {
  constructor(private readonly timeoutMs = TIMEOUT_MS) {
    super();
  }

  override async probe(
    addresses: readonly ApiServerAddress[],
    signal: AbortSignal,
  ): Promise<readonly ApiServerHealth[]> {
    signal.throwIfAborted();
    const found = await Promise.all(addresses.map((address) => this.look(address, signal)));
    signal.throwIfAborted();
    return found;
  }

  private look({ address, port }: ApiServerAddress, signal: AbortSignal): Promise<ApiServerHealth> {
    const { promise, resolve } = Promise.withResolvers<ApiServerHealth>();
    let certificateEndsAtMs: number | undefined;
    const end = (isReachable: boolean, rest: { readonly isReady?: boolean; readonly error?: string }): void => {
      const certificate = certificateEndsAtMs === undefined ? {} : { certificateEndsAtMs };
      resolve({ address, port, isReachable, ...certificate, ...rest });
    };
    const options = {
      host: address,
      port,
      path: '/readyz',
      servername: SERVER_NAME,
      agent: false,
      rejectUnauthorized: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]),
    };
    const asking = request(options, (answer) => {
      answer.resume();
      const status = answer.statusCode ?? 0;
      if (status === 200) end(true, { isReady: true });
      else if (status === 401 || status === 403) end(true, {});
      else end(true, { isReady: false, error: `readyz answers ${status}` });
      asking.destroy();
    });
    asking.on('socket', (socket) =>
      socket.once('secureConnect', () => {
        const ends = Date.parse((socket as TLSSocket).getPeerCertificate().valid_to);
        if (!Number.isNaN(ends)) certificateEndsAtMs = ends;
      }),
    );
    asking.on('error', (error) => {
      const isLate = error.name === 'AbortError' || error.name === 'TimeoutError';
      end(false, { error: isLate ? `no answer within ${this.timeoutMs / 1000} s` : error.message });
    });
    asking.end();
    return promise;
  }
}
