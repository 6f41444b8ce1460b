import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sample } from '../../src/metrics/core/sample.js';
import type { MetricWriter, ScopeSamples } from '../../src/metrics/metric-store.port.js';
import type { CycleSamples } from '../../src/metrics/sinks/cycle-samples.port.js';
import { aCluster, aContainer, aFullSample, aNamespace, aNode, aPod, aSysContainer } from '../support/samples.js';
import { cpu, DAY, MINUTE, T0 } from './metric-store.fixture.js';

export interface CyclesUnderTest {
  readonly writer: Pick<MetricWriter, 'append'>;
  readonly cycles: CycleSamples;
  /** Brings days before this instant into their final form. */
  closeDays(beforeMs: number): Promise<unknown>;
  close(): Promise<void>;
}

/** What every adapter of `CycleSamples` promises. */
export function describeCycleSamples(
  name: string,
  start: () => Promise<{ fresh(): Promise<CyclesUnderTest>; stop(): Promise<void> }>,
): void {
  describe(`CycleSamples on ${name}`, () => {
    let engine: Awaited<ReturnType<typeof start>>;
    let at: CyclesUnderTest;
    beforeAll(async () => {
      engine = await start();
    });
    afterAll(() => engine.stop());
    beforeEach(async () => {
      at = await engine.fresh();
    });
    afterEach(() => at.close());

    /** By scope, the samples ordered by their text. */
    const read = async (cycleAtMs = T0) => {
      const batches: ScopeSamples[] = [];
      for await (const batch of at.cycles.read(cycleAtMs)) batches.push(...batch);
      return new Map(batches.map(({ scope, samples }) => [scope, sorted(samples)]));
    };
    const full = (node: string, first: number): Sample[] => [
      aFullSample(aNode({ node, labels: { zone: 'a' } }), first, T0 - 3000),
      aFullSample(aNode({ node, resource: '/' }), first + 0.5, T0 - 3000),
      aFullSample(aPod({ node, pod: `on-${node}`, workload: 'Job/x', labels: { app: 'web' } }), first + 1, T0 - 2000),
      aFullSample(
        aPod({ node, pod: `on-${node}`, resource: 'Volume:data', workload: 'Job/x', labels: { app: 'web' } }),
        first + 2,
      ),
      aFullSample(aContainer({ node, pod: `on-${node}` }), first + 3, T0 - 1000),
      aFullSample(aSysContainer({ node }), first + 4, T0 - 1000),
    ];

    describe.each([
      ['an open day', false],
      ['a closed day', true],
    ])('of %s', (_, isClosed) => {
      const settle = async () => {
        if (isClosed) await at.closeDays(T0 + 2 * DAY);
      };

      it('gives every scope as it was appended, each whole', async () => {
        const sums = [aFullSample(aCluster(), 1), aFullSample(aNamespace(), 2)];
        await at.writer.append(T0, [
          { scope: 'node-1', samples: full('node-1', 1) },
          { scope: 'node-2', samples: full('node-2', 100) },
        ]);
        await at.writer.append(T0, [{ scope: '', samples: sums }]);
        await settle();
        expect(await read()).toEqual(
          new Map([
            ['', sorted(sums)],
            ['node-1', sorted(full('node-1', 1))],
            ['node-2', sorted(full('node-2', 100))],
          ]),
        );
      });

      it('gives what was appended last, and other cycles not at all', async () => {
        await at.writer.append(T0, [{ scope: 'node-1', samples: [cpu(aPod(), 1), cpu(aPod({ pod: 'gone' }), 1)] }]);
        await at.writer.append(T0 + MINUTE, [{ scope: 'node-1', samples: [cpu(aPod(), 9)] }]);
        await settle();
        await at.writer.append(T0, [{ scope: 'node-1', samples: [cpu(aPod(), 2)] }]);
        await settle();
        expect(await read()).toEqual(new Map([['node-1', [cpu(aPod(), 2)]]]));
      });

      it('estimates what a cycle takes, in proportion to its values', async () => {
        await at.writer.append(T0, [{ scope: 'node-1', samples: full('node-1', 1) }]);
        await at.writer.append(
          T0 + MINUTE,
          [1, 2].map((node) => ({ scope: `node-${node}`, samples: full(`node-${node}`, 1) })),
        );
        await settle();
        const one = await at.cycles.estimateBytes(T0);
        expect(one).toBeGreaterThan(100);
        const two = await at.cycles.estimateBytes(T0 + MINUTE);
        expect(Math.abs(two - 2 * one)).toBeLessThan(one / 10);
        expect(await at.cycles.estimateBytes(T0 + 2 * MINUTE)).toBe(0);
      });
    });

    it('gives nothing of a cycle that is not there', async () => {
      expect(await read()).toEqual(new Map());
      await at.writer.append(T0, [{ scope: 'node-1', samples: [cpu(aPod(), 1)] }]);
      expect(await read(T0 + MINUTE)).toEqual(new Map());
      expect(await read(T0 + 9 * DAY)).toEqual(new Map());
    });

    it('keeps thousands of samples of one append apart, and nothing of them in the next one', async () => {
      const pod = (index: number) => aPod({ pod: `pod-${String(index)}`, podUid: `uid-${String(index)}` });
      const many = (first: number): Sample[] =>
        Array.from({ length: 2100 }, (_, index) =>
          index % 3 === 0 ? cpu(pod(index), first + index) : aFullSample(pod(index), first + index, T0 - index),
        );
      const few = [cpu(pod(1), 7)];
      await at.writer.append(T0, [{ scope: 'node-1', samples: many(1) }]);
      await at.writer.append(T0 + MINUTE, [{ scope: 'node-1', samples: few }]);
      expect(await read()).toEqual(new Map([['node-1', sorted(many(1))]]));
      expect(await read(T0 + MINUTE)).toEqual(new Map([['node-1', few]]));
    });

    it('gives workload and labels as they were, or as they are lately', async () => {
      await at.writer.append(T0, [{ scope: 'node-1', samples: [cpu(aPod({ labels: { app: 'a' } }), 1)] }]);
      await at.writer.append(T0 + MINUTE, [{ scope: 'node-1', samples: [cpu(aPod({ labels: { app: 'b' } }), 2)] }]);
      expect([{ app: 'a' }, { app: 'b' }]).toContainEqual((await read()).get('node-1')?.[0]?.object.labels);
      expect((await read(T0 + MINUTE)).get('node-1')?.[0]?.object.labels).toEqual({ app: 'b' });
    });

    it('holds nothing of the store while its caller takes its time', async () => {
      const scopes = Array.from({ length: 120 }, (_, index) => `node-${String(index)}`);
      await at.writer.append(
        T0,
        scopes.map((node) => ({ scope: node, samples: [cpu(aPod({ node, pod: node }), 1)] })),
      );
      let batches = 0;
      const seen: string[] = [];
      for await (const batch of at.cycles.read(T0)) {
        batches += 1;
        seen.push(...batch.map(({ scope }) => scope));
        await at.closeDays(T0 + 2 * DAY);
        await at.writer.append(T0 + 3 * DAY, [{ scope: 'node-1', samples: [cpu(aPod(), 1)] }]);
      }
      expect(batches).toBeGreaterThan(1);
      expect(seen.sort()).toEqual(scopes.sort());
    });

    it('rejects with the reason of its signal', async () => {
      const reason = new Error('enough');
      const reading = at.cycles.read(T0, AbortSignal.abort(reason))[Symbol.asyncIterator]();
      await expect(reading.next()).rejects.toBe(reason);
    });
  });
}

function sorted(samples: readonly Sample[]): Sample[] {
  const key = ({ object }: Sample): string =>
    `${object.type} ${object.namespace ?? ''} ${object.pod ?? ''} ${object.resource ?? ''}`;
  return samples.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
