import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { prepareDataDir } from '../support/prepared-records.js';
import { type Program, Quartermaster, startSimulator } from '../support/program.js';

describe('Quartermaster on all addresses, as in a pod', () => {
  const dir = mkdtempSync(join(tmpdir(), 'https-'));
  let simulator: Program;
  let quartermaster: Quartermaster;

  beforeAll(async () => {
    const started = await startSimulator(join(dir, 'cluster'), ['--nodes', '1', '--pods', '1']);
    simulator = started.program;
    quartermaster = await Quartermaster.start({
      KUBECONFIG: started.kubeconfig,
      DATA_DIR: await prepareDataDir(join(dir, 'data')),
      HOST: '0.0.0.0',
    });
  });
  afterAll(async () => {
    await quartermaster?.program.end();
    await simulator?.end();
    rmSync(dir, { recursive: true, force: true });
  });

  /** The status of a GET that trusts our own authority alone. */
  function get(path: string): Promise<number | undefined> {
    const ca = readFileSync(join(dir, 'data', 'tls', 'ca.crt'));
    return new Promise((resolve, reject) => {
      request(new URL(path, quartermaster.url), { ca }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });
  }

  it('serves HTTPS with a certificate of its own authority', async () => {
    expect(quartermaster.url).toMatch(/^https:/);
    expect(await get('/livez')).toBe(200);
    expect(await get('/api/v1/nodes')).toBe(401);
  });

  it('does not answer plain HTTP there', async () => {
    await expect(fetch(`${quartermaster.url.replace('https', 'http')}/livez`)).rejects.toThrow('fetch failed');
  });
});
