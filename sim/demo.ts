import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './demo/child.js';
import { collectGarbage } from './demo/collect-garbage.js';
import { deployStacks } from './demo/deploy-stacks.js';
import { readOptions, USAGE, type DemoOptions } from './demo/options.js';
import { getJson, waitFor } from './demo/wait-for.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const say = (text: string): void => console.log(text);

interface Top {
  readonly items: readonly {
    readonly object: { readonly namespace?: string; readonly pod?: string };
    readonly value: number;
  }[];
}

function startSimulator(options: DemoOptions, folder: string): Child {
  const args = [
    '--nodes',
    options.nodes,
    '--pods',
    options.pods,
    '--seed',
    options.seed,
    '--dir',
    folder,
    '--agents-of',
    addressOf(options),
  ].map(String);
  return new Child('The simulated cluster', join(HERE, 'main.js'), args, process.env, 'pipe');
}

const addressOf = ({ port }: DemoOptions): string => `http://127.0.0.1:${port}`;

function startQuartermaster(options: DemoOptions, kubeconfig: string, dataDir: string): Child {
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    MALLOC_ARENA_MAX: process.env['MALLOC_ARENA_MAX'],
    KUBECONFIG: kubeconfig,
    CLUSTER_NAME: 'demo',
    DATA_DIR: dataDir,
    PORT: String(options.port),
    METRIC_RESOLUTION: '10s',
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'pretty',
  };
  return new Child('Quartermaster', join(HERE, '..', 'src', 'main.js'), [], env, 'inherit');
}

function tellHowToUseIt(address: string, token: string, tokenFile: string): void {
  say(`
Quartermaster   ${address}
Documentation   ${address}/docs   (log in with the token)
Admin token     ${token}   (also in ${tokenFile})

Try:
  curl -s -H 'Authorization: Bearer ${token}' '${address}/api/v1/nodes?limit=3'
  curl -s -H 'Authorization: Bearer ${token}' '${address}/api/v1/metrics/top?object=pod&metric=cpu/usage_rate'
  curl -s -H 'Authorization: Bearer ${token}' '${address}/api/v1/logs?minLevel=error&limit=3'
  curl -s -H 'Authorization: Bearer ${token}' '${address}/api/v1/metrics/query?object=cluster&metric=memory/usage&from=-15m'

Ctrl-C ends it; the next start finds this data again.`);
}

async function run(options: DemoOptions, children: Child[]): Promise<void> {
  const dataDir = resolve(options.dataDir);
  const simulatorDir = join(dataDir, 'cluster');
  mkdirSync(simulatorDir, { recursive: true });

  say(`Starting a simulated cluster of ${options.nodes} nodes with ${options.pods} pods each ...`);
  const simulator = startSimulator(options, simulatorDir);
  children.push(simulator);
  const { kubeconfig, url } = JSON.parse(await simulator.firstLine()) as { kubeconfig: string; url: string };
  say(`  its API server listens at ${url}`);

  say(`Starting Quartermaster against it, with its data in ${dataDir} ...`);
  const program = startQuartermaster(options, kubeconfig, dataDir);
  children.push(program);
  const address = addressOf(options);
  await waitFor('Quartermaster', 90_000, program, () => getJson(`${address}/readyz`));
  const tokenFile = join(dataDir, 'admin-token');
  const token = readFileSync(tokenFile, 'utf8').trim();
  tellHowToUseIt(address, token, tokenFile);

  say('\nCollecting garbage from the simulated nodes ...');
  await collectGarbage(address, token, program, say);
  say('\nDeploying stacks into the simulated cluster ...');
  await deployStacks(address, token, program, say);
  say('\nCollecting metrics every 10 seconds; rates need two collections ...');
  const top = await waitFor('The first rates', 120_000, program, async () => {
    const answer = await getJson<Top>(`${address}/api/v1/metrics/top?object=pod&metric=cpu/usage_rate&limit=1`, token);
    return answer?.items[0];
  });
  say(
    `  there they are: the busiest pod is ${top.object.namespace}/${top.object.pod} with ${Math.round(top.value)} millicores`,
  );
  await program.ended();
  throw new Error('Quartermaster ended by itself; its reason stands above');
}

async function main(): Promise<void> {
  const children: Child[] = [];
  let stopping = false;
  const stop = async (code: number): Promise<never> => {
    if (stopping) process.exit(130); // a second Ctrl-C ends at once; the programs end when our channel to them closes
    stopping = true;
    say('\nEnding ...');
    for (const child of children.toReversed()) await child.stop();
    say('Ended; the data is kept.');
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  try {
    await run(readOptions(process.argv.slice(2)), children);
  } catch (error) {
    if (stopping) return;
    console.error(error instanceof Error ? error.message : error);
    if (children.length === 0) console.error(`\n${USAGE}`);
    await stop(1);
  }
}

await main();
