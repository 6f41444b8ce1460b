import { describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { MemoryClusterObjects } from '../support/memory-cluster-objects.js';
import { MemoryStaticPods } from '../support/memory-static-pods.js';
import { leads, mirrorPods, seedNodes } from '../support/mirror-pods.js';
import type { StaticPods } from '../../src/agents/static-pods.service.js';
import type { RunService } from '../../src/jobs/run.service.js';
import { SystemClock } from '../../src/platform/clock.js';
import { toYaml } from '../../src/stacks/catalogue/to-yaml.js';
import { MANIFEST_DIGEST } from '../../src/stacks/control-plane/core/ha/component-pod.js';
import type { RemovalStep } from '../../src/stacks/control-plane/core/ha/install-step.js';
import { ledPod } from '../../src/stacks/control-plane/core/ha/led-pod.js';
import { ChangeInstance } from '../../src/stacks/control-plane/ha/change-instance.service.js';
import { LookAtInstances } from '../../src/stacks/control-plane/ha/look-at-instances.service.js';
import { UnfinishedChanges } from '../../src/stacks/control-plane/ha/unfinished-changes.service.js';
import { UninstallHa, type UninstalledHa } from '../../src/stacks/control-plane/ha/uninstall-ha.service.js';
import type { ManifestObject, ObjectRef } from '../../src/stacks/core/manifest-object.js';

const RUN = '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e';
const POD = ledPod('kube-scheduler', { image: 'registry.k8s.io/kube-scheduler:v1.34.1', flags: [], mounts: [] });
const DIGEST = POD.metadata.annotations?.[MANIFEST_DIGEST] ?? '';
const THEIRS = toYaml([{ ...POD, metadata: { ...POD.metadata, annotations: {} } }]);
const file = (node: string): string => `${node}/kube-scheduler.yaml`;
const step = (node: string): RemovalStep => ({
  node,
  component: 'kube-scheduler',
  fileName: 'kube-scheduler.yaml',
  digest: DIGEST,
});

/** Whoever holds a Lease renews it whenever somebody looks. */
class LivelyCluster extends MemoryClusterObjects {
  renews = true;
  private renewals = 0;

  override async get(ref: ObjectRef): Promise<ManifestObject | undefined> {
    if (ref.kind === 'Lease' && this.renews && this.peek(ref)) {
      this.renewals += 1;
      this.editAs('leader', ref, { spec: { renewTime: new Date(Date.now() + this.renewals).toISOString() } });
    }
    return super.get(ref);
  }
}

class Rig {
  readonly cluster = new LivelyCluster();
  readonly pods = new MemoryStaticPods();
  readonly told: string[] = [];
  readonly #changing: ChangeInstance;
  readonly #uninstalling: UninstallHa;

  private constructor() {
    seedNodes(this.cluster, ['cp-1', 'cp-2', 'cp-3']);
    mirrorPods(this.cluster, this.pods);
    leads(this.cluster, 'kube-scheduler', 'cp-1');
    const pods = this.pods as unknown as StaticPods;
    const looking = new LookAtInstances(this.cluster, new SystemClock());
    const unfinished = new UnfinishedChanges({ list: async () => ({ items: [] }) } as unknown as RunService);
    this.#changing = new ChangeInstance(pods, looking);
    this.#uninstalling = new UninstallHa(pods, this.#changing, looking, unfinished);
  }

  /** Schedulers that were installed on nodes, some of them over another manifest. */
  static async with(installed: Readonly<Record<string, string | undefined>>): Promise<Rig> {
    const rig = new Rig();
    for (const [node, before] of Object.entries(installed)) {
      if (before !== undefined) rig.pods.files.set(file(node), before);
      const change = { changeId: `i-${node}`, fileName: 'kube-scheduler.yaml', mustExist: [], confirmWithinMs: 1 };
      await rig.pods.install(node, { ...change, manifest: toYaml([POD]) });
      await rig.pods.confirm(node, change.changeId);
    }
    rig.pods.calls.length = 0;
    return rig;
  }

  uninstall(nodes: readonly string[], timeLimitMs = 600_000, attempt = 1): Promise<UninstalledHa> {
    const progress = (done: number, total?: number, message?: string): void =>
      void this.told.push(`${done}/${total} ${message}`);
    const context = { signal: new AbortController().signal, attempt, progress };
    return this.#uninstalling.uninstall({ steps: nodes.map(step), timeLimitMs }, RUN, context, 1);
  }

  async untilTold(text: string): Promise<void> {
    await eventually(text, () => this.told.some((line) => line.includes(text)));
  }
}

describe('an installation that is taken away', () => {
  it('leaves what was there before it, the leader’s node last', async () => {
    const rig = await Rig.with({ 'cp-1': THEIRS, 'cp-2': undefined, 'cp-3': undefined });
    expect(await rig.uninstall(['cp-1', 'cp-2'])).toEqual({
      uninstalled: [
        { node: 'cp-2', component: 'kube-scheduler', fileName: 'kube-scheduler.yaml', putBack: false },
        { node: 'cp-1', component: 'kube-scheduler', fileName: 'kube-scheduler.yaml', putBack: true },
      ],
      leaders: { 'kube-scheduler': 'cp-1' },
    });
    expect([rig.pods.files.get(file('cp-1')), rig.pods.files.get(file('cp-2'))]).toEqual([THEIRS, undefined]);
  });

  it('stops before the last that is ready, and says why', async () => {
    const rig = await Rig.with({ 'cp-1': undefined, 'cp-2': undefined });
    await expect(rig.uninstall(['cp-1', 'cp-2'])).rejects.toMatchObject({
      name: 'UnrecoverableJobError',
      message: expect.stringContaining('kube-scheduler on cp-1 may be the last that the cluster has'),
    });
    expect([...rig.pods.files.keys()]).toEqual([file('cp-1')]);
  });

  it('is there again when nobody does its work: it is not confirmed, and its agent puts it back', async () => {
    const rig = await Rig.with({ 'cp-2': undefined });
    rig.cluster.renews = false;
    const failed = expect(rig.uninstall(['cp-2'], 1)).rejects.toThrow(
      'Not so after 1ms: kube-scheduler on cp-2: it is away, and nobody has renewed the Lease since. It was not confirmed, and the agent of cp-2 has put back what was there before (another manifest)',
    );
    await rig.untilTold('its agent puts back what was there before');
    rig.pods.expire();
    await failed;
    expect([...rig.pods.files]).toEqual([[file('cp-2'), toYaml([POD])]]);
  });

  it('whose worker dies at any call comes to the same end in its next attempt', async () => {
    const rig = await Rig.with({ 'cp-1': THEIRS, 'cp-2': undefined, 'cp-3': undefined });
    await rig.uninstall(['cp-1', 'cp-2']);
    for (let dies = 0; dies < rig.pods.calls.length; dies += 1) {
      const mortal = await Rig.with({ 'cp-1': THEIRS, 'cp-2': undefined, 'cp-3': undefined });
      let calls = 0;
      mortal.pods.before = () => {
        if (calls++ === dies) throw new Error('it dies here');
      };
      await expect(mortal.uninstall(['cp-1', 'cp-2'])).rejects.toThrow('it dies here');
      mortal.pods.before = () => undefined;
      expect((await mortal.uninstall(['cp-1', 'cp-2'], 600_000, 2)).uninstalled).toHaveLength(2);
      expect(mortal.pods.files).toEqual(rig.pods.files);
    }
  });
});
