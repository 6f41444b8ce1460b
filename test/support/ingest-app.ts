import { ClusterView } from '../../src/cluster/cluster-view.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import type { PackedLines } from '../../src/logs/core/pack/packed-lines.js';
import { unpackLines } from '../../src/logs/core/pack/unpack-lines.js';
import { BulkReader } from '../../src/logs/ingest/bulk-reader.js';
import { LogIngestModule } from '../../src/logs/ingest/log-ingest.module.js';
import { LogWriter, type AppendOutcome } from '../../src/logs/store/log-store.port.js';
import { bootAuthApp, type Answer, type AuthApp } from './auth-app.js';
import { BulkReaderHere } from './bulk-reader-here.js';
import { MemoryLogStore } from './memory-log-store.js';

/** A store that can be busy or broken, and tells what it was given. */
export class TestLogStore extends LogWriter {
  records: LogRecord[] = [];
  failure: Error | undefined;
  private lines = new MemoryLogStore();

  override async append(lines: readonly LogRecord[] | PackedLines): Promise<readonly AppendOutcome[]> {
    if (this.failure) throw this.failure;
    const records = unpackLines(lines);
    this.records.push(...records);
    return this.lines.append(records);
  }

  reset(): void {
    [this.records, this.failure, this.lines] = [[], undefined, new MemoryLogStore()];
  }
}

export interface BulkAnswer {
  errors: boolean;
  took: number;
  items: Record<
    string,
    { _index: string; _id: string; status: number; result?: string; error?: { type: string; reason: string } }
  >[];
}

const POD = { namespace: 'shop', name: 'web-1', uid: 'u1', node: 'node-9', labels: { app: 'web' } };
const view = {
  pod: (namespace: string, name: string) => (namespace === 'shop' && name === 'web-1' ? POD : undefined),
  workloadOf: () => 'Deployment/web',
};
/** As Fluentd and Fluent Bit write it. */
export const kubernetes = (more: object = {}) => ({
  namespace_name: 'shop',
  pod_name: 'web-1',
  container_name: 'web',
  ...more,
});
export const ndjson = (...lines: (object | string)[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');

/** The status of each item. */
export const statuses = ({ items }: BulkAnswer): number[] =>
  items.flatMap((item) => Object.values(item).map(({ status }) => status));

/** The ingest feature over a store in memory and a cluster of one pod. */
export interface IngestApp {
  readonly farm: AuthApp;
  readonly store: TestLogStore;
  /** Of role `ingest`. */
  readonly token: string;
  readonly post: (payload: string | Buffer, headers?: Record<string, string>, url?: string) => Promise<Answer>;
}

/** Boots it, with small limits unless others are given. */
export async function bootIngestApp(
  environment: Readonly<Record<string, string>> = { LOG_INGEST_MAX_BODY: '1Mi', LOG_INGEST_MAX_ITEMS: '5000' },
): Promise<IngestApp> {
  const store = new TestLogStore();
  const farm = await bootAuthApp({
    imports: [LogIngestModule],
    providers: [
      { provide: LogWriter, useValue: store },
      { provide: BulkReader, useClass: BulkReaderHere },
      { provide: ClusterView, useValue: view },
    ],
    environment,
  });
  const token = await farm.token({ role: 'ingest', name: 'shipper' });
  const type = { 'content-type': 'application/x-ndjson' };
  return {
    farm,
    store,
    token,
    post: (payload, headers = {}, url = '/_bulk') =>
      farm.call({ method: 'POST', url, payload, headers: { authorization: `Bearer ${token}`, ...type, ...headers } }),
  };
}
