import type { DynamicModule } from '@nestjs/common';
import { BullmqModule } from '../adapters/bullmq/bullmq.module.js';
import { connectPostgres, BULLMQ_SCHEMA } from '../adapters/bullmq/connect-postgres.js';
import { connectRedis } from '../adapters/bullmq/connect-redis.js';
import type { BullmqBackend } from '../adapters/bullmq/bullmq-backend.js';
import { HttpKubeletSource } from '../adapters/kubelet/kubelet-source.http.js';
import { readAgain } from '../adapters/kubelet/read-again.js';
import { ProxyKubeletSource } from '../adapters/kubelet/kubelet-source.proxy.js';
import { ClusterCredentials } from '../adapters/kubernetes/cluster-credentials.js';
import type { KubeConfigSource } from '../adapters/kubernetes/kube-config-worker.js';
import { KubernetesApi, OBJECT_CONNECTIONS } from '../adapters/kubernetes/kubernetes-api.js';
import { JOB_CATALOGUE } from '../jobs/job-catalogue.js';
import type { KubeletPaths } from '../adapters/kubelet/kubelet-paths.js';
import type { KubeletSource } from '../metrics/collect/kubelet.port.js';
import type { ConfiguredSink } from '../metrics/sinks/configured-sink.js';
import { checkDataDir } from '../platform/check-data-dir.js';
import type { Config } from '../platform/config.js';
import type { Log } from '../platform/log.js';
import { openLogStore, type LogStore } from './open-log-store.js';
import { openMetricSinks } from './open-metric-sinks.js';
import { openMetricStore, type MetricStore } from './open-metric-store.js';
import { openRecords } from './open-records.js';
import type { Database } from '../adapters/postgres/database.js';
import { lockDataDir } from '../adapters/duckdb/data-dir-lock.js';

/** Everything outside of the process that a role needs, open. */
export interface Engines {
  readonly database: Database;
  /** `JobQueue` on the open backend, and `JobWorkers` where the role works. */
  readonly jobs: DynamicModule;
  readonly metrics: MetricStore;
  readonly logs: LogStore;
  readonly sinks: readonly ConfiguredSink[];
  readonly api: KubernetesApi;
  /** For deploying: few connections, however many objects. */
  readonly objectApi: KubernetesApi;
  readonly kubelets: KubeletSource & KubeletPaths;
  /** Closes all of them, the last opened first. */
  close(): Promise<void>;
}

/** Opens the engines that the settings name; when one cannot be opened, those before it are closed again. */
export async function openEngines(config: Config, log: Log): Promise<Engines> {
  await using opened = new AsyncDisposableStack();
  const sinks = await openMetricSinks(config);
  const credentials = new ClusterCredentials(clusterSource(config), log);
  await credentials.load();
  await checkDataDir(config.dataDir);
  if (config.role === 'all') {
    const lock = await lockDataDir(config.dataDir);
    opened.defer(() => lock.release());
  }
  const database = await openRecords(config, log);
  opened.defer(() => database.close());
  const backend = openBackend(config, database, log);
  opened.defer(() => backend.close());
  await backend.prepare();
  const works = config.role !== 'api';
  const jobs = BullmqModule.with({ catalogue: JOB_CATALOGUE, backend, works, log: log.child({ part: 'jobs' }) });
  const metrics = await openMetricStore(config, log);
  opened.defer(() => metrics.close());
  const logs = await openLogStore(config, log.child({ part: 'logs' }));
  opened.defer(() => logs.close());
  const api = new KubernetesApi(credentials);
  opened.defer(() => api.close());
  const objectApi = new KubernetesApi(credentials, OBJECT_CONNECTIONS);
  opened.defer(() => objectApi.close());
  const kubelets = openKubelets(config, credentials, api, opened);
  const all = opened.move();
  return { database, jobs, metrics, logs, sinks, api, objectApi, kubelets, close: () => all.disposeAsync() };
}

function clusterSource({ kubeconfig, home, ...service }: Config): KubeConfigSource {
  return { kubeconfig, home, serviceHost: service.kubernetesServiceHost, servicePort: service.kubernetesServicePort };
}

function openBackend(config: Config, database: Database, log: Log): BullmqBackend {
  if (config.redisUrl !== undefined) return connectRedis(config.redisUrl, log);
  return connectPostgres(database.schemaPool({ schema: BULLMQ_SCHEMA }));
}

/** `auto` is `direct`: the proxy needs a right that is as good as exec on every pod, so it is taken only when it is named. */
function openKubelets(
  config: Config,
  credentials: ClusterCredentials,
  api: KubernetesApi,
  opened: AsyncDisposableStack,
): KubeletSource & KubeletPaths {
  const limits = { timeoutMs: config.kubeletTimeoutMs, maxBodyBytes: config.kubeletMaxBodyBytes };
  if (config.kubeletAccess === 'proxy') return new ProxyKubeletSource(api, limits);
  const ownCa = config.kubeletCaFile === undefined ? undefined : readAgain(config.kubeletCaFile);
  const source = new HttpKubeletSource({
    ...limits,
    insecureTls: config.kubeletInsecureTls,
    keptConnections: config.kubeletKeptConnections,
    credentials: async () => {
      const { headers, tls } = await credentials.current();
      return { authorization: headers['authorization'], ca: ownCa?.() ?? tls.ca, cert: tls.cert, key: tls.key };
    },
  });
  opened.defer(() => source.close());
  return source;
}
