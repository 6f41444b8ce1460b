import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock.js';
import type { Leaders } from '../core/ha/choose-step.js';
import { INSTALLABLE, type Installable } from '../core/ha/install-step.js';
import { KUBE_VIP_LEASE } from '../core/ha/kube-vip-pod.js';
import { readInstances, type Instance } from '../core/ha/read-instances.js';
import { isHeld, readHolding } from '../core/read-lease.js';
import { ClusterObjects } from '../../objects/cluster-objects.port.js';

/** How what can be installed stands in the cluster. */
export interface LookedAt {
  readonly instances: readonly Instance[];
  /** The nodes of those that hold their Lease now. */
  readonly leaders: Leaders;
  /** When the Leases were renewed that somebody holds now, also where its node is not known; by the holders' clocks, ms since the epoch. */
  readonly held: ReadonlyMap<Installable, number>;
}

/** Looks at the instances of schedulers, controller managers and kube-vip, and at who leads them. */
@Injectable()
export class LookAtInstances {
  constructor(
    private readonly objects: ClusterObjects,
    private readonly clock: Clock,
  ) {}

  /** @throws ClusterUnreachableError; ObjectRefusedError when pods, nodes or Leases may not be read */
  async look(): Promise<LookedAt> {
    const [pods, nodes] = await Promise.all([
      this.objects.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system' }),
      this.objects.list({ apiVersion: 'v1', kind: 'Node' }),
    ]);
    const names = nodes.map(({ metadata }) => metadata.name);
    const leaders = new Map<Installable, string>();
    const held = new Map<Installable, number>();
    for (const component of INSTALLABLE) {
      const name = component === 'kube-vip' ? KUBE_VIP_LEASE : component;
      const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'kube-system', name };
      const lease = await this.objects.get(ref);
      if (!lease) continue;
      const holding = readHolding(lease, names);
      if (!isHeld(holding, this.clock.now())) continue;
      held.set(component, holding.renewedAtMs ?? NaN);
      if (holding.node !== undefined) leaders.set(component, holding.node);
    }
    return { instances: readInstances(pods, this.clock.now()), leaders, held };
  }
}
