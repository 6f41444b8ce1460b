import { describe, expect, it } from '@jest/globals';
import { aNode, anImage, DAY, HOUR, NOW } from '../core/testdata/node-state.js';
import type { NodeLedger } from './image-ledger-records.port.js';
import { ImageLedger } from './image-ledger.service.js';

describe('the ledger of a node', () => {
  it('begins anew with a node that was made again under the same name: what was pulled beforehand is not long unused there', async () => {
    let kept: NodeLedger | undefined;
    let createdAtMs = NOW - 90 * DAY;
    const records = {
      update: async (_: string, __: number, change: (known: NodeLedger | undefined) => NodeLedger | undefined) => {
        kept = change(kept);
      },
    };
    const view = { podsOnNode: () => [], node: () => ({ createdAtMs }) };
    const ledger = new ImageLedger(records as never, view as never, {
      now: () => NOW,
    });
    const { inventory: body } = aNode({ images: [anImage('a:1')] });
    const takeIn = (receivedAtMs: number) =>
      ledger.takeIn({ node: 'node-1', task: 't', takenAtMs: receivedAtMs, receivedAtMs, body });
    await takeIn(NOW - 30 * DAY);
    expect((await takeIn(NOW - 2 * HOUR)).rows).toMatchObject([{ firstSeenAtMs: NOW - 30 * DAY }]);
    createdAtMs = NOW - HOUR;
    expect(await takeIn(NOW)).toMatchObject({ sinceMs: NOW, rows: [{ firstSeenAtMs: NOW }] });
    expect(kept?.sinceMs).toBe(NOW);
  });
});
