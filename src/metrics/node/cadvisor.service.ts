import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import { isBelow, parsePath, type PathSelector } from '../core/node/container-path.js';
import { nodeEntries } from '../core/node/node-entries.js';
import { MOST_STEPS, planSteps } from '../core/node/plan-steps.js';
import type { ObjectType } from '../core/sample.js';
import type { Asked } from '../../auth/asked.js';
import { QueryGate } from '../query/query-gate.js';
import { AskedNode } from './asked-node.service.js';
import type { CadvisorMachine } from './cadvisor-machine.schema.js';
import type { CadvisorContainers, CadvisorRequest } from './cadvisor.schema.js';
import { NodeMachineService } from './node-machine.service.js';
import { NodeSamples } from './node-samples.service.js';
import { presentCadvisorContainers } from './present-cadvisor.js';
import { presentCadvisorMachine } from './present-cadvisor-machine.js';

const USUAL_SPAN_MS = 10 * 60_000;
/** The newest cycles may not be collected yet: where few stats are wanted they are looked for further back. */
const SPARE_STEPS = 2;
const TYPES_OF: Readonly<Record<PathSelector['kind'], { readonly types?: readonly ObjectType[] }>> = {
  all: {},
  system: { types: ['sys_container'] },
  pods: { types: ['pod', 'pod_container'] },
};

/** Nodes and containers in the form of cAdvisor's API v1.3. */
@Injectable()
export class CadvisorService {
  constructor(
    private readonly nodes: AskedNode,
    private readonly machines: NodeMachineService,
    private readonly samples: NodeSamples,
    private readonly gate: QueryGate,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'metricResolutionMs' | 'nodeMaxSpanMs'>,
  ) {}

  /** @throws ProblemError 404, 503 */
  async machine(name: string): Promise<CadvisorMachine> {
    return presentCadvisorMachine(await this.machines.get(name), this.clock.now());
  }

  /** A container and all below it, by path. @throws ProblemError 404 no such node or container, 422, 429, 503 */
  async subcontainers(
    name: string,
    path: string,
    request: CadvisorRequest,
    { signal }: Asked,
  ): Promise<CadvisorContainers> {
    const node = this.nodes.get(name);
    const selector = parsePath(path);
    if (!selector) throw noContainer(path, name);
    const { toMs, steps, mostStats } = this.plan(request);
    const { namespace } = selector;
    const narrowed = { ...TYPES_OF[selector.kind], ...(namespace === undefined ? {} : { namespace }) };
    const measured = await this.gate.run(signal, (signal) =>
      this.samples.history(name, { toMs, steps }, narrowed, signal),
    );
    const entries = nodeEntries(name, measured, this.nodes.pods(name)).filter(({ object }) =>
      isBelow(object, selector),
    );
    if (entries.length === 0) throw noContainer(path, name);
    return presentCadvisorContainers(entries, node.capacity, mostStats);
  }

  /** As cAdvisor did, gives what there is rather than refusing what is too much. */
  private plan({ num_stats = 0, start, end }: CadvisorRequest) {
    const toMs = Math.min(end ?? Infinity, this.clock.now());
    const wantedMs = toMs - (start ?? toMs - USUAL_SPAN_MS);
    const spanMs = Math.min(Math.max(wantedMs, 1), this.config.nodeMaxSpanMs);
    const { stepMs, count } = planSteps(spanMs, this.config.metricResolutionMs);
    if (num_stats <= 0) return { toMs, steps: { stepMs, count }, mostStats: MOST_STEPS };
    const steps = { stepMs, count: Math.min(count, num_stats + SPARE_STEPS) };
    return { toMs, steps, mostStats: Math.min(num_stats, MOST_STEPS) };
  }
}

function noContainer(path: string, node: string): ProblemError {
  return new ProblemError('NOT_FOUND', `There is no container ${path} on node ${node}`);
}
