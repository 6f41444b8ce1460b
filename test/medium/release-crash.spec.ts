import { describe, expect, it } from '@jest/globals';
import type { ManifestObject } from '../../src/stacks/core/manifest-object.js';
import { ObjectRefusedError } from '../../src/stacks/objects/cluster-objects.errors.js';
import { MemoryReleaseRecords } from '../support/memory-release-records.js';
import { Died, Mortal } from '../support/mortal.js';
import { configMap, deployment, volumeClaim } from '../support/release-objects.js';
import { ReleaseRig, type Contents, type Ended } from '../support/release-rig.js';

const SECRETS = [{ parameter: 'password', secret: 'app', key: 'password', generatedLength: 12 }];
const FIRST: Contents = {
  objects: [configMap('settings', { a: '1' }), configMap('leaves'), volumeClaim('disk'), deployment('web')],
};
const SECOND: Contents = { objects: [configMap('settings', { a: '2' }), deployment('web', 'web:2')], secrets: SECRETS };
const BROKEN: Contents = { ...SECOND, objects: [...SECOND.objects, deployment('broken')] };
const KINDS = [
  ['v1', 'ConfigMap'],
  ['v1', 'Secret'],
  ['v1', 'PersistentVolumeClaim'],
  ['apps/v1', 'Deployment'],
] as const;
/** More steps than any of these runs takes. */
const MOST_STEPS = 1_000;
const NAME = 'try';

/** What was there, and one run, which is carried out until it ends. */
interface Scenario {
  readonly prepare: (rig: ReleaseRig) => Promise<{ run: string; revision: number }>;
  readonly run: (
    rig: ReleaseRig,
    started: { run: string; revision: number },
    through: Mortal['wrap'],
  ) => Promise<Ended>;
}

/** What has come of a scenario whose handler dies at a step and is begun anew. */
async function outcomeOf({ prepare, run }: Scenario, diesAt: number): Promise<{ state: object; lived: boolean }> {
  const rig = new ReleaseRig(new MemoryReleaseRecords());
  const started = await prepare(rig);
  const mortal = new Mortal(diesAt);
  const first = await run(rig, started, (part) => mortal.wrap(part));
  const isDead = first.state === 'failed' && first.error instanceof Died;
  const last = isDead ? await run(rig, started, (part) => part) : first;
  return {
    state: { ended: shown(last), release: await recorded(rig), cluster: await inCluster(rig) },
    lived: mortal.lived,
  };
}

function shown(ended: Ended): object {
  return ended.state === 'failed' ? { state: 'failed', error: ended.error.message } : { state: ended.state };
}

async function recorded({ records }: ReleaseRig): Promise<object | undefined> {
  const release = await records.find(NAME);
  if (!release) return undefined;
  const { state, because, deployed, newest, claim } = release;
  const revisions = (await records.revisions(NAME)).map(({ number, outcome, because: why }) => ({
    number,
    outcome,
    why,
  }));
  return { state, because, deployed, newest, claim, revisions };
}

/** The objects without what is another one each time. */
async function inCluster({ cluster }: ReleaseRig): Promise<object[]> {
  const found: ManifestObject[] = [];
  for (const [apiVersion, kind] of KINDS) found.push(...(await cluster.list({ apiVersion, kind })));
  return found.map(({ kind, metadata, spec, data, status }) => {
    const { name, namespace, labels, annotations, deletionTimestamp } = metadata;
    const content = kind === 'Secret' ? Object.keys(data as object) : data;
    return { kind, name, namespace, labels, annotations, deletionTimestamp, spec, data: content, status };
  });
}

/** A webhook refuses the Deployment `broken`, and a dry run does not tell. */
async function begun(contents: Contents, from?: Contents): Promise<Scenario['prepare']> {
  return async (rig) => {
    if (from) await rig.deployed(NAME, from);
    rig.cluster.before = ({ verb, name, isDryRun }) =>
      verb === 'apply' && name === 'broken' && !isDryRun
        ? new ObjectRefusedError('admission webhook "policy.example" denied the request', 400, 'admission')
        : undefined;
    return rig.begin(NAME, contents);
  };
}

const deploying =
  (onFailure: 'keep' | 'rollback' | 'remove' = 'keep'): Scenario['run'] =>
  (rig, started, through) =>
    rig.deploy(NAME, started, { onFailure }, through);

describe('a run that dies at any step and is begun anew comes to the same end', () => {
  it.each<[string, Promise<Scenario['prepare']>, Scenario['run'], string]>([
    ['a first deployment', begun(SECOND), deploying(), 'succeeded'],
    ['a change that prunes and makes a secret', begun(SECOND, FIRST), deploying(), 'succeeded'],
    ['a change that fails and is kept', begun(BROKEN, FIRST), deploying(), 'failed'],
    ['a change that fails and is rolled back', begun(BROKEN, FIRST), deploying('rollback'), 'failed'],
    ['a change that fails and is removed', begun(BROKEN, FIRST), deploying('remove'), 'failed'],
  ])('%s', async (_, prepare, run, ends) => {
    await everyDeath({ prepare: await prepare, run }, ends);
  });

  it('a removal with its data', async () => {
    const prepare: Scenario['prepare'] = async (rig) => {
      await rig.deployed(NAME, FIRST);
      return { run: await rig.claim(NAME, 'remove'), revision: 1 };
    };
    await everyDeath(
      { prepare, run: (rig, { run }, through) => rig.remove(NAME, run, 'delete', through) },
      'succeeded',
    );
  });
});

async function everyDeath(scenario: Scenario, ends: string): Promise<void> {
  const { state: expected } = await outcomeOf(scenario, MOST_STEPS);
  expect(expected).toMatchObject({ ended: { state: ends } });
  let deaths = 0;
  for (let diesAt = 1; diesAt < MOST_STEPS; diesAt += 1) {
    const { state, lived } = await outcomeOf(scenario, diesAt);
    if (lived) break;
    deaths += 1;
    expect({ diesAt, ...state }).toEqual({ diesAt, ...expected });
  }
  expect(deaths).toBeGreaterThan(20);
}
