import { bytesText } from '../../src/gc/core/bytes-text.js';
import type { GcPolicyView } from '../../src/gc/policies/gc-policy-view.schema.js';
import type { GcPlanView } from '../../src/gc/plans/gc-plan.schema.js';
import type { GcRunView } from '../../src/gc/runs/gc-run.schema.js';
import type { Child } from './child.js';
import { getJson, postJson, waitFor } from './wait-for.js';

/** Old versions of what the nodes run, which nothing uses. A simulated node is new, so nothing has an age yet. */
const OLD_VERSIONS = {
  minAge: '0s',
  rules: [{ action: 'remove', name: 'old-versions', match: { tag: { glob: '*-r?' } } }],
};
/** One that only looks, and one that removes: in the simulated runtimes, some images a run, so that there is work for the next one. */
const POLICIES = [
  {
    name: 'demo-look',
    description: 'What could go: plans only',
    images: OLD_VERSIONS,
    triggers: { schedule: { every: '10m' } },
  },
  {
    name: 'demo-clean',
    description: 'Removes old versions and dead containers of the simulated nodes, three images a node and run',
    images: OLD_VERSIONS,
    caps: { images: 3 },
    dryRun: false,
    nodesAtOnce: 20,
    imagesPerMinute: 60,
    triggers: { schedule: { every: '10m' } },
  },
];

/** Makes the demo's policies, plans and removes once, and says what came of it. What is there of an earlier start is used again. */
export async function collectGarbage(
  address: string,
  token: string,
  program: Child,
  say: (text: string) => void,
): Promise<void> {
  const gc = `${address}/api/v1/gc`;
  for (const policy of POLICIES) await postJson(`${gc}/policies`, policy, token);
  const plan = await waitFor('A plan', 60_000, program, async () => {
    const made = await postJson<GcPlanView>(`${gc}/plans`, { policy: 'demo-look' }, token);
    return made?.nodes.every(({ notActed }) => notActed === undefined) ? made : undefined;
  });
  const { images, containers, estimatedBytes } = plan.sums;
  say(`  a plan: ${images} images and ${containers} dead containers could go, ${bytesText(estimatedBytes)}, and why`);
  const policy = await getJson<GcPolicyView>(`${gc}/policies/demo-look`, token);
  for (const warning of policy?.warnings ?? []) say(`  to think about: ${warning}`);
  const begun = await waitFor('A run', 10_000, program, () =>
    postJson<{ readonly id: string }>(`${gc}/runs`, { policy: 'demo-clean' }, token),
  );
  const run = await waitFor('The end of the run', 120_000, program, async () => {
    const now = await getJson<GcRunView>(`${gc}/runs/${begun.id}`, token);
    return now?.finishedAt === undefined ? undefined : now;
  });
  const { removed = 0, freedBytes = 0 } = run.result ?? {};
  say(`  a run: ${run.state}, ${removed} removed, freed ${bytesText(freedBytes)}`);
  for (const path of [`plans/${plan.id}?limit=1`, `runs/${begun.id}`, `removals?run=${begun.id}&limit=3`])
    say(`  curl -s -H 'Authorization: Bearer ${token}' '${gc}/${path}'`);
}
