import type { Provider } from '@nestjs/common';
import { HttpsApiServerProbe } from '../adapters/kubernetes/api-server-probe.https.js';
import { KubernetesClusterObjects } from '../adapters/kubernetes/cluster-objects.kubernetes.js';
import { PostgresReleaseRecords } from '../adapters/postgres/release-records.postgres.js';
import { PostgresResizerRecords } from '../adapters/postgres/resizer-records.postgres.js';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { ApiServerProbe } from '../stacks/control-plane/api-server-probe.port.js';
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
    { provide: ApiServerProbe, useValue: new HttpsApiServerProbe() },
    { provide: ResizerRecords, useValue: new PostgresResizerRecords(database) },
    {
      provide: ClusterObjects,
      useFactory: (clock: Clock) => new KubernetesClusterObjects(objectApi, () => clock.now()),
      inject: [Clock],
    },
  ];
}
