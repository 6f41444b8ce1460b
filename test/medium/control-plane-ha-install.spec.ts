import { describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { MemoryClusterObjects } from '../support/memory-cluster-objects.js';
import { MemoryStaticPods } from '../support/memory-static-pods.js';
import { leads, mirrorPods, seedNodes } from '../support/mirror-pods.js';
import type { StaticPods } from '../../src/agents/static-pods.service.js';
import type { PayloadOf } from '../../src/jobs/job-catalogue.js';
import type { RunService } from '../../src/jobs/run.service.js';
import { SystemClock } from '../../src/platform/clock.js';
import { toYaml } from '../../src/stacks/catalogue/to-yaml.js';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import { MANIFEST_DIGEST } from '../../src/stacks/control-plane/core/ha/component-pod.js';
import type { Installable } from '../../src/stacks/control-plane/core/ha/install-step.js';
import { ledPod } from '../../src/stacks/control-plane/core/ha/led-pod.js';
import { ChangeInstance } from '../../src/stacks/control-plane/ha/change-instance.service.js';
import { InstallHa, type InstalledHa } from '../../src/stacks/control-plane/ha/install-ha.service.js';
import { LookAtInstances } from '../../src/stacks/control-plane/ha/look-at-instances.service.js';
import { UnfinishedChanges } from '../../src/stacks/control-plane/ha/unfinished-changes.service.js';

const RUN = '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e';
type Payload = PayloadOf<'stacks.install-control-plane'>;

/** Two nodes of which the first leads the scheduler, and a third that does nothing. */
class Rig {
  readonly cluster = new MemoryClusterObjects();
  readonly pods = new MemoryStaticPods();
  readonly told: string[] = [];
  /** The oldest run that is not over. */
  oldest = RUN;
  readonly installing: InstallHa;

  constructor(isReady?: (node: string, pod: ManifestObject) => boolean) {
    seedNodes(this.cluster, ['cp-1', 'cp-2', 'cp-3']);
    for (const component of ['kube-scheduler', 'kube-controller-manager']) leads(this.cluster, component, 'cp-1');
    mirrorPods(this.cluster, this.pods, isReady);
    const pods = this.pods as unknown as StaticPods;
    const looking = new LookAtInstances(this.cluster, new SystemClock());
    const items = (kind: string) =>
      kind === 'stacks.install-control-plane' ? [{ id: this.oldest, createdAtMs: 1 }] : [];
    const list = async ({ kind = '' }: { kind?: string }) => ({ items: items(kind) });
    const unfinished = new UnfinishedChanges({ list } as unknown as RunService);
    this.installing = new InstallHa(pods, new ChangeInstance(pods, looking), looking, unfinished);
  }

  install(payload: Payload, attempt = 1, signal = new AbortController().signal): Promise<InstalledHa> {
    const progress = (done: number, total?: number, message?: string): void =>
      void this.told.push(`${done}/${total} ${message}`);
    return this.installing.install(payload, RUN, { signal, attempt, progress }, 1);
  }
}

function steps(...wanted: readonly (readonly [node: string, component: Installable])[]): Payload {
  return {
    timeLimitMs: 600_000,
    steps: wanted.map(([node, component]) => {
      const pod = ledPod(component as 'kube-scheduler', {
        image: `registry.k8s.io/${component}:v1.34.1`,
        flags: [{ name: 'leader-elect', value: 'true' }],
        mounts: [],
      });
      return {
        node,
        component,
        fileName: `${component}.yaml`,
        manifest: toYaml([pod]),
        digest: pod.metadata.annotations?.[MANIFEST_DIGEST] ?? '',
        mustExist: [],
      };
    }),
  };
}

const BOTH = steps(['cp-2', 'kube-controller-manager'], ['cp-2', 'kube-scheduler'], ['cp-3', 'kube-scheduler']);

describe('an installation', () => {
  it('changes one manifest at a time, and each stays only when it is up', async () => {
    const rig = new Rig();
    expect(await rig.install(BOTH)).toEqual({
      installed: BOTH.steps.map(({ node, component, fileName }) => ({ node, component, fileName, replaced: false })),
      leaders: { 'kube-scheduler': 'cp-1', 'kube-controller-manager': 'cp-1' },
    });
    expect(rig.pods.calls).toEqual([
      'install cp-2 kube-controller-manager.yaml',
      'confirm cp-2 kube-controller-manager.yaml',
      'install cp-2 kube-scheduler.yaml',
      'confirm cp-2 kube-scheduler.yaml',
      'install cp-3 kube-scheduler.yaml',
      'confirm cp-3 kube-scheduler.yaml',
    ]);
    expect(rig.told.at(-1)).toBe('3/3 kube-scheduler on cp-3: it is up and stays');
  });

  it('comes to the leader’s node last', async () => {
    const rig = new Rig();
    await rig.install(steps(['cp-1', 'kube-scheduler'], ['cp-2', 'kube-scheduler']));
    expect(rig.pods.calls.filter((call) => call.startsWith('install'))).toEqual([
      'install cp-2 kube-scheduler.yaml',
      'install cp-1 kube-scheduler.yaml',
    ]);
  });

  it('does not touch the leader’s node while nobody could take over', async () => {
    const rig = new Rig();
    await expect(rig.install(steps(['cp-1', 'kube-scheduler']))).rejects.toThrow('cp-1 leads kube-scheduler');
    expect(rig.pods.calls).toEqual([]);
  });

  it('stops at what does not come up: it is not confirmed, and told when its agent has put back what was there', async () => {
    const rig = new Rig((node) => node !== 'cp-2');
    rig.pods.files.set(
      'cp-2/kube-scheduler.yaml',
      toYaml([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'kube-scheduler', namespace: 'kube-system' } }]),
    );
    const payload = { ...steps(['cp-2', 'kube-scheduler'], ['cp-3', 'kube-scheduler']), timeLimitMs: 1 };
    const running = rig.install(payload);
    const failed = expect(running).rejects.toThrow(
      'Not so after 1ms: kube-scheduler on cp-2: it runs, but is not ready. It was not confirmed, and the agent of cp-2 has put back what was there before (another manifest)',
    );
    await untilTold(rig, 'its agent puts back what was there before');
    rig.pods.expire();
    await failed;
    expect(rig.pods.calls).toEqual(['install cp-2 kube-scheduler.yaml']);
    expect(rig.pods.states()).toEqual(['restored']);
  });

  it('waits for an API server that is away, and for a leader', async () => {
    const rig = new Rig();
    rig.cluster.seed({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'kube-scheduler', namespace: 'kube-system' },
      spec: { holderIdentity: '' },
    });
    rig.pods.before = (call) => {
      if (call.startsWith('confirm')) throw new Error('too early');
    };
    const running = rig.install(steps(['cp-2', 'kube-scheduler']));
    await untilTold(rig, 'nobody holds the Lease');
    rig.cluster.isAway = true;
    await untilTold(rig, 'the API server does not answer');
    rig.pods.before = () => undefined;
    rig.cluster.isAway = false;
    leads(rig.cluster, 'kube-scheduler', 'cp-1');
    expect((await running).installed).toHaveLength(1);
  });

  it('whose worker dies at any call comes to the same end in its next attempt', async () => {
    const rig = new Rig();
    await rig.install(BOTH);
    for (let dies = 0; dies < rig.pods.calls.length; dies += 1) {
      const mortal = new Rig();
      let calls = 0;
      mortal.pods.before = () => {
        if (calls++ === dies) throw new Error('it dies here');
      };
      await expect(mortal.install(BOTH)).rejects.toThrow('it dies here');
      mortal.pods.before = () => undefined;
      expect((await mortal.install(BOTH, 2)).installed).toHaveLength(BOTH.steps.length);
      expect(mortal.pods.files).toEqual(rig.pods.files);
      expect(mortal.pods.states()).toEqual(['confirmed', 'confirmed', 'confirmed']);
    }
  });

  it('whose change was undone after its worker had died makes it anew', async () => {
    const rig = new Rig();
    rig.pods.before = (call) => {
      if (call.startsWith('confirm')) throw new Error('it dies here');
    };
    await expect(rig.install(steps(['cp-2', 'kube-scheduler']))).rejects.toThrow('it dies here');
    rig.pods.expire();
    rig.pods.before = () => undefined;
    await rig.install(steps(['cp-2', 'kube-scheduler']), 2);
    expect(rig.pods.states()).toEqual(['restored', 'confirmed']);
  });

  it('waits for no other: while one runs, a second fails', async () => {
    const rig = new Rig();
    rig.oldest = 'another';
    await expect(rig.install(BOTH)).rejects.toThrow('The run another changes the control plane already');
    expect(rig.pods.calls).toEqual([]);
  });

  it('is tried again when an agent is away, and is not when one refuses', async () => {
    const rig = new Rig();
    await rig.install(steps(['cp-2', 'kube-scheduler']));
    rig.cluster.isAway = true;
    await expect(rig.install(BOTH)).rejects.toMatchObject({ name: 'ProblemError', code: 'UNAVAILABLE' });
    const other = new Rig();
    await other.pods.install('cp-2', { ...BOTH.steps[1]!, changeId: 'somebody’s', confirmWithinMs: 1 });
    await expect(other.install(steps(['cp-2', 'kube-scheduler']))).rejects.toMatchObject({
      name: 'UnrecoverableJobError',
      message: 'Another change of kube-scheduler.yaml is pending',
    });
  });
});

async function untilTold({ told }: Rig, text: string): Promise<void> {
  await eventually(text, () => told.some((line) => line.includes(text)));
}
