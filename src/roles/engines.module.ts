import { join } from 'node:path';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { FolderLogExportFiles } from '../adapters/files/log-export-files.files.js';
import { KubernetesApiAuthority } from '../adapters/kubernetes/kubernetes-authority.kubernetes.js';
import { KubernetesClusterWatch } from '../adapters/kubernetes/cluster-watch.kubernetes.js';
import { PostgresAgentFindingRecords } from '../adapters/postgres/agent-finding-records.postgres.js';
import { PostgresAgentRecords } from '../adapters/postgres/agent-records.postgres.js';
import { PostgresAgentTaskRecords } from '../adapters/postgres/agent-task-records.postgres.js';
import { PostgresStaticPodRecords } from '../adapters/postgres/static-pod-records.postgres.js';
import { PostgresAgentWorkRecords } from '../adapters/postgres/agent-work-records.postgres.js';
import { PostgresAuditRecords } from '../adapters/postgres/audit-records.postgres.js';
import { PostgresCycleRecords } from '../adapters/postgres/cycle-records.postgres.js';
import { PostgresLogQueryRecords } from '../adapters/postgres/log-query-records.postgres.js';
import { PostgresPreviousReadings } from '../adapters/postgres/previous-readings.postgres.js';
import { PostgresSinkRecords } from '../adapters/postgres/sink-records.postgres.js';
import { PostgresTokenRecords } from '../adapters/postgres/token-records.postgres.js';
import { PostgresSessionRecords } from '../adapters/postgres/token-sessions.postgres.js';
import { AgentFindingRecords } from '../agents/agent-finding-records.port.js';
import { AgentRecords } from '../agents/agent-records.port.js';
import { AgentTaskRecords } from '../agents/agent-task-records.port.js';
import { StaticPodRecords } from '../agents/static-pod-records.port.js';
import { AgentWorkRecords } from '../agents/agent-work-records.port.js';
import { AuditRecords } from '../auth/audit-records.port.js';
import { KnownNamespaces } from '../auth/known-namespaces.port.js';
import { KubernetesAuthority } from '../auth/kubernetes-authority.port.js';
import { PodNodes } from '../auth/pod-nodes.port.js';
import { SessionRecords } from '../auth/session-records.port.js';
import { TokenRecords } from '../auth/token-records.port.js';
import { ClusterView } from '../cluster/cluster-view.js';
import { ClusterWatch } from '../cluster/cluster-watch.port.js';
import { ViewKnownNamespaces } from '../cluster/view-known-namespaces.js';
import { ViewPodNodes } from '../cluster/view-pod-nodes.js';
import { LogExportFiles } from '../logs/export/log-export-files.port.js';
import { BulkReader } from '../logs/ingest/bulk-reader.js';
import { BulkThread } from '../logs/ingest/bulk-thread.js';
import { LogQueryRecords } from '../logs/queries/log-query-records.port.js';
import { LOG_STORE_STATE } from '../logs/store/log-store-state.js';
import { LogReader, LogUpkeep, LogWriter } from '../logs/store/log-store.port.js';
import { MeteredLogWriter } from '../logs/store/metered-log-writer.js';
import { ClusterFacts } from '../metrics/collect/cluster-facts.port.js';
import { ClusterViewFacts } from '../metrics/collect/cluster-view-facts.js';
import { COLLECT_OPTIONS, type CollectOptions } from '../metrics/collect/collect-options.js';
import { CycleRecords } from '../metrics/collect/cycle-records.port.js';
import { KubeletSource } from '../metrics/collect/kubelet.port.js';
import { PreviousReadings } from '../metrics/collect/previous-readings.port.js';
import { MetricReader } from '../metrics/metric-store.port.js';
import { CONFIGURED_SINKS } from '../metrics/sinks/configured-sink.js';
import { SinkRecords } from '../metrics/sinks/sink-records.port.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Log } from '../platform/log.js';
import { OwnMetrics } from '../platform/own-metrics.js';
import { eventPorts } from './event-ports.js';
import { gcPorts } from './gc-ports.js';
import { logCollectPorts } from './log-collect-ports.js';
import { metricWritingPorts } from './metric-writing-ports.js';
import type { Engines } from './open-engines.js';
import { stackPorts } from './stack-ports.js';

