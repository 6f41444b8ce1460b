import { Injectable } from '@nestjs/common';
import type { Asked } from '../../auth/asked.js';
import type { Caller } from '../../auth/caller.js';
import { callerKey } from '../../auth/core/caller-key.js';
import { JOB_CATALOGUE, type PayloadOf } from '../../jobs/job-catalogue.js';
import type { Run } from '../../jobs/run-records.port.js';
import { RunService } from '../../jobs/run.service.js';
import { ProblemError } from '../../platform/errors.js';
import { SavedQuestion } from '../queries/log-query.schema.js';
import { LogQuestions } from '../query/log-questions.js';
import { LogExportFiles, type OpenedExport } from './log-export-files.port.js';
import type { LogExportBody, LogExportView } from './log-export-run.schema.js';

type Payload = PayloadOf<'logs.export'>;

/** Exports that runs write to files: each for whoever asked for it, and for callers who see everything. */
@Injectable()
export class LogExportRuns {
  constructor(
    private readonly runs: RunService,
    private readonly questions: LogQuestions,
    private readonly files: LogExportFiles,
  ) {}

  /** @throws ProblemError 400 */
  async start({ query, format }: LogExportBody, { caller }: Asked): Promise<LogExportView> {
    const { from, to, order, ...filter } = SavedQuestion.parse(query);
    const asking = { caller, pointerTo: (field: string) => `/query/${field}` };
    this.questions.filter(filter, asking);
    const { fromNs, toNs } = this.questions.span({ from, to }, asking);
    const { from: _from, to: _to, order: _order, ...question } = query;
    const { namespaces } = caller;
    const payload = {
      question,
      fromNs: String(fromNs),
      toNs: String(toNs),
      order,
      format,
      owner: callerKey(caller),
      ...(namespaces ? { namespaces: [...namespaces] } : {}),
    };
    return shown(await this.runs.start('logs.export', payload, caller.name));
  }

  /** @throws ProblemError 404 when there is none that the caller may see */
  async get(id: string, caller: Caller): Promise<LogExportView> {
    return shown(await this.find(id, caller));
  }

  /** The file, gzipped. @throws ProblemError 404; 409 until it is written */
  async open(id: string, caller: Caller): Promise<OpenedExport & { readonly format: Payload['format'] }> {
    const run = await this.find(id, caller);
    if (run.state !== 'succeeded')
      throw new ProblemError('CONFLICT', `The export ${id} is ${run.state}: its file is not there.`);
    const opened = await this.files.open(id);
    if (!opened) throw new ProblemError('NOT_FOUND', `The file of the export ${id} is not kept any more.`);
    return { ...opened, format: payloadOf(run).format };
  }

  private async find(id: string, caller: Caller): Promise<Run> {
    const run = await this.runs.get(id).catch((error: unknown) => {
      throw error instanceof ProblemError && error.code === 'NOT_FOUND' ? absent(id) : error;
    });
    if (run.kind !== 'logs.export' || !mayRead(caller, payloadOf(run))) throw absent(id);
    return run;
  }
}

/** Whoever sees all may read all; others what they asked for themselves, as long as they may still see as much. */
function mayRead(caller: Caller, { owner, namespaces }: Payload): boolean {
  const { namespaces: seen } = caller;
  if (!seen) return true;
  return owner === callerKey(caller) && namespaces !== undefined && namespaces.every((name) => seen.includes(name));
}

function payloadOf(run: Run): Payload {
  return JOB_CATALOGUE.jobs['logs.export'].payload.parse(run.payload);
}

function absent(id: string): ProblemError {
  return new ProblemError('NOT_FOUND', `There is no export ${id} of yours.`);
}

function shown(run: Run): LogExportView {
  const { id, state, error, progress, createdAtMs } = run;
  const { bytes, lines } = (run.result ?? {}) as { bytes?: number; lines?: number };
  return {
    id,
    state,
    format: payloadOf(run).format,
    lines: lines ?? progress.done,
    ...(bytes === undefined ? {} : { bytes }),
    ...(error === undefined ? {} : { error }),
    createdAt: new Date(createdAtMs).toISOString(),
    ...(state === 'succeeded' ? { file: `/api/v1/logs/exports/${id}/file` } : {}),
  };
}
