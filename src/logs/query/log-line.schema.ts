import { z } from 'zod';
import { count, text } from '../../platform/http/described.js';
import { LOG_LEVELS } from '../core/log-level.js';

/** An instant of an answer about logs: RFC 3339 in UTC, with nanoseconds. */
export const instantNs = (description: string) =>
  z.iso
    .datetime()
    .describe(description)
    .meta({ examples: ['2026-01-01T14:05:09.123456789Z'] });

export const LogLine = z
  .object({
    time: instantNs('When the line was written, by the stamp of the runtime or shipper.'),
    observedTime: instantNs('When Quartermaster took it in.'),
    place: text('Its place among all lines: names it in `getLogContext`. Opaque.', '18a1b2c3d4e5f607-0'),
    message: text(
      'The line as it was written, without its newline; a joined stack trace holds newlines. Bytes that are no UTF-8 stand as `\\xNN`.',
      'GET /cart 500 12ms',
    ),
    level: z
      .enum(LOG_LEVELS)
      .optional()
      .describe('How bad it is, as far as the line tells.')
      .meta({ examples: ['error'] }),
    stream: z
      .enum(['stdout', 'stderr'])
      .optional()
      .describe('Where the container wrote it.')
      .meta({ examples: ['stderr'] }),
    fields: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('What a structured line says besides its message; paths are joined by dots.')
      .meta({ examples: [{ 'http.status': 500 }] }),
    namespace: text('The namespace of the pod.', 'shop').optional(),
    pod: text('The pod.', 'web-7d4b9c-x2x8p').optional(),
    podUid: text('The uid of the pod.', '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e').optional(),
    container: text('The container.', 'app').optional(),
    containerId: text('The id of the container at its runtime.', '4f1c9e0d').optional(),
    restart: count('How often the container had been restarted when it wrote this.', 2).optional(),
    node: text('The node.', 'node-1').optional(),
    workload: text('What owns the pod, as `Kind/name`.', 'Deployment/web').optional(),
    labels: z
      .record(z.string(), z.string())
      .optional()
      .describe('The Kubernetes labels of the pod.')
      .meta({ examples: [{ app: 'web' }] }),
    unit: text("Of a node's own log: the systemd unit, or the file.", 'kubelet.service').optional(),
    sequence: count('Orders lines of one container that bear the same time.', 0),
    source: z
      .enum(['kubernetes', 'bulk'])
      .describe("How it came in: by the cluster's own log streams, or from a shipper.")
      .meta({ examples: ['kubernetes'] }),
    cutBytes: count('How many bytes were cut off its end; absent when none.', 1024).optional(),
  })
  .meta({ id: 'LogLine', description: 'One line of a log. What is absent is unknown.' });
export type LogLine = z.infer<typeof LogLine>;
