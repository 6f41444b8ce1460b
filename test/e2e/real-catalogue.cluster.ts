import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../src/platform/version.js';
import { cyclesSince, instant } from '../support/metric-answers.js';
import { eventually } from '../support/eventually.js';
import { Quartermaster } from '../support/program.js';
import { keyOf, rawSummaryValues } from '../support/raw-summary-values.js';
import { RealCluster } from '../support/real-cluster.js';

const NODES = ['node-1', 'node-2'];
const cluster = RealCluster.open();
const folder = mkdtempSync(join(tmpdir(), 'quartermaster-catalogue-'));
const open = new AsyncDisposableStack();
let program: Quartermaster;
/** By metric, type and object: every value that the kubelets told meanwhile, and in how many answers. */
const told = new Map<string, Map<string, { readonly values: Set<number>; times: number }>>();
let answers = 0;

/** Notes what both kubelets say at this moment. */
async function listen(): Promise<void> {
  answers += 1;
  for (const node of NODES) {
    for (const { metric, type, key, value } of rawSummaryValues(await cluster.summary(node))) {
      const objects = told.get(`${type} ${metric}`) ?? new Map<string, { values: Set<number>; times: number }>();
      const one = objects.get(key) ?? { values: new Set<number>(), times: 0 };
      one.values.add(value);
      one.times += 1;
      objects.set(key, one);
      told.set(`${type} ${metric}`, objects);
    }
  }
}

/** What is answered now of every object that each kubelet's answer had, beside what they told of it. */
async function compare() {
  const at = new Date().toISOString();
  const found: { subject: string; key: string; value: number | undefined; values: ReadonlySet<number> }[] = [];
  for (const [subject, objects] of told) {
    const [type = '', metric = ''] = subject.split(' ');
    const { items } = await instant(program, `object=${type}&metric=${metric}&at=${at}&lookback=1m`);
    const answered = new Map(
      items.map(({ object, value }) => [keyOf(object.node, object.pod, object.container, object.resource), value]),
    );
    for (const [key, { values, times }] of objects) {
      if (times < answers) continue; // it came or went meanwhile
      found.push({ subject, key, value: answered.get(key), values });
    }
  }
  return found;
}

beforeAll(async () => {
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  await cluster.apply(join(packageRoot(), 'deploy', 'rbac.yaml'));
  await cluster.applyWorkload();
  const kubeconfig = join(folder, 'kubeconfig');
  await cluster.kubeconfigFor('quartermaster', 'quartermaster', kubeconfig);
  const env = { KUBECONFIG: kubeconfig, DATA_DIR: join(folder, 'data'), METRIC_RESOLUTION: '15s' };
  const startedAtMs = Date.now();
  program = open.use(await Quartermaster.start(env));
  const cycles = cyclesSince(program, startedAtMs, 2);
  let isDone = false;
  void cycles.finally(() => (isDone = true));
  await eventually('two cycles, with what kubelets say meanwhile', async () => {
    await listen();
    return isDone;
  });
  await cycles;
  await listen();
});

afterAll(() => open.disposeAsync());

describe('every metric that real kubelets report', () => {
  it('is there for every object that lives all the while, with a value that its kubelet told', async () => {
    const right = new Set<string>();
    let wrong: string[] = [];
    let [compared, exact] = [0, 0];
    // What moves up and down may be asked for at its height, between two answers that we heard: the next cycle decides.
    await eventually('a value that its kubelet told, of every object', async () => {
      await listen();
      wrong = [];
      for (const { subject, key, value, values } of await compare()) {
        compared += 1;
        if (value !== undefined && values.has(value)) exact += 1;
        // a container is looked at for each answer anew: what moves all the time lies between two answers
        if (value !== undefined && value >= Math.min(...values) && value <= Math.max(...values))
          right.add(`${subject} of ${key}`);
        if (!right.has(`${subject} of ${key}`))
          wrong.push(`${subject} of ${key}: ${value} is not among ${[...values].join(', ')}`);
      }
      return wrong.length === 0;
    }).catch((error: unknown) => {
      throw new Error(wrong.join('\n'), { cause: error });
    });
    expect(told.size).toBeGreaterThan(60);
    expect(right.size).toBeGreaterThan(300);
    expect(exact / compared).toBeGreaterThan(0.9);
  });

  it.each([
    [`/api/v1/nodes/node-1/machine`, { node: 'node-1' }],
    [`/api/v1/nodes/node-1/containers`, { node: 'node-1' }],
  ])('is joined by what %s tells', async (path, body) => {
    expect(await program.get(path)).toMatchObject(body);
  });
});
