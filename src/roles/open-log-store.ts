import { join } from 'node:path';
import { DuckdbLogStore } from '../adapters/duckdb/logs/log-store.duckdb.js';
import type { LogStoreState } from '../logs/store/log-store-state.js';
import type { LogReader, LogUpkeep, LogWriter } from '../logs/store/log-store.port.js';
import type { Config } from '../platform/config.js';
import type { Log } from '../platform/log.js';

export interface LogStore {
  readonly writer: LogWriter;
  readonly reader: LogReader;
  readonly upkeep: LogUpkeep;
  readonly state: LogStoreState;
  close(): Promise<void>;
}

/** The log store that the settings name: Elasticsearch, else DuckDB in the data folder. */
export async function openLogStore(config: Config, log: Log): Promise<LogStore> {
  if (config.elasticsearchUrl !== undefined) return openElasticsearch(config.elasticsearchUrl, config, log);
  const store = await DuckdbLogStore.open({
    folder: join(config.dataDir, 'logs'),
    memoryLimitBytes: config.logsMemoryBytes,
    retentionMs: config.logsRetentionMs,
    maxBytes: config.logsMaxBytes,
    log,
  });
  log.debug('The log store is open', { engine: 'duckdb' });
  const { writer, reader, upkeep } = store;
  const trouble = async (): Promise<string | undefined> => {
    const damage = await store.damage();
    const lost = damage && `damaged files were set aside: ${damage.what}`;
    return [await store.refusal(), lost].filter((reason) => reason !== undefined).join('; ') || undefined;
  };
  return { writer, reader, upkeep, state: { trouble }, close: () => store.close() };
}

async function openElasticsearch(url: string, config: Config, log: Log): Promise<LogStore> {
  const { elasticsearchApiKey: apiKey, elasticsearchUsername: username, elasticsearchPassword: password } = config;
  const { elasticsearchCaFile: caFile } = config;
  const { ElasticsearchLogStore } = await import('../adapters/elasticsearch/log-store.elasticsearch.js');
  const store = await ElasticsearchLogStore.open({
    url,
    stream: config.elasticsearchLogStream,
    retentionMs: config.logsRetentionMs,
    bufferFolder: join(config.dataDir, 'elasticsearch-buffer'),
    bufferMaxBytes: config.elasticsearchBufferMaxBytes,
    maxScanned: config.elasticsearchMaxScanned,
    ...(apiKey !== undefined && { apiKey }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(caFile !== undefined && { caFile }),
    log,
  });
  log.debug('The log store is open', { engine: 'elasticsearch' });
  const { writer, reader, upkeep } = store;
  const trouble = (): Promise<string | undefined> => Promise.resolve(store.degradedBecause);
  return { writer, reader, upkeep, state: { trouble }, close: () => store.close() };
}
