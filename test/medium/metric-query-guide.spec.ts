import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { VARIABLES } from '../../src/platform/config/table.js';
import type { Variable } from '../../src/platform/config/variables.js';
import { packageRoot } from '../../src/platform/version.js';
import { MemoryMetricStore } from '../support/memory-metric-store.js';
import { fillStore, noCycles, startMetricApi, T0 } from '../support/metric-api.js';
import { aContainer, aNode, aPod, aSample } from '../support/samples.js';

const GUIDE = readFileSync(join(packageRoot(), 'docs/queries.md'), 'utf8');
const PATH = /\$QM(\/api\/v1\/[\w/]+)"/;
const curls = [...GUIDE.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.split(/\n(?=curl )/))
  .filter((line) => line.startsWith('curl'));

const STOREFRONT = { node: 'node-2', namespace: 'shop', pod: 'storefront-1', workload: 'Deployment/storefront' };
/** Of the cluster of `npm run demo`, what the guide asks for by name. */
const DEMO = [
  aSample(aNode({ node: 'node-01' }), { 'cpu/usage_rate': 700, 'memory/working_set': 5 }),
  aSample(aPod(STOREFRONT), { 'cpu/usage_rate': 70 }),
  aSample(aContainer({ ...STOREFRONT, container: 'web' }), { 'cpu/usage_rate': 50 }),
  aSample(aPod({ node: 'node-2', namespace: 'data', pod: 'postgres-0', resource: 'Volume:data' }), {
    'filesystem/usage': 5,
  }),
];

/** A line of the guide as a request. */
function requestOf(line: string) {
  const [, url = ''] = PATH.exec(line) ?? [];
  const [, body] = / -d '(\{[\s\S]*\})'/.exec(line) ?? [];
  if (body !== undefined) {
    return { method: 'POST', url, payload: body, headers: { 'content-type': 'application/json' } } as const;
  }
  const fields = [...line.matchAll(/(?: -d |--data-urlencode )(?:'([^']*)'|(\S+))/g)].map(
    ([, quoted, plain = '']) => quoted ?? plain,
  );
  const query = Object.fromEntries(
    fields.map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]),
  );
  const [, accept] = /-H 'accept: ([^']+)'/.exec(line) ?? [];
  return { method: 'GET', url, query, headers: accept === undefined ? {} : { accept } } as const;
}

describe('the guide to queries', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    const { writer, reader } = new MemoryMetricStore();
    await fillStore(writer);
    await writer.append(T0, [{ scope: 'node-2', samples: DEMO }]);
    app = await startMetricApi(reader, noCycles);
  });
  afterAll(() => app.close());

  it('has examples', () => expect(curls.length).toBeGreaterThan(20));

  it.each(curls)('tells the truth: %s', async (line) => {
    const answer = await app.inject(requestOf(line));
    expect([answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([200, '']);
  });

  it('names every limit with its default and its variable', () => {
    const limits = Object.entries<Variable>(VARIABLES).filter(([name]) => /^(QUERY|EXPORT)_/.test(name));
    const rows = [...GUIDE.matchAll(/\|[^|]+\| `(\w+)`\s*\| `([A-Z_]+)`\s*\|/g)].map(([, value, name]) => [
      name,
      value,
    ]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(limits.map(([name, row]) => [name, row.default])));
  });
});
