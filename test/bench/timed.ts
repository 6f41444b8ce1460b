/** Does a piece of work and prints how long it took. */
export async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const result = await work();
  console.log(`${what} in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  return result;
}
