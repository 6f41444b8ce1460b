/**
 * Opens the log store on Elasticsearch with the buffer of a folder, which sends what waits there, and appends batches until it has appended `most`; tells when
 * each is acknowledged; to be killed. With `drain` it ends when nothing waits.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ElasticsearchLogStore } from '../../src/adapters/elasticsearch/log-store.elasticsearch.js';
import { Log } from '../../src/platform/log.js';
import { aLogRecord } from '../support/log-records.js';

const [folder = '', url = '', stream = '', run = '0', most = '0', drain] = process.argv.slice(2);
const LINES = 20;

const limits = { bufferMaxBytes: 2 ** 30, maxScanned: 1000, startWaitMs: 500, timeoutMs: 5000 };
const store = await ElasticsearchLogStore.open({ url, stream, bufferFolder: folder, ...limits, log: Log.silent() });
for (let batch = 0; batch < Number(most); batch += 1) {
  const records = Array.from({ length: LINES }, (_, line) =>
    aLogRecord({ message: `${run}-${batch}-${line}`, observedNs: BigInt(Date.now()) * 1_000_000n }),
  );
  await store.writer.append(records);
  process.stdout.write(`acknowledged ${run}-${batch}\n`);
}
if (drain !== undefined) {
  while (store.degradedBecause !== undefined) await pause(20);
  process.stdout.write('ended\n');
}
await store.close();
