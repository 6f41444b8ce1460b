import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FolderLogExportFiles } from '../../src/adapters/files/log-export-files.files.js';
import type { Caller } from '../../src/auth/caller.js';
import { UnrecoverableJobError } from '../../src/jobs/job-errors.js';
import type { JobContext } from '../../src/jobs/job-handler.js';
import type { Run } from '../../src/jobs/run-records.port.js';
import type { RunService } from '../../src/jobs/run.service.js';
import { LogExportRunProcessor } from '../../src/logs/export/log-export-run.processor.js';
import { LogExportBody } from '../../src/logs/export/log-export-run.schema.js';
import { LogExportRuns } from '../../src/logs/export/log-export-runs.service.js';
import { LogQuestions } from '../../src/logs/query/log-questions.js';
import { LogReaders } from '../../src/logs/query/log-readers.js';
import { SystemClock } from '../../src/platform/clock.js';
import { readConfig } from '../../src/platform/config.js';
import { ProblemError } from '../../src/platform/errors.js';
import { Log } from '../../src/platform/log.js';
import { TENANT } from '../support/log-api.js';
import { aLogLine } from '../support/log-lines.js';
import { MemoryLogStore } from '../support/memory-log-store.js';

const ADMIN: Caller = { kind: 'token', name: 'admin', tokenId: 'admin', role: 'admin' };
const SPAN = { from: '2026-03-04T14:00:00Z', to: '2026-03-04T15:00:00Z', order: 'oldest' };
const asked = (caller: Caller) => ({ caller, signal: new AbortController().signal, pointerTo: String });

/** Runs whose work is done when a test says so. */
class RunsByHand {
  readonly runs = new Map<string, Run>();

  async start(kind: string, payload: object, startedBy: string): Promise<Run> {
    const id = `0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b${10 + this.runs.size}`;
    const progress = { done: 0 };
    const run = {
      id,
      kind,
      jobId: id,
      payload,
      startedBy,
      state: 'queued',
      progress,
      attempt: 0,
      version: 1,
      createdAtMs: 0,
    };
    this.runs.set(id, run as Run);
    return run as Run;
  }

  async get(id: string): Promise<Run> {
    const run = this.runs.get(id);
    if (!run) throw new ProblemError('NOT_FOUND', `There is no run ${id}`);
    return run;
  }
}

describe('an export by a run', () => {
  let folder: string;
  let files: FolderLogExportFiles;
  const store = new MemoryLogStore();
  const byHand = new RunsByHand();
  let exports: LogExportRuns;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'exports-'));
    files = new FolderLogExportFiles(folder);
    await store.append([
      ...Array.from({ length: 2500 }, (_, index) => aLogLine({ atS: index / 10, message: `line ${index}` })),
      aLogLine({ namespace: 'bank', message: 'vault line' }),
    ]);
    const questions = new LogQuestions(new SystemClock(), readConfig({}));
    exports = new LogExportRuns(byHand as unknown as RunService, questions, files);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const work = async (id: string, logsExportFileMaxBytes = 1e9): Promise<number[]> => {
    const told: number[] = [];
    const signal = new AbortController().signal;
    const context: JobContext = {
      runId: id,
      jobId: id,
      attempt: 1,
      signal,
      log: Log.silent(),
      progress: (done) => told.push(done),
      children: () => Promise.reject(new Error('it has none')),
    };
    const run = await byHand.get(id);
    const processor = new LogExportRunProcessor(new LogReaders(store, undefined), files, { logsExportFileMaxBytes });
    const result = await processor.handle(run.payload as Parameters<typeof processor.handle>[0], context);
    byHand.runs.set(id, { ...run, state: 'succeeded', result });
    return told;
  };
  const linesOf = async (id: string, caller: Caller): Promise<string[]> => {
    const { stream } = await exports.open(id, caller);
    return gunzipSync(await buffer(stream))
      .toString()
      .trimEnd()
      .split('\n');
  };

  it('writes all lines, tells how far it is, and gives the file', async () => {
    const body = LogExportBody.parse({ query: { ...SPAN, text: 'line' }, format: 'text' });
    const { id, state } = await exports.start(body, asked(ADMIN));
    expect(state).toBe('queued');
    await expect(exports.open(id, ADMIN)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await work(id)).toEqual([100, 1100, 2100, 2501]);
    expect(await exports.get(id, ADMIN)).toMatchObject({
      state: 'succeeded',
      lines: 2501,
      bytes: expect.any(Number),
      file: `/api/v1/logs/exports/${id}/file`,
    });
    const lines = await linesOf(id, ADMIN);
    expect([lines.length, lines.at(-1)]).toEqual([2501, expect.stringContaining('line 2499')]);
  });

  it('holds what its caller sees, for that caller and those who see everything', async () => {
    const body = LogExportBody.parse({ query: SPAN, format: 'ndjson' });
    const { id } = await exports.start(body, asked(TENANT));
    await work(id);
    const lines = await linesOf(id, TENANT);
    expect([lines.length, lines.some((line) => line.includes('vault'))]).toEqual([2500, false]);
    expect(await linesOf(id, ADMIN)).toHaveLength(2500);
    for (const stranger of [
      { ...TENANT, tokenId: 'other' },
      { ...TENANT, namespaces: ['data'] },
    ])
      await expect(exports.get(id, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { id: admins } = await exports.start(body, asked(ADMIN));
    await expect(exports.get(admins, TENANT)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('fails for good when its file would be too large, and keeps nothing', async () => {
    const body = LogExportBody.parse({ query: SPAN, format: 'csv' });
    const { id } = await exports.start(body, asked(ADMIN));
    const failing = work(id, 1000);
    await expect(failing).rejects.toThrow(UnrecoverableJobError);
    await expect(failing).rejects.toThrow('LOGS_EXPORT_FILE_MAX_BYTES');
    expect(await files.open(id)).toBeUndefined();
  });

  it('is refused with what could not be asked', async () => {
    expect(LogExportBody.safeParse({ query: { colour: 'red' } }).success).toBe(false);
    const body = LogExportBody.parse({ query: { from: '-1h', to: '-2h' } });
    await expect(exports.start(body, asked(ADMIN))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
