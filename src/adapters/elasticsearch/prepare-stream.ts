import { hash } from 'node:crypto';
import { ElasticsearchError } from './elasticsearch-error.js';
import type { Work } from './elasticsearch-connection.js';
import { logTemplate } from './log-template.js';

/** Who drops old lines: the data stream's lifecycle, index lifecycle management, or `LogUpkeep`. */
export type RetentionKeeper = 'lifecycle' | 'ilm' | 'upkeep';

export interface PreparedStream {
  /** Names this store among all others: of the cluster and the data stream. */
  readonly store: string;
  readonly keeper: RetentionKeeper;
}

export interface StreamOptions {
  readonly stream: string;
  /** How long lines are kept, ms; for ever unless given. */
  readonly retentionMs?: number;
  /** Who is to keep the retention, for tests; the first that the server has unless given. */
  readonly keeper?: RetentionKeeper;
}

type Ask = <T>(work: Work<T>) => Promise<T>;

/** A new backing index is begun when the newest is so old, or so large. */
export const ROLLOVER = { max_age: '1d', max_primary_shard_size: '50gb' } as const;
const MAJORS = [8, 9];
/** Statuses with which servers answer that know no such call. */
const UNKNOWN_CALL: ReadonlySet<number | undefined> = new Set([400, 404, 405]);

/**
 * Sees to the index template, the data stream and its retention; each is left as it is where it is right already.
 * @throws ElasticsearchError
 */
export async function prepareStream(ask: Ask, options: StreamOptions): Promise<PreparedStream> {
  const { stream } = options;
  const { cluster_uuid: cluster, version } = await ask((client) => client.info());
  if (!MAJORS.includes(Number.parseInt(version.number, 10))) {
    throw new ElasticsearchError(`Elasticsearch ${version.number} is not supported: use 8 or 9`, 400, 'unsupported');
  }
  await ask((client) => client.indices.putIndexTemplate(logTemplate(stream)));
  await unless('resource_already_exists_exception', () =>
    ask((client) => client.indices.createDataStream({ name: stream })),
  );
  return { store: hash('sha256', `${cluster} ${stream}`, 'base64url').slice(0, 10), keeper: await keep(ask, options) };
}

async function keep(ask: Ask, { stream, retentionMs, keeper }: StreamOptions): Promise<RetentionKeeper> {
  const retention = retentionMs === undefined ? undefined : `${Math.ceil(retentionMs / 1000)}s`;
  const attempts = {
    lifecycle: () =>
      ask((client) =>
        client.indices.putDataLifecycle({ name: stream, ...(retention ? { data_retention: retention } : {}) }),
      ),
    ilm: () => keepByPolicy(ask, stream, retention),
  };
  for (const name of ['lifecycle', 'ilm'] as const) {
    if (keeper !== undefined && keeper !== name) continue;
    try {
      await attempts[name]();
      return name;
    } catch (error) {
      if (!(error instanceof ElasticsearchError) || !UNKNOWN_CALL.has(error.status)) throw error;
    }
  }
  return 'upkeep';
}

async function keepByPolicy(ask: Ask, stream: string, retention: string | undefined): Promise<void> {
  const dropping = retention === undefined ? {} : { delete: { min_age: retention, actions: { delete: {} } } };
  const phases = { hot: { actions: { rollover: ROLLOVER } }, ...dropping };
  await ask((client) => client.ilm.putLifecycle({ name: stream, policy: { phases } }));
  await ask((client) => client.indices.putIndexTemplate(logTemplate(stream, stream)));
  await ask((client) => client.indices.putSettings({ index: stream, settings: { 'index.lifecycle.name': stream } }));
}

async function unless(type: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ElasticsearchError) || error.type !== type) throw error;
  }
}
