import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { parseLabelSelector } from '../../core/label-selector.js';
import type { Config } from '../../platform/config.js';
import type { FollowerPauses } from './container-follower.js';
import type { PodSelection } from './core/selects-pod.js';

export interface LogCollectOptions {
  readonly selection: PodSelection;
  readonly maxStreams: number;
  /** Another one in each process. */
  readonly worker: string;
  readonly pauses: FollowerPauses;
}

/** Injection token of `LogCollectOptions`. */
export const LOG_COLLECT_OPTIONS = Symbol('LOG_COLLECT_OPTIONS');

const PAUSES: FollowerPauses = {
  openMs: 1000,
  waitMs: 1000,
  firstMs: 500,
  maxMs: 15_000,
  idleMs: 2000,
  doubtMs: 5000,
};

/** Records in the data folder have one process: it is the same worker after a restart and goes on at once, without waiting for its own lease to be over. */
export function logCollectOptions(
  config: Pick<Config, 'logsCollect' | 'logsMaxStreams' | 'databaseUrl'>,
): LogCollectOptions {
  const { labels, ...selection } = config.logsCollect;
  return {
    selection: { ...selection, ...(labels === undefined ? {} : { matchesLabels: parseLabelSelector(labels) }) },
    maxStreams: config.logsMaxStreams,
    worker: config.databaseUrl === undefined ? 'this process' : `${hostname()} ${randomUUID()}`,
    pauses: PAUSES,
  };
}
