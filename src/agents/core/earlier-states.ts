import type { ItemReport, RemovalOrder } from './task.js';

/**
 * What the attempts before told of items, the last word of each: `removing` where an attempt had begun and did not come to tell the end.
 *
 * `notReached` is left out: such an item is as open as one that was never spoken of.
 *
 * @param reports in the order in which they were told
 */
export function earlierStates(reports: readonly Pick<ItemReport, 'key' | 'state'>[]): RemovalOrder['earlier'] {
  const last = new Map(reports.map(({ key, state }) => [key, state]));
  return [...last].filter(([, state]) => state !== 'notReached').map(([key, state]) => ({ key, state }));
}
