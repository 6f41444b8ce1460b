import type { Provider } from '@nestjs/common';
import { ConfigzKubeletConfigs } from '../adapters/kubelet/kubelet-configs.configz.js';
import { KubernetesNodeEvents } from '../adapters/kubernetes/node-events.kubernetes.js';
import { PostgresGcPlanRecords } from '../adapters/postgres/gc-plan-records.postgres.js';
import { PostgresGcPolicyRecords } from '../adapters/postgres/gc-policy-records.postgres.js';
import { PostgresGcRemovalRecords } from '../adapters/postgres/gc-removal-records.postgres.js';
import { PostgresGcRunRecords } from '../adapters/postgres/gc-run-records.postgres.js';
import { PostgresImageLedgerRecords } from '../adapters/postgres/image-ledger-records.postgres.js';
import { HttpRunWebhook } from '../adapters/webhook/run-webhook.http.js';
import { NodeEvents } from '../gc/announce/node-events.port.js';
import { RunWebhook } from '../gc/announce/run-webhook.port.js';
import { ImageLedgerRecords } from '../gc/ledger/image-ledger-records.port.js';
import { GcPlanRecords } from '../gc/plans/gc-plan-records.port.js';
import { GcPolicyRecords } from '../gc/policies/gc-policy-records.port.js';
import { KubeletConfigs } from '../gc/policies/kubelet-configs.port.js';
import { GcRemovalRecords } from '../gc/removals/gc-removal-records.port.js';
import { GcRunRecords } from '../gc/runs/gc-run-records.port.js';
import { ClusterFacts } from '../metrics/collect/cluster-facts.port.js';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import type { Engines } from './open-engines.js';

/** Which adapter stands behind each port of garbage collection. */
export function gcPorts({ database, api, kubelets }: Pick<Engines, 'database' | 'api' | 'kubelets'>): Provider[] {
  return [
    { provide: GcPolicyRecords, useValue: new PostgresGcPolicyRecords(database) },
    { provide: GcPlanRecords, useValue: new PostgresGcPlanRecords(database) },
    { provide: GcRunRecords, useValue: new PostgresGcRunRecords(database) },
    { provide: GcRemovalRecords, useValue: new PostgresGcRemovalRecords(database) },
    { provide: ImageLedgerRecords, useValue: new PostgresImageLedgerRecords(database) },
    { provide: NodeEvents, useValue: new KubernetesNodeEvents(api) },
    {
      provide: KubeletConfigs,
      useFactory: (facts: ClusterFacts) => new ConfigzKubeletConfigs(kubelets, facts),
      inject: [ClusterFacts],
    },
    { provide: RunWebhook, useFactory: runWebhook, inject: [CONFIG, Clock] },
  ];
}

function runWebhook({ gcWebhookUrl: url, gcWebhookSecret: secret }: Config, clock: Clock): RunWebhook {
  return new HttpRunWebhook(url !== undefined && secret !== undefined ? { url, secret } : undefined, clock);
}
