import type { Provider } from '@nestjs/common';
import { KubernetesPodLogs } from '../adapters/kubernetes/pod-log.kubernetes.js';
import { PostgresLogCheckpointRecords } from '../adapters/postgres/log-checkpoint-records.postgres.js';
import { PostgresLogShards } from '../adapters/postgres/log-shards.postgres.js';
import { LogCheckpointRecords } from '../logs/collect/log-checkpoint-records.port.js';
import { LogShards } from '../logs/collect/log-shards.port.js';
import { PodLogs } from '../logs/collect/pod-log.port.js';
import type { Engines } from './open-engines.js';

/** Which adapter stands behind each port of the log followers. */
export function logCollectPorts({ database, api }: Pick<Engines, 'database' | 'api'>): Provider[] {
  return [
    { provide: PodLogs, useValue: new KubernetesPodLogs(api) },
    { provide: LogCheckpointRecords, useValue: new PostgresLogCheckpointRecords(database) },
    { provide: LogShards, useValue: new PostgresLogShards(database) },
  ];
}
