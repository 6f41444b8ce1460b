/** When a question was asked, and how long its answer took; ms. */
export interface Timed {
  readonly askedAtMs: number;
  readonly tookMs: number;
}

/** Of some questions, in their order. */
export type Times = readonly (readonly Timed[])[];

/** How long each answer took, ms. */
export function tookMs(timed: readonly Timed[] = []): number[] {
  return timed.map((one) => one.tookMs);
}

/** Asks the questions in turn, round after round, so that whatever runs meanwhile meets all of them alike. The first rounds do not count. */
export async function askInTurn(
  questions: readonly ((round: number) => Promise<unknown>)[],
  rounds: number,
  warmUp: number,
): Promise<Times> {
  const times = questions.map((): Timed[] => []);
  for (let round = 0; round < rounds + warmUp; round += 1) {
    for (const [index, ask] of questions.entries()) {
      const timed = await timedAsk(() => ask(round));
      if (round >= warmUp) times[index]?.push(timed);
    }
  }
  return times;
}

/** Asks so many questions at the same moment, several times. */
export async function askAtOnce(
  ask: (client: number) => Promise<unknown>,
  clients: number,
  rounds: number,
): Promise<Timed[]> {
  const times: Timed[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const atOnce = Array.from({ length: clients }, (_, client) => timedAsk(() => ask(client)));
    times.push(...(await Promise.all(atOnce)));
  }
  return times;
}

async function timedAsk(ask: () => Promise<unknown>): Promise<Timed> {
  const [askedAtMs, startedMs] = [Date.now(), performance.now()];
  await ask();
  return { askedAtMs, tookMs: performance.now() - startedMs };
}
