import { getCACertificates } from 'node:tls';
import type { Provider } from '@nestjs/common';
import { readAgain } from '../adapters/kubelet/read-again.js';
import { HttpsApiServerProbe } from '../adapters/kubernetes/api-server-probe.https.js';
import { KubernetesClusterObjects } from '../adapters/kubernetes/cluster-objects.kubernetes.js';
import { PostgresFetchedStackRecords } from '../adapters/postgres/fetched-stack-records.postgres.js';
import { PostgresReleaseRecords } from '../adapters/postgres/release-records.postgres.js';
import { PostgresResizerRecords } from '../adapters/postgres/resizer-records.postgres.js';
import { HttpsStackArchives } from '../adapters/stack-archives/stack-archives.https.js';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { ApiServerProbe } from '../stacks/control-plane/api-server-probe.port.js';
import { FetchedStackRecords } from '../stacks/fetched/fetched-stack-records.port.js';
import { StackArchives } from '../stacks/fetched/stack-archives.port.js';
import { ClusterObjects } from '../stacks/objects/cluster-objects.port.js';
import { ReleaseRecords } from '../stacks/releases/release-records.port.js';
import { ResizerRecords } from '../stacks/resizers/resizer-records.port.js';
import type { Engines } from './open-engines.js';

/** Which adapter stands behind each port of stacks. */
export function stackPorts({ database, objectApi }: Pick<Engines, 'database' | 'objectApi'>): Provider[] {
  return [
    {
      provide: ReleaseRecords,
      useFactory: (config: Config) => new PostgresReleaseRecords(database, config.releaseRevisionsKept),
      inject: [CONFIG],
    },
    { provide: FetchedStackRecords, useValue: new PostgresFetchedStackRecords(database) },
    { provide: StackArchives, useFactory: stackArchives, inject: [CONFIG] },
    { provide: ApiServerProbe, useValue: new HttpsApiServerProbe() },
    { provide: ResizerRecords, useValue: new PostgresResizerRecords(database) },
    {
      provide: ClusterObjects,
      useFactory: (clock: Clock) => new KubernetesClusterObjects(objectApi, () => clock.now()),
      inject: [Clock],
    },
  ];
}

function stackArchives(config: Config): StackArchives {
  const own = config.stackSourcesCaFile === undefined ? undefined : readAgain(config.stackSourcesCaFile);
  return new HttpsStackArchives({
    sources: config.stackSources,
    users: config.stackRegistryAuth ?? new Map(),
    ca: () => own && [...getCACertificates(), own().toString('utf8')],
    timeoutMs: config.stackFetchTimeoutMs,
    maxBytes: config.stackMaxBytes,
  });
}
