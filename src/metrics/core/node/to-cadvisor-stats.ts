/**
 * One moment of one thing in cAdvisor's form (google/cadvisor, lib/model/container.go: ContainerStats), as far as the kubelet's summary tells. Fields that it does
 * not tell are left out, and whole groups too; Go's clients read them as 0. Numbers are whole, as they were.
 */
import type { ObjectType } from '../sample.js';
import type { Metrics, Moment } from './node-entries.js';

export interface CadvisorInterface {
  readonly name: string;
  readonly rx_bytes?: number;
  readonly rx_errors?: number;
  readonly tx_bytes?: number;
  readonly tx_errors?: number;
}

export interface CadvisorStats {
  readonly timestamp: string;
  readonly cpu?: { readonly usage: { readonly total: number } };
  readonly memory?: {
    readonly usage?: number;
    readonly working_set?: number;
    readonly rss?: number;
    readonly swap?: number;
    readonly hierarchical_data?: { readonly pgfault?: number; readonly pgmajfault?: number };
  };
  readonly network?: CadvisorInterface & { readonly interfaces?: readonly CadvisorInterface[] };
  readonly filesystem?: readonly {
    readonly device: string;
    readonly capacity?: number;
    readonly usage?: number;
    readonly available?: number;
    readonly has_inodes: boolean;
    readonly inodes?: number;
    readonly inodes_free?: number;
  }[];
  readonly processes?: { readonly process_count: number };
}

const INTERFACE = 'Interface:';
/** The default interface has no name in the metric store. */
const DEFAULT_INTERFACE = 'default';

export function toCadvisorStats(type: ObjectType, { atMs, metrics, resources }: Moment): CadvisorStats {
  const read = reader(metrics);
  const total = read('cpu/usage');
  const faults = some({ pgfault: read('memory/page_faults'), pgmajfault: read('memory/major_page_faults') });
  const memory = some({
    usage: read('memory/usage'),
    working_set: read('memory/working_set'),
    rss: read('memory/rss'),
    swap: read('swap/usage'),
    hierarchical_data: faults,
  });
  const processes = read('process/count');
  return {
    timestamp: new Date(atMs).toISOString(),
    ...some({
      cpu: total === undefined ? undefined : { usage: { total } },
      memory,
      network: type === 'node' || type === 'pod' ? networkOf(metrics, resources) : undefined,
      filesystem: fileSystemsOf(resources),
      processes: processes === undefined ? undefined : { process_count: processes },
    }),
  };
}

function networkOf(metrics: Metrics, resources: Moment['resources']): CadvisorStats['network'] {
  const traffic = trafficOf(metrics, 'network');
  const interfaces = resources
    .filter(({ resource }) => resource.startsWith(INTERFACE))
    .map((one) => ({ name: one.resource.slice(INTERFACE.length), ...trafficOf(one.metrics, 'interface') }));
  if (!traffic && interfaces.length === 0) return undefined;
  const name = interfaces.find((one) => one.rx_bytes === traffic?.rx_bytes && one.tx_bytes === traffic?.tx_bytes)?.name;
  return { name: name ?? DEFAULT_INTERFACE, ...traffic, ...(interfaces.length > 0 ? { interfaces } : {}) };
}

function trafficOf(metrics: Metrics, subject: string) {
  const read = reader(metrics);
  return some({
    rx_bytes: read(`${subject}/rx`),
    rx_errors: read(`${subject}/rx_errors`),
    tx_bytes: read(`${subject}/tx`),
    tx_errors: read(`${subject}/tx_errors`),
  });
}

function fileSystemsOf(resources: Moment['resources']): CadvisorStats['filesystem'] {
  const found = resources.flatMap(({ resource, metrics }) => {
    const read = reader(metrics);
    const known = some({
      capacity: read('filesystem/limit'),
      usage: read('filesystem/usage'),
      available: read('filesystem/available'),
      inodes: read('filesystem/inodes'),
      inodes_free: read('filesystem/inodes_free'),
    });
    return known ? [{ device: resource, ...known, has_inodes: known.inodes !== undefined }] : [];
  });
  return found.length > 0 ? found : undefined;
}

function reader(metrics: Metrics): (name: string) => number | undefined {
  return (name) => {
    const value = metrics[name];
    return value === undefined ? undefined : Math.round(value);
  };
}

/** The fields that are known; undefined when none is. */
function some<Fields extends object>(
  fields: Fields,
): { [K in keyof Fields]?: Exclude<Fields[K], undefined> } | undefined {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return known.length > 0 ? (Object.fromEntries(known) as never) : undefined;
}
