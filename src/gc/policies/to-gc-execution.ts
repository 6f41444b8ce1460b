import { parseDuration } from '../../core/duration.js';
import { toBytes } from '../../core/quantity.js';
import type { GcExecution, MaintenanceWindow } from '../core/execution.js';
import type { GcPolicyBody } from './gc-policy-body.schema.js';

/** Where and when a policy is carried out, in the units that the code reckons in. The body has been through its schema. */
export function toGcExecution(body: GcPolicyBody): GcExecution {
  const { labelSelector, names } = body.nodes;
  const { disk } = body.triggers;
  return {
    ...(labelSelector === undefined ? {} : { nodeSelector: labelSelector }),
    ...(names === undefined ? {} : { nodeNames: names }),
    nodesAtOnce: body.nodesAtOnce,
    nodeOrder: body.nodeOrder,
    isDryRun: body.dryRun,
    deadlineMs: parseDuration(body.deadline),
    imagesPerMinute: body.imagesPerMinute,
    windows: body.windows.map(windowOf),
    ...(disk === undefined
      ? {}
      : {
          disk: {
            ...(disk.abovePercent === undefined ? {} : { abovePercent: disk.abovePercent }),
            ...(disk.aboveBytes === undefined ? {} : { aboveBytes: toBytes(disk.aboveBytes) }),
          },
        }),
    notify: body.notify,
  };
}

function windowOf({ days, from, to, timeZone }: GcPolicyBody['windows'][number]): MaintenanceWindow {
  return { days, fromMinute: minuteOf(from), toMinute: minuteOf(to), timeZone };
}

function minuteOf(clock: string): number {
  const [hour = '0', minute = '0'] = clock.split(':');
  return Number(hour) * 60 + Number(minute);
}
