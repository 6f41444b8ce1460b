import type { CycleAppend, ScopeSamples } from './metric-store.port.js';

/** For stores that take all scopes in one call: keeps them until then. */
export class CollectedAppend implements CycleAppend {
  private readonly scopes: ScopeSamples[] = [];

  constructor(private readonly append: (scopes: readonly ScopeSamples[]) => Promise<void>) {}

  add(one: ScopeSamples): void {
    this.scopes.push(one);
  }

  commit(): Promise<void> {
    return this.append(this.scopes);
  }
}
