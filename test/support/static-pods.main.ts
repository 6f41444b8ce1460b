/** The static pods of an agent in a process of its own, which carries out one order, and ends itself with SIGKILL at the point that is named. Prints `open` when it has the journal. */
import type { StaticPodOrder } from '../../src/agents/core/static-pod.js';
import { mortalStaticPods } from './mortal-static-pods.js';

const [dir = '', killAt = 'never', order = ''] = process.argv.slice(2);

const { keeper } = mortalStaticPods(dir, (point) => {
  if (point === killAt) process.kill(process.pid, 'SIGKILL');
});
keeper.start();
await keeper.carryOut(JSON.parse(order) as StaticPodOrder);
process.stdout.write('open\n');
setInterval(() => undefined, 60_000);
