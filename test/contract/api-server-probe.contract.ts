import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiServerProbe } from '../../src/stacks/control-plane/api-server-probe.port.js';
import type { ApiServerAddress } from '../../src/stacks/control-plane/core/control-plane-facts.js';

export interface ProbedApiServer {
  readonly probe: ApiServerProbe;
  /** Of a running API server. */
  readonly address: ApiServerAddress;
  /** Of a port at which nothing listens. */
  readonly nothing: ApiServerAddress;
  /** Of a port that takes connections and never says anything. */
  readonly silent: ApiServerAddress;
  stop(): Promise<void>;
}

/** What every `ApiServerProbe` does. */
export function describeApiServerProbe(name: string, start: () => Promise<ProbedApiServer>): void {
  describe(`an API server probe: ${name}`, () => {
    let probed: ProbedApiServer;
    beforeAll(async () => {
      probed = await start();
    }, 120_000);
    afterAll(async () => probed.stop(), 60_000);
    const look = (...addresses: ApiServerAddress[]) => probed.probe.probe(addresses, AbortSignal.timeout(60_000));

    it('tells that an API server is ready and when its certificate ends', async () => {
      const [seen] = await look(probed.address);
      expect(seen).toMatchObject({ ...probed.address, isReachable: true, isReady: true });
      expect(seen?.certificateEndsAtMs).toBeGreaterThan(Date.now());
    });

    it('tells of addresses that do not answer, in the order given', async () => {
      const seen = await look(probed.nothing, probed.address, probed.silent);
      expect(seen.map(({ isReachable }) => isReachable)).toEqual([false, true, false]);
      expect(seen[0]).toMatchObject({ ...probed.nothing, error: expect.stringContaining('ECONNREFUSED') });
      expect(seen[2]?.error).toMatch(/no answer within/);
    });

    it('asks nobody when there is no address', async () => {
      expect(await look()).toEqual([]);
    });

    it('stops with the reason of the signal', async () => {
      const reason = new Error('enough');
      await expect(probed.probe.probe([probed.silent], AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
