import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LiveFailureEvent, LiveNodeEvent } from '../../src/metrics/node/node-live.schema.js';
import { NodeLiveService } from '../../src/metrics/node/node-live.service.js';
import { EventReader, type ReadEvent } from '../support/event-reader.js';
import { eventually } from '../support/eventually.js';
import { NodeApp } from '../support/node-app.js';

let nodes: NodeApp;
let live: NodeLiveService;

beforeAll(async () => {
  nodes = await NodeApp.start({ LIVE_MAX_LISTENERS: '3' });
  await nodes.sync();
  live = nodes.app.get(NodeLiveService);
});
afterAll(() => nodes.close());

const listen = (node = 'node-1', query = '?interval=1s', headers = {}) =>
  EventReader.open(nodes.url(`${node}/live${query}`), headers);
const nobodyListens = () => eventually('nothing is polled', () => live.polling === 0);
const asked = (node = 'node-1') => nodes.cluster.simulation.summariesAsked(node);

describe('the live stream of a node', () => {
  it('asks the kubelet once for two who listen, and no more when both have left', async () => {
    const before = asked();
    {
      await using first = await listen();
      await using second = await listen('node-1', '?interval=1s');
      const ids: string[][] = [[], []];
      for (let event = 0; event < 3; event += 1) {
        ids[0]?.push((await first.next()).id);
        ids[1]?.push((await second.next()).id);
      }
      expect(live.polling).toBe(1);
      const all = new Set(ids.flat());
      expect(all.size).toBeLessThanOrEqual(4); // the second may have come after the first event
      expect(asked() - before).toBeLessThanOrEqual(all.size + 1);
    }
    await nobodyListens();
    const after = asked();
    await using other = await listen('node-2');
    for (let event = 0; event < 3; event += 1) await other.next();
    expect(asked()).toBe(after);
  });

  it('tells levels at once and rates against the poll before', async () => {
    await nobodyListens();
    await using listener = await listen();
    const first = await listener.nextOf('node');
    const began = LiveNodeEvent.strict().parse(first.data);
    expect(began.root.metrics).toMatchObject({ 'memory/working_set': expect.any(Number) });
    expect(began.root.metrics['cpu/usage_rate']).toBeUndefined();
    expect(began.root.resources).toContainEqual({ resource: '/', metrics: expect.any(Object) });
    nodes.nowMs += 15_000;
    const { data, id }: ReadEvent = await eventually('new figures', async () => {
      const event = await listener.nextOf('node');
      return LiveNodeEvent.parse(event.data).root.sampledAt === began.root.sampledAt ? undefined : event;
    });
    expect(Number(id)).toBeGreaterThan(Number(first.id));
    const figures = LiveNodeEvent.strict().parse(data);
    const pod = figures.pods.find(({ metrics }) => metrics['cpu/usage_rate'] !== undefined);
    const { sampledAt: to = '' } = pod ?? {};
    const from = began.pods.find(({ uid }) => uid === pod?.uid)?.sampledAt ?? '';
    const truth = nodes.cluster.simulation.truth.podCpuMillicores(
      pod?.namespace ?? '',
      pod?.name ?? '',
      Date.parse(from),
      Date.parse(to),
    );
    expect(pod?.metrics['cpu/usage_rate']).toBeCloseTo(truth, 1);
    const onHost = new Set(nodes.view.podsOnNode('node-1').flatMap((one) => (one.hostNetwork ? [one.name] : [])));
    const withTraffic = figures.pods.filter(({ metrics }) => metrics['network/rx_rate'] !== undefined);
    expect(withTraffic.length).toBeGreaterThan(0);
    expect(withTraffic.filter((one) => onHost.has(one.name))).toEqual([]); // what they have is the node's
    const again = LiveNodeEvent.parse((await listener.nextOf('node')).data);
    expect(again.root).toEqual(figures.root); // the same figures, and still their rate
  });

  it('ends when its caller may no longer call, and the kubelet is left alone', async () => {
    await using listener = await listen();
    await listener.nextOf('node');
    nodes.caller.revoke();
    await expect(listener.nextOf('failure')).rejects.toThrow('The stream is over');
    await nobodyListens();
  });

  it('says that the kubelet fails, and goes on when it is back', async () => {
    await using listener = await listen('node-2');
    await listener.nextOf('node');
    await nodes.cluster.simulation.faults.set('node-2', 'garbage');
    const failure = LiveFailureEvent.strict().parse((await listener.nextOf('failure')).data);
    expect(failure).toMatchObject({ node: 'node-2', reason: 'garbage', detail: expect.stringContaining('not JSON') });
    await nodes.cluster.simulation.faults.set('node-2', 'clock-skew');
    const skewed = await eventually('the clock is noticed', async () => {
      const { reason } = LiveFailureEvent.parse((await listener.nextOf('failure')).data);
      return reason !== 'garbage' && reason;
    });
    expect(skewed).toBe('clock-skew');
    await nodes.cluster.simulation.faults.clear('node-2');
    await listener.nextOf('node');
  });

  it('goes on after an event that the listener has seen, and tells a later one what was said last', async () => {
    await using first = await listen('node-1', '?interval=10s');
    const { id } = await first.next();
    await using second = await listen('node-1', '?interval=10s');
    expect((await second.next()).id).toBe(id);
    await using third = await listen('node-1', '?interval=1s', { 'last-event-id': id });
    expect(Number((await third.next()).id)).toBeGreaterThan(Number(id));
  });

  it('is refused above the limit, and open again when a listener has left', async () => {
    await nobodyListens();
    await using one = await listen();
    await using two = await listen('node-2');
    {
      await using three = await listen();
      await Promise.all([one.next(), two.next(), three.next()]);
      const refused = await fetch(nodes.url('node-1/live'));
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '15']);
      expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('LIVE_MAX_LISTENERS') });
    }
    await using again = await eventually('the place is free', () => listen().catch(() => undefined));
    await again.next();
  });

  it('takes no place for a HEAD', async () => {
    await nobodyListens();
    for (let call = 0; call < 5; call += 1)
      expect((await fetch(nodes.url('node-1/live'), { method: 'HEAD' })).status).toBe(200);
    await nobodyListens();
  });

  it.each(['999ms', '10001ms', 'often'])('refuses to tell every %s', async (interval) => {
    const answer = await fetch(nodes.url(`node-1/live?interval=${interval}`));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ pointer: 'interval' }] });
  });

  it('says that its node has gone', async () => {
    await using listener = await listen('node-2');
    await listener.nextOf('node');
    await nodes.cluster.simulation.changes.removeNode('node-2'); // and with it its kubelet
    const failure = await eventually('the node is gone', async () => {
      const { reason } = LiveFailureEvent.parse((await listener.nextOf('failure')).data);
      return reason === 'node-gone';
    });
    expect(failure).toBe(true);
  });
});
