import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '@hey-api/openapi-ts';
import { packageRoot } from '../../src/platform/version.js';
import { prepareDataDir } from '../support/prepared-records.js';
import { Program, Quartermaster, startSimulator } from '../support/program.js';

const USE = `
import { listNodes } from './client/sdk.gen.js';
import { client } from './client/client.gen.js';

const [url = '', token = ''] = process.argv.slice(2);
client.setConfig({ baseUrl: url, auth: () => token });
const { data, error } = await listNodes({ query: { limit: 5 } });
if (!data) throw new Error(JSON.stringify(error));
const names: string[] = data.items.map((node) => node.name);
console.log(JSON.stringify(names));
`;
const TSCONFIG = {
  compilerOptions: { strict: true, module: 'esnext', moduleResolution: 'bundler', target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], types: ['node'], skipLibCheck: true, outDir: 'out' },
  include: ['*.ts', 'client'],
}; // prettier-ignore

describe('a client generated from the OpenAPI document', () => {
  const dir = mkdtempSync(join(tmpdir(), 'client-'));
  let simulator: Program;
  let quartermaster: Quartermaster;

  beforeAll(async () => {
    const started = await startSimulator(join(dir, 'cluster'), ['--nodes', '3', '--pods', '3']);
    simulator = started.program;
    quartermaster = await Quartermaster.start({
      KUBECONFIG: started.kubeconfig,
      DATA_DIR: await prepareDataDir(join(dir, 'data')),
    });
  }, 90_000);
  afterAll(async () => {
    await quartermaster?.program.end();
    await simulator?.end();
    rmSync(dir, { recursive: true, force: true });
  });

  it('compiles and lists nodes', async () => {
    writeFileSync(join(dir, 'openapi.json'), JSON.stringify(await quartermaster.get('/openapi.json')));
    writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    writeFileSync(join(dir, 'use.ts'), USE);
    symlinkSync(join(packageRoot(), 'node_modules'), join(dir, 'node_modules'));
    await createClient({ input: join(dir, 'openapi.json'), output: join(dir, 'client'), logs: { level: 'silent' } });
    const tool = (name: string): string => join(packageRoot(), 'node_modules', '.bin', name);
    execFileSync(tool('tsc'), ['-p', dir], { stdio: 'pipe' });
    const printed = execFileSync(process.execPath, [
      '--experimental-specifier-resolution=node',
      join(dir, 'out', 'use.js'),
      quartermaster.url,
      quartermaster.token,
    ]);
    expect(JSON.parse(printed.toString())).toEqual(['node-1', 'node-2', 'node-3']);
  }, 120_000);
});
