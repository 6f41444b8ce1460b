import { z } from 'zod';
import { NodePath } from '../../cluster/cluster-filters.schema.js';
import { text } from '../../platform/http/described.js';
import { flag, instant, number } from './cadvisor-fields.js';

export const CadvisorPath = NodePath.extend({
  path: z
    .string()
    .describe(
      'The name of a container: `system/<name>`, `pods/<namespace>/<pod>` or `pods/<namespace>/<pod>/<container>`; `system`, `pods` or `pods/<namespace>` for all below.',
    )
    .meta({ examples: ['pods/shop/web-7d4b9c6f5-x2x9k'] }),
});
export type CadvisorPath = z.infer<typeof CadvisorPath>;

/** Go sends a time that was not set as its zero. */
const goTime = (description: string) =>
  z.iso
    .datetime({ offset: true, error: 'must be an RFC 3339 time' })
    .optional()
    .describe(description)
    .meta({ examples: ['2026-01-01T10:00:00Z'] })
    .transform((value) => (value === undefined || value.startsWith('0001-01-01') ? undefined : Date.parse(value)));

/** What cAdvisor's clients send with a question; fields that it does not know it ignored, and so are they here. */
export const CadvisorRequest = z
  .object({
    num_stats: z
      .int()
      .min(-1)
      .max(1_000_000)
      .optional()
      .describe('The most stats of a container, the newest ones; -1 or 0 for all of the time. 60 are given at most.')
      .meta({ examples: [2] }),
    start: goTime('The oldest stats; ten minutes before the end unless given, and at most NODE_MAX_SPAN before it.'),
    end: goTime('The newest stats; now unless given.'),
  })
  .meta({ id: 'CadvisorRequest', description: "cAdvisor's ContainerInfoRequest." });
export type CadvisorRequest = z.infer<typeof CadvisorRequest>;

const traffic = {
  name: text('Its name; `default` when the kubelet names none.', 'eth0'),
  rx_bytes: number('Bytes received.', 123_456),
  rx_errors: number('Errors while receiving.', 0),
  tx_bytes: number('Bytes sent.', 123_456),
  tx_errors: number('Errors while sending.', 0),
};
const Interface = z.object(traffic).meta({ id: 'CadvisorInterface', description: 'Traffic of one interface.' });

const Stats = z
  .object({
    timestamp: instant('End of the collection cycle.'),
    cpu: z
      .object({
        usage: z
          .object({ total: number('CPU time since the start, in ns.', 123_456_789) })
          .meta({ id: 'CadvisorCpuUsage', description: 'CPU time.' }),
      })
      .meta({ id: 'CadvisorCpu', description: 'CPU.' })
      .optional()
      .describe('CPU.'),
    memory: z
      .object({
        usage: number('In use, page cache included, in bytes.', 104_857_600),
        working_set: number('In use and not to be reclaimed at once, in bytes.', 83_886_080),
        rss: number('Anonymous memory, in bytes.', 62_914_560),
        swap: number('Swap in use, in bytes.', 0),
        hierarchical_data: z
          .object({ pgfault: number('Page faults.', 1234), pgmajfault: number('Page faults that read a disk.', 2) })
          .meta({ id: 'CadvisorFaults', description: 'Page faults.' })
          .optional()
          .describe('Page faults since the start.'),
      })
      .meta({ id: 'CadvisorMemory', description: 'Memory.' })
      .optional()
      .describe('Memory.'),
    network: z
      .object({
        ...traffic,
        interfaces: z.array(Interface).optional().describe('Each interface, where there are several.'),
      })
      .meta({ id: 'CadvisorNetwork', description: 'Traffic of the default interface.' })
      .optional()
      .describe('Network; of the root and of pods.'),
    filesystem: z
      .array(
        z
          .object({
            device: text('Its name here: `/`, `logs`, `imageFs`, `Volume:<name>`.', '/'),
            capacity: number('Its size, in bytes.', 214_748_364_800),
            usage: number('Used, in bytes.', 34_359_738_368),
            available: number('Free, in bytes.', 180_388_626_432),
            has_inodes: flag('Whether inodes are known.', true),
            inodes: number('How many it has.', 13_107_200),
            inodes_free: number('How many are free.', 12_897_200),
          })
          .meta({ id: 'CadvisorFilesystemStats', description: 'Use of a file system.' }),
      )
      .optional()
      .describe('File systems.'),
    processes: z
      .object({ process_count: number('Processes.', 12) })
      .meta({ id: 'CadvisorProcesses', description: 'Processes.' })
      .optional()
      .describe('Processes.'),
  })
  .meta({ id: 'CadvisorStats', description: "cAdvisor's ContainerStats, as far as the kubelet's summary tells." });

const Reference = z
  .object({ name: text('Its name.', '/pods/shop/web-7d4b9c6f5-x2x9k/app') })
  .meta({ id: 'CadvisorReference', description: 'A container by its name.' });

const Spec = z
  .object({
    creation_time: instant('When it started.').optional(),
    labels: z
      .record(z.string(), z.string())
      .optional()
      .describe('The names by which kubelets labelled containers; a pod is its container `POD`.')
      .meta({ examples: [{ 'io.kubernetes.pod.name': 'web-7d4b9c6f5-x2x9k' }] }),
    image: text('Its image.', 'registry.example/shop/web:1.4.2').optional(),
    has_cpu: flag('Whether CPU is known of it.', true),
    cpu: z
      .object({
        limit: number('CPU requested, in shares of 1,024 a core.', 256),
        quota: number('CPU limit: µs a period.', 50_000),
        period: number('The period, in µs.', 100_000),
      })
      .meta({ id: 'CadvisorCpuSpec', description: 'What CPU it may use.' })
      .optional()
      .describe('What CPU it may use.'),
    has_memory: flag('Whether memory is known of it.', true),
    memory: z
      .object({
        limit: number('Memory limit, in bytes; absent: none.', 134_217_728),
        reservation: number('Memory requested, in bytes.', 67_108_864),
      })
      .meta({ id: 'CadvisorMemorySpec', description: 'What memory it may use.' })
      .optional()
      .describe('What memory it may use.'),
    has_network: flag('Whether network is known of it.', false),
    has_filesystem: flag('Whether file systems are known of it.', true),
    has_diskio: flag('Always false: kubelets do not tell.', false),
    has_processes: flag('Whether processes are known of it.', false),
    has_custom_metrics: flag('Always false.', false),
  })
  .meta({ id: 'CadvisorSpec', description: "cAdvisor's ContainerSpec." });

const Container = z
  .object({
    name: text('Its path.', '/pods/shop/web-7d4b9c6f5-x2x9k/app'),
    aliases: z
      .array(z.string())
      .optional()
      .describe('Its name as Kubernetes has it.')
      .meta({ examples: [['shop/web-7d4b9c6f5-x2x9k/app']] }),
    namespace: text('Where aliases are unique.', 'kubernetes').optional(),
    subcontainers: z.array(Reference).optional().describe('What is directly below.'),
    spec: Spec.describe('What it may use.'),
    stats: z.array(Stats).describe('The newest stats, in order of time.'),
  })
  .meta({ id: 'CadvisorContainer', description: "cAdvisor's ContainerInfo." });
export type CadvisorContainer = z.infer<typeof Container>;

export const CadvisorContainers = z
  .array(Container)
  .meta({ id: 'CadvisorContainers', description: 'A container and all below it.' });
export type CadvisorContainers = z.infer<typeof CadvisorContainers>;
