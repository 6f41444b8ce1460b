import { describe, expect, it } from '@jest/globals';
import { anEvent, EVENTS_AT_MS as T0 } from '../../events/core/testdata/an-event.js';
import { eventLine } from './event-lines.js';

const event = anEvent('u1', { node: 'node-1', reason: 'BackOff', type: 'Warning', note: 'Back-off', count: 3 });

describe("an event in Eventer's layouts", () => {
  it('is a message with tags when fields are asked for', () => {
    expect(eventLine(event, { clusterName: 'default', withFields: true })).toBe(
      `events,cluster_name=default,component=kubelet,hostname=node-1,kind=Pod,namespace_name=shop,object_name=web-1,pod_id=pod-1,reason=BackOff,type=Warning,uid=u1 message="Back-off" ${String(T0)}`,
    );
  });

  it('is otherwise the whole core/v1 Event as text', () => {
    const line = eventLine(event, { clusterName: 'default', withFields: false });
    const [, tags, text, atMs] = /^log\/events,(\S+) value="(.*)" (\d+)$/s.exec(line) ?? [];
    expect([tags, atMs]).toEqual([
      'cluster_name=default,hostname=node-1,pod_id=pod-1,pod_name=web-1,uid=u1',
      String(T0),
    ]);
    expect(JSON.parse((text ?? '').replaceAll('\\"', '"'))).toMatchObject({
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web-1', uid: 'pod-1' },
      reason: 'BackOff',
      message: 'Back-off',
      source: { component: 'kubelet', host: 'node-1' },
      lastTimestamp: '2026-01-02T14:00:00Z',
      count: 3,
      type: 'Warning',
    });
  });
});
