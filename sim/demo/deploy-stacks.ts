import type { RunView } from '../../src/jobs/run.schema.js';
import type { StackDiff } from '../../src/stacks/releases/release-view.schema.js';
import type { Child } from './child.js';
import { getJson, postJson, waitFor } from './wait-for.js';

const NAMESPACE = 'demo';
const DEPLOYED = [
  { name: 'hello', stack: 'probe', parameters: { message: 'Hello' } },
  { name: 'watch', stack: 'monitoring', parameters: {} },
];

/** Deploys two stacks into the simulated cluster, shows a diff, and lets an image that cannot be pulled be rolled back. A simulated cluster is new at each start: releases of an earlier one are deployed again. */
export async function deployStacks(
  address: string,
  token: string,
  program: Child,
  say: (text: string) => void,
): Promise<void> {
  const api = `${address}/api/v1`;
  const ended = async (what: string, run: RunView | undefined): Promise<RunView> => {
    if (!run) throw new Error(`${what} was not accepted`);
    return waitFor(`The end of ${what}`, 120_000, program, async () => {
      const now = await getJson<RunView>(`${api}/runs/${run.id}`, token);
      return now?.finishedAt === undefined ? undefined : now;
    });
  };
  for (const { name, stack, parameters } of DEPLOYED) {
    const release = { name, stack, namespace: NAMESPACE, parameters };
    const isThere = await getJson(`${api}/releases/${name}`, token);
    const run = isThere
      ? await postJson<RunView>(`${api}/releases/${name}`, { parameters }, token, 'PUT')
      : await postJson<RunView>(`${api}/releases`, release, token);
    const { state, error = '' } = await ended(`the deployment of ${name}`, run);
    say(`  ${stack}, as ${name} in ${NAMESPACE}: ${state}${error && `: ${error}`}`);
  }
  const change = { release: 'hello', namespace: NAMESPACE, parameters: { message: 'Hello', replicas: 2 } };
  const diff = await postJson<StackDiff>(`${api}/stacks/probe/diff`, change, token);
  const fields = diff?.objects.flatMap(({ fields: changed }) => changed.map(({ path }) => path)) ?? [];
  say(`  a diff: with two replicas, ${fields.join(', ')} would change`);
  const broken = { parameters: { message: 'Hello', image: 'busybox:broken' }, timeLimit: '5s', onFailure: 'rollback' };
  const failed = await ended('a change', await postJson<RunView>(`${api}/releases/hello`, broken, token, 'PUT'));
  say(`  an image that cannot be pulled: ${failed.state}: ${failed.error ?? ''}`);
  for (const path of ['releases', 'releases/hello/objects', 'releases/hello/revisions', 'releases/hello/drift'])
    say(`  curl -s -H 'Authorization: Bearer ${token}' '${api}/${path}'`);
}
