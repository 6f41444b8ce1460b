import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { unpackLines } from '../../src/logs/core/pack/unpack-lines.js';
import { LogStoreBusyError } from '../../src/logs/store/log-store.port.js';
import { packageRoot } from '../../src/platform/version.js';
import { eventually } from '../support/eventually.js';
import { bootIngestApp, type IngestApp } from '../support/ingest-app.js';
import { RsyslogServer } from '../support/rsyslog-server.js';

const LINES = 100_000;

describe('rsyslog with omelasticsearch', () => {
  let ingest: IngestApp;
  let port: number;

  beforeAll(async () => {
    ingest = await bootIngestApp({});
    await ingest.farm.app.listen(0, '127.0.0.1');
    ({ port } = ingest.farm.app.getHttpServer().address() as AddressInfo);
  });
  afterAll(() => ingest.farm.close());
  beforeEach(() => ingest.store.reset());

  /** The configuration that the documentation gives, with a file for input. */
  const start = (lines: readonly string[]): Promise<RsyslogServer> =>
    RsyslogServer.start(async (folder) => {
      const input = join(folder, 'input.log');
      await writeFile(input, `${lines.join('\n')}\n`);
      const documented = documentedConfiguration()
        .replace('quartermaster.example', '127.0.0.1')
        .replace('"8484"', `"${port}"`)
        .replace('usehttps="on"', 'usehttps="off"')
        .replace('qm_…', ingest.token)
        .replace('/var/spool/rsyslog/', `${folder}/`);
      const source = `module(load="imfile")\ninput(type="imfile" File="${input}" Tag="counter:" ruleset="quartermaster")\n`;
      return `global(workDirectory="${folder}")\n${documented}\n${source}`;
    });

  it('delivers 100,000 lines, each once', async () => {
    const lines = Array.from({ length: LINES }, (_, at) => `line ${at} level=info`);
    await using rsyslog = await start(lines);
    await eventually('all lines are there', async () => ingest.store.records.length >= LINES);
    expect(ingest.store.records.map(({ message }) => message.trim()).sort()).toEqual(lines.sort());
    expect(ingest.store.records[0]).toMatchObject({ unit: 'counter', level: 'info', source: 'bulk' });
    expect(ingest.store.records[0]?.node).toEqual(expect.any(String));
    expect(await rsyslog.written('refused.json')).toBe('');
  });

  it('sends again what a busy store did not take, and each line is stored once', async () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => `line ${at}`);
    ingest.store.failure = new LogStoreBusyError('full', 1_000);
    let refused = 0;
    const append = ingest.store.append.bind(ingest.store);
    ingest.store.append = (records) => {
      refused += ingest.store.failure ? unpackLines(records).length : 0;
      return append(records);
    };
    await using rsyslog = await start(lines);
    await eventually('lines were refused', async () => refused > 0);
    ingest.store.failure = undefined;
    await eventually('all lines are there', async () => ingest.store.records.length >= lines.length);
    expect(ingest.store.records.map(({ message }) => message.trim()).sort()).toEqual(lines.sort());
    expect(await rsyslog.written('refused.json')).toBe('');
  });
});

/** The block of docs/log-shippers.md, so that what it shows is what was tried. */
function documentedConfiguration(): string {
  const text = readFileSync(join(packageRoot(), 'docs/log-shippers.md'), 'utf8');
  const [, block] = /## rsyslog[\s\S]*?```\n([\s\S]*?)```/.exec(text) ?? [];
  if (block === undefined) throw new Error('docs/log-shippers.md has no configuration of rsyslog');
  return block;
}
