import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpKubeletSource, type HttpKubeletOptions } from '../../src/adapters/kubelet/kubelet-source.http.js';
import { ProxyKubeletSource } from '../../src/adapters/kubelet/kubelet-source.proxy.js';
import type { KubernetesApi } from '../../src/adapters/kubernetes/kubernetes-api.js';
import type { KubeletSource, NodeTarget } from '../../src/metrics/collect/kubelet.port.js';
import { decodeSummary } from '../../src/metrics/core/decode-summary.js';
import { SimulationFixture } from '../../sim/simulation.fixture.js';
import { apiOf } from '../support/cluster-client.js';
import { TestAuthority } from '../support/test-authority.js';

const NODE = 'node-1';
/** For answers that are to come; no machine is so slow. */
const PATIENT_MS = 600_000;
let cluster: SimulationFixture;
let direct: HttpKubeletSource;
let api: KubernetesApi;

const target = (name = NODE): NodeTarget => {
  const port = cluster.simulation.truth.nodes().find((node) => node.name === name)?.port ?? 0;
  return { name, address: '127.0.0.1', port };
};

const answer = (json: Buffer, receivedAtMs: number) => ({ text: json.toString(), receivedAtMs });
const text = (json: Buffer): string => json.toString();

function source(
  rest: Partial<HttpKubeletOptions> = {},
  token = cluster.simulation.tokens.collector,
): HttpKubeletSource {
  const credentials = { authorization: `Bearer ${token}`, ca: cluster.simulation.ca };
  const limits = { insecureTls: false, keptConnections: 0, timeoutMs: PATIENT_MS, maxBodyBytes: 32 * 1024 ** 2 };
  return new HttpKubeletSource({ credentials: () => Promise.resolve(credentials), ...limits, ...rest });
}

const failure = (from: KubeletSource, node?: string): Promise<unknown> =>
  from.fetchSummary(target(node), answer).then(
    () => undefined,
    (error: unknown) => error,
  );

beforeAll(async () => {
  cluster = await SimulationFixture.start({ nodes: 2, podsPerNode: 5 });
  direct = source();
  api = apiOf(cluster.simulation.kubeconfigPath);
});
afterAll(async () => {
  direct.close();
  await api.close();
  await cluster.close();
});
afterEach(() => cluster.simulation.faults.clear(NODE));

