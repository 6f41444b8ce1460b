import { describe, expect, it } from '@jest/globals';
import { NOTE_CHARACTERS } from './kubernetes-event.js';
import { readEvent } from './read-event.js';

const at = (time: string) => Date.parse(`2026-01-02T${time}Z`);
const metadata = { uid: 'u1', namespace: 'shop', name: 'web-1.17', resourceVersion: '7' };
const regarding = { kind: 'Pod', apiVersion: 'v1', namespace: 'shop', name: 'web-1', uid: 'p1', fieldPath: 'spec' };

/** As an API server 1.34 serves what a kubelet has written in core/v1. */
const fromKubelet = {
  metadata: { ...metadata, creationTimestamp: '2026-01-02T14:00:00Z' },
  type: 'Warning',
  reason: 'BackOff',
  note: 'Back-off restarting failed container',
  regarding,
  reportingController: 'kubelet',
  reportingInstance: 'node-1',
  eventTime: null,
  deprecatedCount: 12,
  deprecatedFirstTimestamp: '2026-01-02T14:00:00Z',
  deprecatedLastTimestamp: '2026-01-02T14:05:00Z',
  deprecatedSource: { component: 'kubelet', host: 'node-1' },
};

describe('reading an Event of events.k8s.io/v1', () => {
  it('reads one that was written in core/v1', () => {
    expect(readEvent(fromKubelet)).toEqual({
      uid: 'u1',
      namespace: 'shop',
      name: 'web-1.17',
      resourceVersion: '7',
      type: 'Warning',
      reason: 'BackOff',
      note: 'Back-off restarting failed container',
      regarding,
      reportingController: 'kubelet',
      reportingInstance: 'node-1',
      firstAtMs: at('14:00:00'),
      lastAtMs: at('14:05:00'),
      count: 12,
      isSeries: false,
      node: 'node-1',
    });
  });

  it('reads a series with microseconds', () => {
    const series = { count: 4, lastObservedTime: '2026-01-02T14:06:00.123456Z' };
    const event = { metadata, regarding, action: 'Binding', eventTime: '2026-01-02T14:01:00.000001Z', series };
    expect(readEvent(event)).toMatchObject({
      firstAtMs: at('14:01:00'),
      lastAtMs: at('14:06:00.123'),
      count: 4,
      isSeries: true,
      action: 'Binding',
    });
  });

  it.each([
    ['a Node is the node of its events', { ...fromKubelet, regarding: { kind: 'Node', name: 'n9' } }, { node: 'n9' }],
    [
      'an object of the cluster has no namespace',
      { ...fromKubelet, regarding: { kind: 'Node', name: 'n9' } },
      { namespace: 'shop', regarding: { kind: 'Node', name: 'n9' } },
    ],
    [
      'without any other time it is that of its creation',
      { metadata: fromKubelet.metadata, regarding },
      { lastAtMs: at('14:00:00'), count: 1 },
    ],
    [
      'the component is who reports where nobody else is named',
      { ...fromKubelet, reportingController: '' },
      { reportingController: 'kubelet' },
    ],
    ['a NUL is shown', { ...fromKubelet, note: 'a\0b' }, { note: 'a\\x00b' }],
    ['nonsense for a count is one', { ...fromKubelet, deprecatedCount: -3, series: { count: 1.5 } }, { count: 1 }],
    [
      'a count beyond what is kept is the most that is',
      { ...fromKubelet, deprecatedCount: 2 ** 40 },
      { count: 2 ** 31 - 1 },
    ],
  ])('%s', (_, raw, expected) => {
    expect(readEvent(raw)).toMatchObject(expected);
  });

  it('cuts a note that is too long and shows that', () => {
    const { note = '' } = readEvent({ ...fromKubelet, note: 'x'.repeat(100_000) }) ?? {};
    expect([note.length, note.at(-1)]).toEqual([NOTE_CHARACTERS, '…']);
    const halved = readEvent({ ...fromKubelet, note: '😀'.repeat(NOTE_CHARACTERS) });
    expect(halved?.note.isWellFormed()).toBe(true);
  });

  it.each([[undefined], [{}], [{ metadata: { ...metadata, uid: '' } }], [{ metadata, regarding }]])(
    'leaves out what is none: %j',
    (raw) => {
      expect(readEvent(raw)).toBeUndefined();
    },
  );
});