/** A node that a shard has not begun to ask by then is given up for the cycle; a shard's job has 45 seconds. */
const SHARD_DEADLINE_MS = 30_000;

/** Which adapter stands behind each port, for every feature. */
@Module({})
export class EnginesModule {
  static with(engines: Engines): DynamicModule {
    const providers: Provider[] = [
      ...recordPorts(engines),
      ...clusterPorts(engines),
      ...metricPorts(engines),
      ...logPorts(engines),
      ...logCollectPorts(engines),
      ...gcPorts(engines),
      ...eventPorts(engines),
      ...stackPorts(engines),
    ];
    return { module: EnginesModule, global: true, providers, exports: providers };
  }
}

function recordPorts({ database }: Engines): Provider[] {
  return [
    { provide: TokenRecords, useValue: new PostgresTokenRecords(database) },
    { provide: SessionRecords, useValue: new PostgresSessionRecords(database) },
    { provide: AgentRecords, useValue: new PostgresAgentRecords(database) },
    { provide: AgentTaskRecords, useValue: new PostgresAgentTaskRecords(database) },
    { provide: AgentWorkRecords, useValue: new PostgresAgentWorkRecords(database) },
    { provide: AgentFindingRecords, useValue: new PostgresAgentFindingRecords(database) },
    { provide: StaticPodRecords, useValue: new PostgresStaticPodRecords(database) },
    { provide: AuditRecords, useValue: new PostgresAuditRecords(database) },
    { provide: CycleRecords, useValue: new PostgresCycleRecords(database) },
    { provide: PreviousReadings, useValue: new PostgresPreviousReadings(database) },
    { provide: LogQueryRecords, useValue: new PostgresLogQueryRecords(database) },
    { provide: SinkRecords, useValue: new PostgresSinkRecords(database) },
  ];
}

function clusterPorts({ api }: Engines): Provider[] {
  return [
    { provide: ClusterWatch, useValue: new KubernetesClusterWatch(api) },
    { provide: KubernetesAuthority, useValue: new KubernetesApiAuthority(api) },
    { provide: KnownNamespaces, useClass: ViewKnownNamespaces },
    { provide: PodNodes, useClass: ViewPodNodes },
    { provide: ClusterFacts, useClass: ClusterViewFacts },
    ClusterView,
  ];
}

function metricPorts(engines: Engines): Provider[] {
  const { metrics, sinks, kubelets } = engines;
  return [
    ...metricWritingPorts(engines),
    { provide: MetricReader, useValue: metrics.reader },
    { provide: CONFIGURED_SINKS, useValue: sinks },
    { provide: KubeletSource, useValue: kubelets },
    { provide: COLLECT_OPTIONS, useFactory: collectOptions, inject: [CONFIG] },
  ];
}

function logPorts({ logs: { writer, reader, upkeep, state } }: Engines): Provider[] {
  const meter = (metrics: OwnMetrics): LogWriter => new MeteredLogWriter(writer, metrics);
  return [
    { provide: LogWriter, useFactory: meter, inject: [OwnMetrics] },
    { provide: BulkReader, useFactory: (log: Log): BulkReader => new BulkThread(log), inject: [Log] },
    { provide: LogReader, useValue: reader },
    { provide: LogUpkeep, useValue: upkeep },
    { provide: LOG_STORE_STATE, useValue: state },
    { provide: LogExportFiles, useFactory: exportFiles, inject: [CONFIG] },
  ];
}

function exportFiles({ logsExportDir, dataDir }: Config): LogExportFiles {
  return new FolderLogExportFiles(logsExportDir ?? join(dataDir, 'exports'));
}

function collectOptions(config: Config): CollectOptions {
  return {
    resolutionMs: config.metricResolutionMs,
    shardNodes: config.metricShardNodes,
    concurrency: config.kubeletConcurrency,
    shardDeadlineMs: SHARD_DEADLINE_MS,
    customMetrics: config.metricsCustom,
    customMaxSeries: config.metricsCustomMaxSeries,
  };
}
