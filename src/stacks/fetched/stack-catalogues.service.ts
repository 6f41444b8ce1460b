import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../../platform/config.js';
import { Log } from '../../platform/log.js';
import { StackCatalogue, type CatalogueStack, type UnusableStack } from '../catalogue/stack-catalogue.service.js';
import { StackError } from '../catalogue/stack-error.js';
import type { StackLimits } from '../catalogue/stack-limits.js';
import { FetchedStackRecords, type FetchedStackRecord } from './fetched-stack-records.port.js';
import { loadArchive } from './load-archive.js';

type Loaded = CatalogueStack | UnusableStack;

/** The catalogue as it is now: what was there at start, with what was fetched since, by whichever process. */
@Injectable()
export class StackCatalogues {
  #fetched: ReadonlyMap<string, Loaded> = new Map();
  #catalogue: { readonly of: string; readonly value: StackCatalogue } | undefined;

  /** @param atStart what comes with the program and what lies in `STACKS_DIR` */
  constructor(
    readonly atStart: StackCatalogue,
    private readonly records: FetchedStackRecords,
    private readonly log: Log,
    @Inject(CONFIG) private readonly limits: StackLimits,
  ) {}

  /** Whoever asks several things for one purpose asks them of one catalogue, which does not change. */
  async now(): Promise<StackCatalogue> {
    const records = await this.records.list();
    const of = records.map(keyOf).join();
    if (this.#catalogue?.of !== of) this.#catalogue = { of, value: await this.#with(records) };
    return this.#catalogue.value;
  }

  async #with(records: readonly FetchedStackRecord[]): Promise<StackCatalogue> {
    const known = this.#fetched;
    const fetched = new Map<string, Loaded>();
    for (const record of records) {
      const loaded = known.get(keyOf(record)) ?? (await this.#load(record));
      if (loaded) fetched.set(keyOf(record), loaded);
    }
    this.#fetched = fetched;
    const all = [...fetched.values()];
    return new StackCatalogue(
      [...this.atStart.list(), ...all.filter((loaded) => 'stack' in loaded)],
      [...this.atStart.unusable, ...all.filter((loaded) => 'problem' in loaded)],
    );
  }

  /** Undefined when it was removed or replaced meanwhile. */
  async #load(record: FetchedStackRecord): Promise<Loaded | undefined> {
    const { name, digest, source, addedBy, addedAtMs } = record;
    const origin = { from: 'fetched', source, digest, addedBy, addedAtMs } as const;
    try {
      if (this.atStart.has(name))
        throw new StackError('a stack of this name comes with Quartermaster or lies in STACKS_DIR: remove this one');
      const archive = await this.records.archive(name, digest);
      if (!archive) return undefined;
      const stack = await loadArchive(archive, name, this.limits);
      return { stack, origin };
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      this.log.warn('A stack that was fetched cannot be used', { stack: name, because: error.message });
      return { name, problem: error.message, origin };
    }
  }
}

function keyOf({ name, digest, source, addedBy, addedAtMs }: FetchedStackRecord): string {
  return JSON.stringify([name, digest, source, addedBy, addedAtMs]);
}
