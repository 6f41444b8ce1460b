import { parseArgs } from 'node:util';
import { type SimulationOptions, startSimulation } from './simulation.js';

const USAGE =
  'Usage: sim --dir DIR [--nodes 20] [--pods 10] [--seed 1] [--port 0] [--scale N] [--agents-of URL]\n' +
  'Starts a simulated cluster on loopback; DIR then holds kubeconfig, ca.crt and tokens.json.\n';

/** Prints one line of JSON when the cluster listens, and ends with SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const options = readOptions();
  if (!options) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const { kubeconfigPath, url } = await startSimulation(options);
  process.stdout.write(`${JSON.stringify({ ready: true, kubeconfig: kubeconfigPath, url })}\n`);
  // What it knows goes with it, and its files stand since it began: there is nothing to wait for.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
}

function readOptions(): SimulationOptions | undefined {
  const option = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: {
        dir: option,
        nodes: option,
        pods: option,
        seed: option,
        port: option,
        scale: option,
        'agents-of': option,
      },
    });
    const agentsOf = values['agents-of'];
    const numbers = {
      nodes: Number(values.nodes ?? 20),
      podsPerNode: Number(values.pods ?? 10),
      seed: Number(values.seed ?? 1),
      port: Number(values.port ?? 0),
      ...(values.scale === undefined ? {} : { replicaScale: Number(values.scale) }),
    };
    const isSound = Object.values(numbers).every((value) => Number.isInteger(value) && value >= 0) && numbers.nodes > 0;
    return values.dir !== undefined && isSound
      ? { dir: values.dir, ...numbers, ...(agentsOf === undefined ? {} : { agentsOf }) }
      : undefined;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

await main();
