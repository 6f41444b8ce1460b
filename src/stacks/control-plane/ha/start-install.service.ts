import { Injectable } from '@nestjs/common';
import { StaticPods } from '../../../agents/static-pods.service.js';
import type { Caller } from '../../../auth/caller.js';
import { parseDuration } from '../../../core/duration.js';
import type { Run } from '../../../jobs/run-records.port.js';
import { RunService } from '../../../jobs/run.service.js';
import { type InputError, ProblemError } from '../../../platform/errors.js';
import { CallerRights } from '../../rights/caller-rights.service.js';
import { MANIFEST_DIGEST } from '../core/ha/component-pod.js';
import type { HaFacts } from '../core/ha/ha-facts.js';
import type { HaPlan } from '../core/ha/ha-plan.js';
import { INSTALLABLE, type InstallStep } from '../core/ha/install-step.js';
import { contentOf } from './ha-view.js';
import type { HaInstallBody, HaParameters } from './ha.schema.js';
import { PlanHa } from './plan-ha.service.js';
import { UnfinishedChanges } from './unfinished-changes.service.js';

/** Starts installations. What can be refused is refused before any node is changed; what was rendered then is what the run installs. */
@Injectable()
export class StartInstall {
  constructor(
    private readonly planning: PlanHa,
    private readonly rights: CallerRights,
    private readonly pods: StaticPods,
    private readonly unfinished: UnfinishedChanges,
    private readonly runs: RunService,
  ) {}

  /** @throws ProblemError as `PlanHa.plan`; FORBIDDEN; UNPROCESSABLE when agents cannot do it; CONFLICT while the control plane is changed */
  async start({ parameters, timeLimit }: HaInstallBody, caller: Caller): Promise<Run> {
    refuse(notInstallable(parameters));
    const components = parameters.components ?? ['kube-controller-manager', 'kube-scheduler'];
    const { plan, facts } = await this.planning.plan({ ...parameters, components });
    refuse(unknownNodes(parameters, facts));
    const manifests = plan.nodes.flatMap(({ files }) =>
      files.flatMap(({ content }) => (isText(content) ? [] : [content])),
    );
    await this.rights.check(caller, { apply: manifests, remove: [] });
    const reasons = await Promise.all(plan.nodes.map(({ node }) => this.pods.whyNot(node)));
    const away = reasons.filter((reason) => reason !== undefined);
    if (away.length > 0) throw new ProblemError('UNPROCESSABLE', away.join('; '));
    await this.unfinished.refuseAnother();
    const payload = { steps: stepsOf(plan), timeLimitMs: parseDuration(timeLimit) };
    return this.runs.start('stacks.install-control-plane', payload, caller.name);
  }
}

function isText(content: unknown): content is string {
  return typeof content === 'string';
}

function refuse(errors: readonly InputError[]): void {
  if (errors.length === 0) return;
  throw new ProblemError('UNPROCESSABLE', errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '), {
    errors,
  });
}

function notInstallable({ components = [], virtualIp }: HaParameters): readonly InputError[] {
  const keyed = components.filter((name) => name === 'kube-apiserver' || name === 'etcd');
  return [
    ...keyed.map((name) => ({
      pointer: '/parameters/components',
      detail: `leave ${name} out: kubeadm join brings it, for its keys do not pass through Quartermaster; rendering shows the commands`,
    })),
    ...(virtualIp?.kind === 'haproxy-keepalived'
      ? [
          {
            pointer: '/parameters/virtualIp/kind',
            detail:
              'must be kube-vip: agents write manifests alone, and HAProxy and keepalived need configuration files besides; rendering shows them',
          },
        ]
      : []),
  ];
}

function unknownNodes({ nodes }: HaParameters, facts: HaFacts): readonly InputError[] {
  return nodes.flatMap(({ name }, place) =>
    facts.nodes.some((node) => node.name === name)
      ? []
      : [{ pointer: `/parameters/nodes/${place}/name`, detail: `${name} is not in the cluster: join it first` }],
  );
}

function stepsOf({ nodes }: HaPlan): InstallStep[] {
  return nodes.flatMap(({ node, files }) =>
    files.flatMap((file): InstallStep[] => {
      if (isText(file.content)) return [];
      const { metadata } = file.content;
      const component = INSTALLABLE.find((name) => name === metadata.name);
      const digest = metadata.annotations?.[MANIFEST_DIGEST];
      if (!component || digest === undefined) return [];
      const { mustExist } = file;
      return [{ node, component, fileName: `${component}.yaml`, manifest: contentOf(file), digest, mustExist }];
    }),
  );
}
