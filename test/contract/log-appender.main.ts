/**
 * Appends lines to a DuckDB log store, in batches of fifty that run two at a time, and says of each batch, once it is acknowledged, its number; to be killed. Each line
 * of an even batch has a document id; every third of these is sent twice. Chunks are closed, and put together, meanwhile.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { DuckdbLogStore } from '../../src/adapters/duckdb/logs/log-store.duckdb.js';
import type { LogRecord } from '../../src/logs/core/log-record.js';
import { LogStoreBusyError } from '../../src/logs/store/log-store.port.js';
import { aLogRecord, SECOND_NS, T0_NS } from '../support/log-records.js';

const [folder = '', firstBatch = '0'] = process.argv.slice(2);
const LINES = 50;
const store = await DuckdbLogStore.open({
  folder,
  chunkLines: 700,
  chunkAgeMs: 0,
  checkpointBytes: 200_000,
  retentionMs: 2 * Date.now(),
  diskProbe: () => Promise.resolve(0),
});

/** As whoever sends lines does: what is refused is sent again later. */
async function append(records: readonly LogRecord[]): Promise<void> {
  for (;;) {
    try {
      await store.writer.append(records);
      return;
    } catch (error) {
      if (!(error instanceof LogStoreBusyError)) throw error;
      await pause(20);
    }
  }
}

async function write(batch: number): Promise<void> {
  const records = Array.from({ length: LINES }, (_, line) => {
    const name = `${String(batch)}-${String(line)}`;
    const timeNs = T0_NS + BigInt(batch) * SECOND_NS + BigInt(line);
    return aLogRecord({ timeNs, message: name, ...(batch % 2 === 0 && { documentId: name }) });
  });
  process.stdout.write(`begun ${String(batch)}\n`);
  await append(records);
  process.stdout.write(`acknowledged ${String(batch)}\n`);
  if (batch % 6 === 0) await append(records);
}

for (let batch = Number(firstBatch); ; batch += 2) {
  await Promise.all([write(batch), write(batch + 1)]);
  if (batch % 40 === 0) await store.upkeep.upkeep(Date.now());
}
