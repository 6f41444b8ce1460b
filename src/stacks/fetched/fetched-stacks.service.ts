import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { Clock } from '../../platform/clock.js';
import { invalidInput, ProblemError } from '../../platform/errors.js';
import { FifoGate } from '../../platform/fifo-gate.js';
import { Log } from '../../platform/log.js';
import { StackError } from '../catalogue/stack-error.js';
import { parseStackSource, type StackSource } from './core/parse-stack-source.js';
import { FetchedStackRecords } from './fetched-stack-records.port.js';
import type { StackSourceBody } from './fetched-stack.schema.js';
import { loadArchive } from './load-archive.js';
import { StackArchives, StackSourceError } from './stack-archives.port.js';
import { StackCatalogues } from './stack-catalogues.service.js';

/** Of one process: each holds an archive and what it unpacks to. */
const FETCHES_AT_ONCE = 2;

/** Stacks from elsewhere: fetched by their digest, checked as a whole, and kept in the records for all processes. */
@Injectable()
export class FetchedStacks {
  readonly #gate = new FifoGate(FETCHES_AT_ONCE);

  constructor(
    private readonly archives: StackArchives,
    private readonly records: FetchedStackRecords,
    private readonly catalogues: StackCatalogues,
    private readonly clock: Clock,
    private readonly log: Log,
    @Inject(CONFIG) private readonly config: Pick<Config, 'stackMaxBytes' | 'stackMaxObjects' | 'fetchedStacksMax'>,
  ) {}

  /**
   * Adds the stack of this name, or takes the place of the one that was fetched before; releases keep what they were rendered to.
   *
   * @throws ProblemError INVALID_INPUT; FORBIDDEN; CONFLICT when the name comes with Quartermaster or lies in `STACKS_DIR`; RATE_LIMITED;
   * UNPROCESSABLE when it cannot be fetched, is not what its digest says, is no usable stack, or there are too many
   */
  async put(caller: Caller, name: string, { source, digest }: StackSourceBody): Promise<'added' | 'replaced'> {
    forOwnTokens(caller);
    if (this.catalogues.atStart.has(name)) throw taken(name);
    const parsed = parseStackSource(source, digest);
    if ('problem' in parsed) throw invalidInput(`/${parsed.field}`, parsed.problem);
    if (this.#gate.isFull)
      throw new ProblemError('RATE_LIMITED', `${FETCHES_AT_ONCE} stacks are being fetched already. Try again.`, {
        retryAfterSeconds: 5,
      });
    return this.#gate.run(() => this.#fetch(caller, name, parsed));
  }

  /** @throws ProblemError FORBIDDEN, NOT_FOUND; CONFLICT when it comes with Quartermaster or lies in `STACKS_DIR` */
  async remove(caller: Caller, name: string): Promise<void> {
    forOwnTokens(caller);
    if (await this.records.remove(name)) return;
    if (this.catalogues.atStart.has(name)) throw taken(name);
    throw new ProblemError('NOT_FOUND', `There is no stack ${name}.`);
  }

  async #fetch(caller: Caller, name: string, source: StackSource): Promise<'added' | 'replaced'> {
    const { text, digest } = source;
    const archive = await orRefused(() => this.archives.fetch(source));
    await orRefused(() => loadArchive(archive, name, this.config));
    const stack = { name, source: text, digest, addedBy: caller.name, addedAtMs: this.clock.now() };
    const done = await this.records.put(stack, archive, this.config.fetchedStacksMax);
    if (done !== 'full') {
      this.log.info('A stack was fetched', { ...stack, done });
      return done;
    }
    throw new ProblemError(
      'UNPROCESSABLE',
      `There are ${this.config.fetchedStacksMax} stacks from elsewhere already (FETCHED_STACKS_MAX): remove one first.`,
    );
  }
}

/** What a Kubernetes user may do is what the API server allows it; code from elsewhere is no matter of the API server's. */
function forOwnTokens({ kind }: Caller): void {
  if (kind !== 'token')
    throw new ProblemError(
      'FORBIDDEN',
      "Stacks from elsewhere take a token of Quartermaster's own with the role admin.",
    );
}

function taken(name: string): ProblemError {
  return new ProblemError('CONFLICT', `The stack ${name} comes with Quartermaster or lies in STACKS_DIR.`);
}

async function orRefused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StackSourceError)
      throw new ProblemError('UNPROCESSABLE', `The stack cannot be fetched: ${error.message}.`, { cause: error });
    if (error instanceof StackError)
      throw new ProblemError('UNPROCESSABLE', `The stack cannot be used: ${error.message}.`, { cause: error });
    throw error;
  }
}
