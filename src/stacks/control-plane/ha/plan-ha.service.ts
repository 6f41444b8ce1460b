import { Injectable } from '@nestjs/common';
import { invalidInput, ProblemError } from '../../../platform/errors.js';
import { imageThrough } from '../../core/render/image-through.js';
import { clusterProblem } from '../../releases/cluster-problem.js';
import type { HaFacts } from '../core/ha/ha-facts.js';
import type { HaInput, VirtualIp } from '../core/ha/ha-input.js';
import type { HaPlan } from '../core/ha/ha-plan.js';
import { apiServerPort } from '../core/ha/api-server-pod.js';
import { renderHa } from '../core/ha/render-ha.js';
import type { HaParameters } from './ha.schema.js';
import { ReadHaFacts } from './read-ha-facts.service.js';

/** Makes a plan of parameters and of what runs today. */
@Injectable()
export class PlanHa {
  constructor(private readonly reading: ReadHaFacts) {}

  /** @throws ProblemError INVALID_INPUT; UNPROCESSABLE for managed clusters, and naming what is missing; UNAVAILABLE */
  async plan(parameters: HaParameters): Promise<{ readonly plan: HaPlan; readonly facts: HaFacts }> {
    const facts = await this.#facts();
    const planned = renderHa(inputOf(parameters, facts), facts);
    if (!('missing' in planned)) return { plan: planned, facts };
    const errors = [...planned.missing];
    throw new ProblemError('UNPROCESSABLE', errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '), {
      errors,
    });
  }

  async #facts(): Promise<HaFacts> {
    try {
      const { managedBy, ...facts } = await this.reading.facts();
      if (managedBy === undefined) return facts;
      throw new ProblemError(
        'UNPROCESSABLE',
        `The control plane belongs to ${managedBy}, which runs it outside of the nodes of this cluster and keeps it up itself: nothing can be added to it from here.`,
      );
    } catch (error) {
      throw clusterProblem(error);
    }
  }
}

function inputOf(
  { nodes, components, scheduler, controllerManager, virtualIp, imageRegistry, staticPodPath }: HaParameters,
  facts: HaFacts,
): HaInput {
  return {
    nodes,
    components,
    scheduler: scheduler ?? {},
    controllerManager: controllerManager ?? {},
    virtualIp: virtualIp && virtualIpOf(virtualIp, imageRegistry, facts),
    staticPodPath,
  };
}

function virtualIpOf(
  given: NonNullable<HaParameters['virtualIp']>,
  registry: string | undefined,
  { running, apiServers }: HaFacts,
): VirtualIp {
  const shown = running.find(({ component }) => component === 'kube-apiserver');
  const apiPort = shown ? apiServerPort(shown.flags) : apiServers[0]?.port;
  const usual = given.kind === 'kube-vip' ? (apiPort ?? 6443) : 8443;
  const { kubeVipImage, haproxyImage, keepalivedImage, port = usual, ...same } = given;
  if (given.kind === 'kube-vip' && apiPort !== undefined && port !== apiPort)
    throw invalidInput(
      '/parameters/virtualIp/port',
      `must be ${apiPort}: kube-vip gives the address to a node, whose API server answers there on its own port`,
    );
  if (given.kind === 'haproxy-keepalived' && port === apiPort)
    throw invalidInput(
      '/parameters/virtualIp/port',
      `must not be ${port}: the API server of the same node listens there`,
    );
  const through = (image: string): string => imageThrough(image, registry);
  return {
    ...same,
    port,
    images: {
      kubeVip: through(kubeVipImage),
      haproxy: through(haproxyImage),
      keepalived: through(keepalivedImage),
    },
  };
}
