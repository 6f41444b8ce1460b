import { describe, expect, it } from '@jest/globals';
import { KubernetesClusterObjects } from './cluster-objects.kubernetes.js';
import type { CallOptions } from './kubernetes-api.js';
import { KubernetesApiError, KubernetesUnreachableError } from './kubernetes-api-error.js';

const CONFIG_MAPS = { apiVersion: 'v1', kind: 'ConfigMap' };
const KINDS = { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] };

/** Answers GETs from a function, and keeps their paths. */
class Answers {
  readonly paths: string[] = [];
  nowMs = 0;
  readonly objects: KubernetesClusterObjects;

  constructor(answer: (path: string, options: CallOptions) => unknown) {
    const get = async (path: string, options: CallOptions = {}): Promise<unknown> => {
      this.paths.push(path);
      return answer(path, options);
    };
    const never = async (): Promise<never> => Promise.reject(new Error('no such call is expected'));
    const api = {
      getJson: get,
      getBytes: get as () => Promise<Buffer>,
      postJson: never,
      applyJson: never,
      deleteJson: never,
    };
    this.objects = new KubernetesClusterObjects(api, () => this.nowMs);
  }
}

const items = (from: number, count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({
    metadata: { namespace: 'n', name: String(from + index).padStart(6, '0') },
  }));
const expired = (): KubernetesApiError => KubernetesApiError.from('GET', 410, JSON.stringify({ reason: 'Expired' }));

/** A list of so many objects in pages, as the API server gives it. */
function pagesOf(total: number): (path: string, options: CallOptions) => unknown {
  return (path, { query = {} }) => {
    if (path === '/api/v1') return KINDS;
    const from = Number(query['continue'] ?? 0);
    const next = from + Number(query['limit']);
    return {
      metadata: next < total ? { continue: String(next) } : {},
      items: items(from, Math.min(next, total) - from),
    };
  };
}

describe('lists of objects over the Kubernetes API', () => {
  it('come in pages', async () => {
    const { objects, paths } = new Answers(pagesOf(1200));
    const found = await objects.list(CONFIG_MAPS);
    expect(new Set(found.map(({ metadata }) => metadata.name)).size).toBe(1200);
    expect(found[0]).toMatchObject({ ...CONFIG_MAPS, metadata: { name: '000000' } });
    expect(paths).toEqual(['/api/v1', '/api/v1/configmaps', '/api/v1/configmaps', '/api/v1/configmaps']);
  });

  it('hold 10,000 objects and no more', async () => {
    expect(await new Answers(pagesOf(10_000)).objects.list(CONFIG_MAPS)).toHaveLength(10_000);
    const more = new Answers(pagesOf(10_001)).objects.list(CONFIG_MAPS);
    await expect(more).rejects.toMatchObject({ name: 'ObjectRefusedError', reason: 'too-many' });
  });

  it('begin anew when a page came too late, three times at most', async () => {
    let failures = 2;
    const page = pagesOf(600);
    const answer = (path: string, options: CallOptions): unknown => {
      if (options.query?.['continue'] !== undefined && failures-- > 0) throw expired();
      return page(path, options);
    };
    expect(await new Answers(answer).objects.list(CONFIG_MAPS)).toHaveLength(600);
    failures = 3;
    await expect(new Answers(answer).objects.list(CONFIG_MAPS)).rejects.toMatchObject({ status: 410 });
  });
});

describe('kinds over the Kubernetes API', () => {
  it('are kept for a minute, but what is unknown is asked again', async () => {
    let kinds: object = { resources: [] };
    const answers = new Answers(() => kinds);
    const find = async (): Promise<string | undefined> => (await answers.objects.kindOf('v1', 'ConfigMap'))?.plural;
    expect(await find()).toBeUndefined();
    kinds = KINDS;
    expect(await find()).toBe('configmaps');
    answers.nowMs += 59_999;
    expect(await find()).toBe('configmaps');
    expect(answers.paths).toHaveLength(2);
    answers.nowMs += 1;
    expect(await find()).toBe('configmaps');
    expect(answers.paths).toHaveLength(3);
  });

  it('are asked for once by who asks at the same time', async () => {
    const answers = new Answers(() => KINDS);
    const asked = Array.from({ length: 20 }, async () => answers.objects.kindOf('v1', 'ConfigMap'));
    expect((await Promise.all(asked)).every((kind) => kind?.plural === 'configmaps')).toBe(true);
    expect(answers.paths).toHaveLength(1);
  });

  it('are asked for again after a failure', async () => {
    let isAway = true;
    const answers = new Answers(() => {
      if (isAway) throw new KubernetesUnreachableError('ECONNREFUSED', 'away');
      return KINDS;
    });
    await expect(answers.objects.kindOf('v1', 'ConfigMap')).rejects.toMatchObject({ name: 'ClusterUnreachableError' });
    isAway = false;
    expect((await answers.objects.kindOf('v1', 'ConfigMap'))?.plural).toBe('configmaps');
  });
});

describe('what a Service answers through the proxy', () => {
  const failing = (status: number, body: object | string): (() => never) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return () => {
      throw KubernetesApiError.from('GET', status, text);
    };
  };

  it.each([
    ['its own 200', () => Buffer.from('ok'), 200],
    ['its own 404', failing(404, 'not here'), 404],
    ['a redirect', failing(302, ''), 302],
    ['its own 401', failing(401, '{"error":{}}'), 401],
    ['no endpoints', failing(503, { reason: 'ServiceUnavailable', message: 'no endpoints available' }), undefined],
    ['its own 503', failing(503, 'starting'), 503],
    ['no such Service', failing(404, { reason: 'NotFound', details: { kind: 'services' } }), undefined],
    [
      'nothing within the time',
      () => {
        throw new KubernetesUnreachableError('TIMEOUT', 'late');
      },
      undefined,
    ],
  ] as const)('%s', async (_what, answer, status) => {
    expect(await new Answers(answer).objects.statusOf('n', 's', 80, 'healthz')).toBe(status);
  });

  it('is refused to who has no right to ask', async () => {
    const message = 'services "s" is forbidden: User "u" cannot get resource "services/proxy" in API group ""';
    const { objects } = new Answers(failing(403, { reason: 'Forbidden', message }));
    await expect(objects.statusOf('n', 's', 80, '/')).rejects.toMatchObject({ reason: 'forbidden' });
  });

  it('is asked for by HTTPS where that stands before its name', async () => {
    const { objects, paths } = new Answers(() => Buffer.from('ok'));
    await objects.statusOf('n', 'https:s', 'https', '/a');
    await objects.statusOf('n', 's', 9200, 'b');
    expect(paths.map((path) => decodeURIComponent(path))).toEqual([
      '/api/v1/namespaces/n/services/https:s:https/proxy/a',
      '/api/v1/namespaces/n/services/s:9200/proxy/b',
    ]);
  });
});
