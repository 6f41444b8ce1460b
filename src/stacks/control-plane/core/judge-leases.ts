import type { ControlPlaneFacts } from './control-plane-facts.js';
import type { Finding } from './finding.js';
import { isHeld } from './read-lease.js';

/** Whether each component that is led has a leader now. */
export function judgeLeases({ leases }: ControlPlaneFacts, nowMs: number): readonly Finding[] {
  return leases.flatMap(({ component, lease }): readonly Finding[] => {
    const logs = `kubectl -n kube-system logs -l component=${component}; kubectl -n kube-system get lease ${component} -o yaml`;
    if ('unknown' in lease)
      return [
        {
          code: 'leader-unknown',
          severity: 'info',
          what: `Who leads ${component} is unknown`,
          why: lease.unknown,
          fix: 'Let Quartermaster get leases in kube-system (deploy/rbac.yaml)',
          nodeLoss: 'unknown',
        },
      ];
    if (!lease.value)
      return [
        {
          code: 'no-lease',
          severity: 'warning',
          what: `There is no Lease kube-system/${component}`,
          why: 'Leaders are elected by it: without one nothing shows that another replica would take over.',
          fix: `Run ${component} with --leader-elect=true`,
          nodeLoss: 'no',
        },
      ];
    if (isHeld(lease.value, nowMs)) return [];
    const { holder, renewedAtMs } = lease.value;
    const ageSeconds = renewedAtMs === undefined ? undefined : Math.round((nowMs - renewedAtMs) / 1000);
    return [
      {
        code: 'no-leader',
        severity: 'critical',
        what: `Nobody leads ${component}: ${holder === '' ? 'the Lease was given back' : `${holder} has not renewed the Lease`}${ageSeconds === undefined ? '' : ` for ${ageSeconds} s`}`,
        why: 'Its work stands still: no replica holds the Lease, and none has taken it.',
        fix: logs,
        nodeLoss: 'no',
      },
    ];
  });
}
