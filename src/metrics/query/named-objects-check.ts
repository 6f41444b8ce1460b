import { Injectable } from '@nestjs/common';
import { ProblemError } from '../../platform/errors.js';
import { MetricReader, type ObjectSelector } from '../metric-store.port.js';
import { LiveObjects } from './live-objects.port.js';
import { namedObjects } from './named-objects.js';

/** Looks into an empty answer, so that a name that is nowhere known becomes a 404 and not an empty list. */
@Injectable()
export class NamedObjectsCheck {
  constructor(
    private readonly reader: MetricReader,
    private readonly live: LiveObjects,
  ) {}

  /** @throws ProblemError 404 that names the first thing which neither the store nor the cluster knows */
  async require(select: ObjectSelector, signal: AbortSignal): Promise<void> {
    for (const { what, found } of namedObjects(select)) {
      if (found.some((one) => this.live.has(one))) continue;
      const known = await Promise.all(found.map((one) => this.reader.knows(one, signal)));
      if (!known.includes(true)) throw new ProblemError('NOT_FOUND', `There is no ${what}.`);
    }
  }
}
