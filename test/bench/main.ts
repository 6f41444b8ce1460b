import { parseArgs } from 'node:util';
import { benchCollect } from './collect.js';
import { benchExposition } from './exposition.js';
import { describeFigure, isMissed, type Figure } from './figure.js';
import { benchGc } from './gc.js';
import { benchLogFollowers } from './log-followers.js';
import { benchLogs } from './logs.js';
import { benchQuery } from './query.js';
import { benchReleases } from './releases.js';
import { benchSize } from './size.js';
import { benchStacks } from './stacks.js';

const USAGE = `npm run bench -- NAME [--check] [--nodes N] [--pods N] [--lines N]

  collect   a collection of 1,000 nodes with 30 pods, and the floor under it
  query     questions about 30 days of 100 nodes with 30 pods while collection runs, beside InfluxDB
  exposition   the newest samples of 1,000 nodes with 30 pods as text for Prometheus
  size      bytes of a day of 100 nodes with 30 pods, and of the three tiers
  followers 10,000 lines a second of 200 containers through the log followers
  logs      log lines by _bulk, and questions about seven days of 2,000 containers, beside Elasticsearch
  stacks    a diff of 60 objects by dry runs
  releases  from ready pods to a deployed release, on a real cluster
  gc        garbage collection: plans, stored inventories, runs

--check exits with 1 when a figure that is asked for is missed.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean', default: false },
    nodes: { type: 'string' },
    pods: { type: 'string', default: '30' },
    lines: { type: 'string', default: '10000000' },
  },
});
const BENCHES: Record<string, () => Promise<Figure[]>> = {
  collect: () => benchCollect(Number(values.nodes ?? 1000), Number(values.pods)),
  query: () => benchQuery(Number(values.nodes ?? 100), Number(values.pods)),
  exposition: () => benchExposition(Number(values.nodes ?? 1000), Number(values.pods)),
  followers: () => benchLogFollowers(),
  gc: () => benchGc(),
  logs: () => benchLogs(Number(values.lines)),
  releases: () => benchReleases(),
  stacks: () => benchStacks(),
  size: () => benchSize(Number(values.nodes ?? 100), Number(values.pods)),
};
const bench = BENCHES[positionals[0] ?? ''];
if (!bench) {
  console.error(USAGE);
  process.exit(2);
}
const figures = await bench();
console.log();
for (const figure of figures) console.log(describeFigure(figure));
console.log(`bench ${positionals[0]}: ${figures.map(describeFigure).join('; ')}`);
process.exit(values.check && figures.some(isMissed) ? 1 : 0);
