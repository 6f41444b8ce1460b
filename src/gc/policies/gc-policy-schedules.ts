import { Injectable } from '@nestjs/common';
import { parseDuration } from '../../core/duration.js';
import type { Cadence } from '../../jobs/job-queue.port.js';
import { SuppliesSchedules, type OwnedSchedule, type ScheduleSource } from '../../jobs/schedule-source.js';
import { PRESETS } from '../core/presets.js';
import { GcPolicies, type KnownGcPolicy } from './gc-policies.service.js';
import { hasPart, POLICY_PARTS, type PolicyPart } from './policy-part.js';

/** The schedules of policies: each starts a run of its policy, or of one part of it. */
@SuppliesSchedules()
@Injectable()
export class GcPolicySchedules implements ScheduleSource {
  constructor(private readonly policies: GcPolicies) {}

  async schedules(): Promise<readonly OwnedSchedule[]> {
    return (await this.policies.list()).flatMap(schedulesOf);
  }
}

function schedulesOf(policy: KnownGcPolicy): OwnedSchedule[] {
  const { schedule } = policy.body.triggers;
  if (!schedule) return [];
  if (schedule === 'preset') {
    const { containersEveryMs, imagesEveryMs } = PRESETS[policy.body.preset].cadence;
    return schedulesOfParts(policy, { containers: containersEveryMs, images: imagesEveryMs });
  }
  if ('imagesEvery' in schedule)
    return schedulesOfParts(policy, {
      containers: parseDuration(schedule.containersEvery),
      images: parseDuration(schedule.imagesEvery),
    });
  return [scheduleOf(policy.name, 'every' in schedule ? { everyMs: parseDuration(schedule.every) } : schedule)];
}

/** A part that the policy leaves alone has none. */
function schedulesOfParts({ name, body }: KnownGcPolicy, everyMs: Readonly<Record<PolicyPart, number>>) {
  return POLICY_PARTS.filter((part) => hasPart(body, part)).map((part) =>
    scheduleOf(name, { everyMs: everyMs[part] }, part),
  );
}

function scheduleOf(policy: string, cadence: Cadence, part?: PolicyPart): OwnedSchedule {
  return {
    name: `gc.policy.${policy}${part === undefined ? '' : `.${part}`}`,
    kind: 'gc.run',
    payload: { policy, ...(part === undefined ? {} : { part }) },
    cadence,
    managedBy: `policy ${policy}`,
  };
}
