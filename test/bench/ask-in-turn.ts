/** How long each of some questions took, ms, in their order. */
export type Times = readonly (readonly number[])[];

/** Asks the questions in turn, round after round, so that whatever runs meanwhile meets all of them alike. The first rounds do not count. */
export async function askInTurn(
  questions: readonly ((round: number) => Promise<unknown>)[],
  rounds: number,
  warmUp: number,
): Promise<Times> {
  const times = questions.map((): number[] => []);
  for (let round = 0; round < rounds + warmUp; round += 1) {
    for (const [index, ask] of questions.entries()) {
      const startedMs = performance.now();
      await ask(round);
      if (round >= warmUp) times[index]?.push(performance.now() - startedMs);
    }
  }
  return times;
}

/** Asks so many questions at the same moment, several times. @returns ms that each took */
export async function askAtOnce(
  ask: (client: number) => Promise<unknown>,
  clients: number,
  rounds: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const one = async (client: number): Promise<void> => {
      const startedMs = performance.now();
      await ask(client);
      times.push(performance.now() - startedMs);
    };
    await Promise.all(Array.from({ length: clients }, (_, client) => one(client)));
  }
  return times;
}
