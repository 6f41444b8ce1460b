import { Injectable } from '@nestjs/common';
import { parseDuration } from '../../core/duration.js';
import type { Cadence } from '../../jobs/job-queue.port.js';
import { SuppliesSchedules, type OwnedSchedule, type ScheduleSource } from '../../jobs/schedule-source.js';
import { GcPolicies, type KnownGcPolicy } from './gc-policies.service.js';

/** The schedules of policies: each starts a run of its policy. */
@SuppliesSchedules()
@Injectable()
export class GcPolicySchedules implements ScheduleSource {
  constructor(private readonly policies: GcPolicies) {}

  async schedules(): Promise<readonly OwnedSchedule[]> {
    return (await this.policies.list()).flatMap((policy) => scheduleOf(policy) ?? []);
  }
}

/** The name of a policy's schedule. */
export function scheduleNameOf(policy: string): string {
  return `gc.policy.${policy}`;
}

function scheduleOf({ name, body }: KnownGcPolicy): OwnedSchedule | undefined {
  const { schedule } = body.triggers;
  if (!schedule) return undefined;
  const cadence: Cadence = 'every' in schedule ? { everyMs: parseDuration(schedule.every) } : schedule;
  return {
    name: scheduleNameOf(name),
    kind: 'gc.run',
    payload: { policy: name },
    cadence,
    managedBy: `policy ${name}`,
  };
}
