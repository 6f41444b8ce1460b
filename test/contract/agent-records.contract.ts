import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentHello, AgentRecords } from '../../src/agents/agent-records.port.js';

const T0 = Date.UTC(2026, 0, 2);
const hello = (node: string, instance = 'i1'): AgentHello => ({
  node,
  instance,
  version: '0.1.0',
  runtime: { name: 'containerd', version: '2.1.4' },
  allows: ['inventory', 'gc'],
});

/** What every database promises of the agents. */
export function describeAgentRecords(
  engine: string,
  open: () => Promise<{ agents: AgentRecords; close: () => Promise<void> }>,
): void {
  describe(`agent records on ${engine}`, () => {
    let records: AgentRecords;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ agents: records, close } = await open());
    });
    afterAll(() => close());

    it('knows of a node the agent that said hello last', async () => {
      await records.hello(hello('n1'), T0);
      expect(await records.find(['n1', 'nowhere'])).toEqual([{ ...hello('n1'), helloAtMs: T0, lastSeenAtMs: T0 }]);
      await records.hello({ ...hello('n1'), runtimeAway: 'nothing listens' }, T0);
      expect(await records.find(['n1'])).toMatchObject([{ runtimeAway: 'nothing listens' }]);
      const other = { ...hello('n1', 'i2'), version: '0.2.0', allows: [] };
      await records.hello(other, T0 + 5);
      expect(await records.find(['n1'])).toEqual([{ ...other, helloAtMs: T0 + 5, lastSeenAtMs: T0 + 5 }]);
    });

    it('notes when agents were heard of, forward alone, and makes none', async () => {
      await records.hello(hello('n2'), T0);
      await records.seen(['n2', 'nobody'], T0 + 50);
      await records.seen(['n2'], T0 + 20);
      await records.seen([], T0 + 90);
      expect(await records.find(['n2', 'nobody'])).toMatchObject([
        { node: 'n2', helloAtMs: T0, lastSeenAtMs: T0 + 50 },
      ]);
    });

    it('lists by name, page after page, and counts those who were heard of', async () => {
      await records.hello(hello('b-node'), T0 + 1_000);
      await records.hello(hello('a-node'), T0 + 1_000);
      const names = (await records.list(100)).map(({ node }) => node);
      expect(names).toEqual([...names].sort());
      expect((await records.list(1, 'a-node')).map(({ node }) => node)).toEqual(['b-node']);
      expect(await records.count(T0 + 1_000)).toEqual({ known: names.length, seen: 2 });
    });

    it('forgets those who were not heard of for long', async () => {
      await records.hello(hello('old'), T0 - 1_000);
      expect(await records.trim(T0 - 1_000, 10)).toBe(0);
      expect(await records.trim(T0 - 999, 10)).toBe(1);
      expect(await records.find(['old'])).toEqual([]);
    });
  });
}
