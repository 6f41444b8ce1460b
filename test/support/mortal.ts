/** The process has died: nothing of it goes on. */
export class Died extends Error {}

/** Lets a process die before or after its n-th step to the outside: a call of a part that is wrapped. */
export class Mortal {
  private points = 0;
  constructor(private readonly diesAt: number) {}

  get lived(): boolean {
    return this.points < this.diesAt;
  }

  wrap<Part extends object>(part: Part): Part {
    return new Proxy(part, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        return async (...given: unknown[]): Promise<unknown> => {
          this.step();
          const result: unknown = await (value as (...given: unknown[]) => unknown).apply(target, given);
          this.step();
          return result;
        };
      },
    });
  }

  private step(): void {
    this.points += 1;
    if (this.points === this.diesAt) throw new Died();
  }
}