describe('a kubelet at its own address', () => {
  it('gives its summary with the time of its arrival', async () => {
    const beganAtMs = Date.now();
    const { text: json, receivedAtMs } = await direct.fetchSummary(target(), answer);
    expect(decodeSummary(Buffer.from(json), NODE).pods.length).toBeGreaterThanOrEqual(5);
    expect(receivedAtMs).toBeGreaterThanOrEqual(beganAtMs);
  });

  it.each([
    ['down', 'connection-refused', /Nothing listens/],
    ['truncated', 'connection-lost', /broke before the answer was whole/],
    ['wrong-certificate', 'certificate', /serverTLSBootstrap.*KUBELET_CA_FILE.*KUBELET_INSECURE_TLS=true/s],
    ['http-500', 'http-500', /status 500/],
    ['unauthorized', 'unauthorized', /does not accept our credentials/],
  ] as const)('that is broken by %s fails with the reason %s', async (fault, reason, message) => {
    await cluster.simulation.faults.set(NODE, fault);
    expect(await failure(direct)).toMatchObject({
      name: 'NodeFailure',
      reason,
      message: expect.stringMatching(message),
    });
    await cluster.simulation.faults.clear(NODE);
    expect((await direct.fetchSummary(target(), text)).length).toBeGreaterThan(1000);
  });

  it.each(['hang', 'drip'] as const)('that does %s is given up at the deadline', async (fault) => {
    await cluster.simulation.faults.set(NODE, fault);
    expect(await failure(source({ timeoutMs: 500 }))).toMatchObject({
      reason: 'timeout',
      message: expect.stringContaining('within 0.5 s'),
    });
  });

  it.each([
    ['of a told length', undefined, 1000],
    ['of a length that it does not tell', 'huge', 8 * 1024 ** 2],
  ] as const)('is not read beyond the limit of a body %s', async (_, fault, maxBodyBytes) => {
    if (fault) await cluster.simulation.faults.set(NODE, fault);
    expect(await failure(source({ maxBodyBytes }))).toMatchObject({ reason: 'body-too-large' });
  });

  it('that refuses names the right which is missing', async () => {
    expect(await failure(source({}, cluster.simulation.tokens.nobody))).toMatchObject({
      reason: 'forbidden',
      message: expect.stringContaining('nodes/stats'),
    });
  });

  it('whose certificate nobody trusts is read when that is asked for', async () => {
    await cluster.simulation.faults.set(NODE, 'wrong-certificate');
    const trusting = source({ insecureTls: true });
    expect((await trusting.fetchSummary(target(), text)).length).toBeGreaterThan(1000);
  });

  it('whose authority changes is trusted by the new one from then on', async () => {
    let { ca } = await TestAuthority.create('another');
    const { collector } = cluster.simulation.tokens;
    const changing = source({ credentials: () => Promise.resolve({ authorization: `Bearer ${collector}`, ca }) });
    expect(await failure(changing)).toMatchObject({ reason: 'certificate' });
    ca = cluster.simulation.ca;
    expect(await failure(changing)).toBeUndefined();
  });

  it('that has no address is told so', async () => {
    await expect(direct.fetchSummary({ name: NODE, port: 10_250 }, answer)).rejects.toMatchObject({
      reason: 'no-address',
    });
  });

  it('that cannot be found is unreachable', async () => {
    const nowhere = { name: NODE, address: 'no-such-host.invalid', port: 1 };
    await expect(direct.fetchSummary(nowhere, answer)).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('is left at once when the signal is aborted', async () => {
    await cluster.simulation.faults.set(NODE, 'hang');
    const stop = new AbortController();
    const asked = direct.fetchSummary(target(), answer, stop.signal);
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    await expect(direct.fetchSummary(target(), answer, stop.signal)).rejects.toThrow('enough');
  });
});

/** What a kubelet streams; or why it does not. */
async function streamed(from: KubeletSource, take: (chunk: Buffer) => void = () => undefined): Promise<unknown> {
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer): void => {
    take(chunk);
    chunks.push(Buffer.from(chunk));
  };
  try {
    await from.stream(target(), '/metrics/cadvisor', keep);
    return Buffer.concat(chunks).toString();
  } catch (error) {
    return error;
  }
}

describe('the text of a kubelet', () => {
  it('comes whole, in chunks, at its own address and in one through the node proxy', async () => {
    const { body } = await cluster.ask(`${cluster.kubeletUrl(NODE)}/metrics/cadvisor`);
    const names = (text: unknown) => [...String(text).matchAll(/^# TYPE .*$/gm)].map(String);
    const proxied = new ProxyKubeletSource(api, { timeoutMs: PATIENT_MS, maxBodyBytes: 1e8 });
    for (const from of [direct, proxied]) expect(names(await streamed(from))).toEqual(names(body));
    expect(names(body).length).toBeGreaterThan(4);
  });

  it.each([
    ['down', 'connection-refused'],
    ['truncated', 'connection-lost'],
    ['http-500', 'http-500'],
    ['huge', 'body-too-large'],
    ['hang', 'timeout'],
    ['drip', 'timeout'],
  ] as const)('of one that is broken by %s fails with the reason %s', async (fault, reason) => {
    await cluster.simulation.faults.set(NODE, fault);
    const timeoutMs = reason === 'timeout' ? 500 : PATIENT_MS;
    expect(await streamed(source({ timeoutMs }))).toMatchObject({ name: 'NodeFailure', reason });
  });

  it('names the right which is missing', async () => {
    expect(await streamed(source({}, cluster.simulation.tokens.nobody))).toMatchObject({
      reason: 'forbidden',
      message: expect.stringContaining('nodes/metrics'),
    });
  });

  it('ends with what its reader throws', async () => {
    const fail = (): void => {
      throw new Error('no exposition');
    };
    expect(await streamed(direct, fail)).toMatchObject({ message: 'no exposition' });
  });
});

describe('a kubelet through the node proxy', () => {
  const proxied = (timeoutMs = PATIENT_MS, maxBodyBytes = 32 * 1024 ** 2) =>
    new ProxyKubeletSource(api, { timeoutMs, maxBodyBytes });

  it('gives the same summary', async () => {
    const { text } = await proxied().fetchSummary(target(), answer);
    expect(decodeSummary(Buffer.from(text), NODE).name).toBe(NODE);
  });

  it('that refuses names the right which is missing', async () => {
    const file = cluster.simulation.writeKubeconfig(cluster.simulation.tokens.nobody, 'nobody');
    const nobody = apiOf(file);
    const refused = new ProxyKubeletSource(nobody, { timeoutMs: PATIENT_MS, maxBodyBytes: 1e6 });
    expect(await failure(refused)).toMatchObject({
      reason: 'forbidden',
      message: expect.stringContaining('nodes/proxy'),
    });
    await nobody.close();
  });

  it('that hangs is given up at the deadline', async () => {
    await cluster.simulation.faults.set(NODE, 'hang');
    expect(await failure(proxied(500))).toMatchObject({ reason: 'timeout' });
  });

  it('is not read beyond the limit of a body', async () => {
    expect(await failure(proxied(PATIENT_MS, 1000))).toMatchObject({ reason: 'body-too-large' });
  });

  it('that is not there has the status of the API server', async () => {
    const gone = { name: 'gone', address: '127.0.0.1', port: 1 };
    await expect(proxied().fetchSummary(gone, answer)).rejects.toMatchObject({ reason: 'http-404' });
  });
});
