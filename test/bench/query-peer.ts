import { askAtOnce, askInTurn, type Timed, type Times, tookMs } from './ask-in-turn.js';
import type { Figure } from './figure.js';
import type { InfluxdbPeer } from './influxdb-peer.js';
import { percentile } from './median.js';
import type { Question } from './questions.js';

/** Clients that ask at the same moment. */
export const CLIENTS = 50;
/** What their figures are called. */
export const AT_ONCE = `${CLIENTS} clients at once`;
const ROUNDS = 40;
const BURSTS = 2;

/** What was measured of Quartermaster. */
export interface Ours {
  readonly inTurn: Times;
  readonly atOnce: readonly Timed[];
}

/** The same questions of InfluxDB, while the same collection goes on, and how many times as long it takes. */
export async function measurePeer(peer: InfluxdbPeer, asked: readonly Question[], ours: Ours): Promise<Figure[]> {
  console.log(
    `Asking InfluxDB the same, ${ROUNDS} times each in turn, then from ${CLIENTS} clients, ${BURSTS} times ...`,
  );
  const flux = asked.flatMap(({ name, isMixed, flux: of, leastPoints }, index) =>
    of ? [{ name, isMixed, of, leastPoints, ours: ours.inTurn[index] }] : [],
  );
  for (const { name, of, leastPoints } of flux) {
    const rows = (await peer.ask(of(0))).split('\n').filter((line) => line.startsWith(',_result')).length;
    if (rows < leastPoints) throw new Error(`InfluxDB: ${name} has ${rows} points`);
  }
  const asks = flux.map(
    ({ of }) =>
      (round: number) =>
        peer.ask(of(round)),
  );
  const times = await askInTurn(asks, ROUNDS, 1);
  const mix = flux.filter(({ isMixed }) => isMixed);
  const atOnce = await askAtOnce((client) => peer.ask(mix[client % mix.length]?.of(client) ?? ''), CLIENTS, BURSTS);
  return [
    ...flux.flatMap(({ name, ours: mine }, index) => compared(name, mine, times[index])),
    ...compared(AT_ONCE, ours.atOnce, atOnce),
  ];
}

function compared(name: string, ours: readonly Timed[] | undefined, theirs: readonly Timed[] | undefined): Figure[] {
  const p95 = percentile(tookMs(theirs), 0.95);
  return [
    { name: `InfluxDB: ${name}, 95th percentile`, value: p95, unit: 'ms' },
    { name: `InfluxDB: ${name}, times as long`, value: p95 / percentile(tookMs(ours), 0.95), unit: 'x' },
  ];
}
