import { describe, expect, it } from '@jest/globals';
import { anEvent } from '../../events/core/testdata/an-event.js';
import { eventDocument } from './event-document.js';

describe("an event in Eventer's documents", () => {
  it('has the parts of the core/v1 Event under their names, and tags', () => {
    const event = anEvent('u1', { node: 'node-1', reason: 'BackOff', type: 'Warning', note: 'Back-off', count: 3 });
    expect(eventDocument(event, 'default')).toEqual({
      id: `u1-${event.lastAtMs}`,
      day: '2026.01.02',
      source: {
        Metadata: expect.objectContaining({ namespace: 'shop', name: 'web-1.u1', uid: 'u1' }),
        InvolvedObject: expect.objectContaining({ kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'pod-1' }),
        Source: { component: 'kubelet', host: 'node-1' },
        FirstOccurrenceTimestamp: '2026-01-02T14:00:00Z',
        LastOccurrenceTimestamp: '2026-01-02T14:00:00Z',
        Message: 'Back-off',
        Reason: 'BackOff',
        Type: 'Warning',
        Count: 3,
        EventTags: { eventID: 'u1', cluster_name: 'default', pod_id: 'pod-1', pod_name: 'web-1', hostname: 'node-1' },
      },
    });
  });

  it('has the node that it is about as its host, and no pod', () => {
    const event = anEvent('u2', { regarding: { kind: 'Node', name: 'node-2' } });
    const { source } = eventDocument(event, 'default');
    expect(source).toMatchObject({ EventTags: { eventID: 'u2', cluster_name: 'default', hostname: 'node-2' } });
    expect(source).not.toHaveProperty('EventTags.pod_name');
  });
});
