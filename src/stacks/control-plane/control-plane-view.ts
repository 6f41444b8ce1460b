import { type ControlPlaneFacts, type Told, valueOf } from './core/control-plane-facts.js';
import type { Judgement } from './core/finding.js';
import { isHeld } from './core/read-lease.js';
import { serverHost } from './core/server-host.js';
import type { ControlPlaneView } from './control-plane.schema.js';

const DAY_MS = 86_400_000;

/** The control plane as clients see it. */
export function controlPlaneView(facts: ControlPlaneFacts, judged: Judgement, nowMs: number): ControlPlaneView {
  const { loadBalancer } = facts;
  const { verdict } = judged;
  return {
    verdict: { losesANodeWithoutLossOfService: verdict.losesANode, because: [...verdict.because] },
    findings: judged.findings.map(({ code, severity, what, why, fix }) => ({ code, severity, what, why, fix })),
    ...(facts.managedBy === undefined ? {} : { managedBy: facts.managedBy }),
    replicas: (valueOf(facts.replicas) ?? []).map((replica) => ({ ...replica, flags: { ...replica.flags } })),
    leaders: facts.leases.map((lease) => leaderView(lease, nowMs)),
    apiServers: facts.health.map(({ certificateEndsAtMs, ...health }) => ({
      ...health,
      ...(certificateEndsAtMs === undefined
        ? {}
        : {
            certificateEndsAt: new Date(certificateEndsAtMs).toISOString(),
            certificateDaysLeft: Math.floor((certificateEndsAtMs - nowMs) / DAY_MS),
          }),
    })),
    loadBalancer: {
      ...(valueOf(loadBalancer.endpoint) === undefined ? {} : { endpoint: valueOf(loadBalancer.endpoint) }),
      ...unknownOf(loadBalancer.endpoint),
      ...(valueOf(loadBalancer.virtualIpHolder) === undefined
        ? {}
        : { virtualIpHolder: valueOf(loadBalancer.virtualIpHolder) }),
      pods: [...loadBalancer.pods],
    },
    clients: facts.clients.map(({ client, server }) => ({
      client,
      ...(valueOf(server) === undefined ? {} : { server: valueOf(server) }),
      ...unknownOf(server),
      usesLoadBalancer: usesLoadBalancer(valueOf(server), valueOf(loadBalancer.endpoint)),
    })),
    readAt: new Date(nowMs).toISOString(),
  };
}

function leaderView(
  { component, lease }: ControlPlaneFacts['leases'][number],
  nowMs: number,
): ControlPlaneView['leaders'][number] {
  if ('unknown' in lease) return { component, unknown: lease.unknown };
  if (!lease.value) return { component };
  const { holder, node, renewedAtMs, leaseDurationMs, transitions } = lease.value;
  return {
    component,
    holder,
    ...(node === undefined ? {} : { node }),
    isHeld: isHeld(lease.value, nowMs),
    ...(renewedAtMs === undefined
      ? {}
      : { renewedAt: new Date(renewedAtMs).toISOString(), ageMs: Math.max(0, Math.round(nowMs - renewedAtMs)) }),
    leaseDurationMs,
    transitions,
  };
}

function usesLoadBalancer(server: string | undefined, endpoint: string | undefined): 'yes' | 'no' | 'unknown' {
  if (server === undefined || endpoint === undefined) return 'unknown';
  return serverHost(server) === serverHost(endpoint) ? 'yes' : 'no';
}

/** Why it is not known, where it is not. */
function unknownOf(told: Told<unknown>): { readonly unknown?: string } {
  return 'unknown' in told ? { unknown: told.unknown } : {};
}
