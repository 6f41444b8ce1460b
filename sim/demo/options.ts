import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly nodes: number;
  readonly pods: number;
  readonly port: number;
  readonly seed: number;
  readonly dataDir: string;
}

export const USAGE = `npm run demo -- [--nodes 20] [--pods 10] [--port 8484] [--seed 1] [--data-dir data/demo]

  --nodes     nodes of the simulated cluster, 1 to 5000
  --pods      pods on each node, 1 to 110
  --port      where Quartermaster listens
  --seed      another seed is another cluster
  --data-dir  where both keep their data; a second start finds it again`;

/** @throws Error with a sentence for people when an option is unknown or out of range */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      nodes: { type: 'string', default: '20' },
      pods: { type: 'string', default: '10' },
      port: { type: 'string', default: '8484' },
      seed: { type: 'string', default: '1' },
      'data-dir': { type: 'string', default: 'data/demo' },
    },
  });
  return {
    nodes: whole('--nodes', values.nodes, 1, 5000),
    pods: whole('--pods', values.pods, 1, 110),
    port: whole('--port', values.port, 1, 65_535),
    seed: whole('--seed', values.seed, 0, 2 ** 31),
    dataDir: values['data-dir'],
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new Error(`${name} ${text}: must be a whole number from ${least} to ${most}`);
}
