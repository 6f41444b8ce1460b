import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { MetricReader } from '../metric-store.port.js';
import { CollectionCoverage } from './collection-coverage.js';
import { noteLost } from './note-lost.js';
import type { RangePlan } from './plan-range.js';

/** What is missing from what a plan reads, in sentences. */
@Injectable()
export class RangeNotes {
  constructor(
    private readonly reader: MetricReader,
    private readonly coverage: CollectionCoverage,
  ) {}

  /** How many nodes are missing from collections of the span. */
  async missing({ fromMs, toMs }: RangePlan, caller: Caller): Promise<string[]> {
    const { nodesExpected, nodesPresent } = await this.coverage.over(fromMs, toMs, caller);
    const missing = nodesExpected - nodesPresent;
    return missing > 0 ? [`Nodes that are missing from some cycle: ${missing} of ${nodesExpected}.`] : [];
  }

  /** Which spans of what is read are lost with damaged files. To be asked after the reading: that may have found the damage. */
  async lost({ queries }: RangePlan): Promise<string[]> {
    const read = queries.map(({ select: { type }, question: { metric }, tier, fromMs, toMs }) => {
      return { type, family: metric.metric.family, tier: tier.name, fromMs, toMs };
    });
    return noteLost(await this.reader.lost(), read);
  }
}
