import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import { describeAggregations } from './metric-store-aggregations.contract.js';
import { describeGroups } from './metric-store-groups.contract.js';
import { describeInstant } from './metric-store-instant.contract.js';
import { describeNewest } from './metric-store-newest.contract.js';
import { describePages } from './metric-store-pages.contract.js';
import { describeRange } from './metric-store-range.contract.js';
import { describeSelectors } from './metric-store-selectors.contract.js';
import { describeTiers } from './metric-store-tiers.contract.js';
import { describeWriting } from './metric-store-writing.contract.js';
import { StoreFixture, type StoreUnderTest } from './metric-store.fixture.js';

export interface StoreEngine {
  /** An empty store. */
  fresh(): Promise<StoreUnderTest>;
  stop(): Promise<void>;
}

/** What every adapter of `MetricWriter` and `MetricReader` promises. */
export function describeMetricStore(name: string, start: () => Promise<StoreEngine>): void {
  describe(`MetricStore on ${name}`, () => {
    const fixture = new StoreFixture();
    let engine: StoreEngine | undefined;

    beforeAll(async () => {
      engine = await start();
    });
    afterAll(() => engine?.stop());
    beforeEach(async () => {
      if (engine) fixture.take(await engine.fresh());
    });
    afterEach(() => fixture.store.close());

    describeWriting(fixture);
    describeRange(fixture);
    describeAggregations(fixture);
    describeGroups(fixture);
    describePages(fixture);
    describeSelectors(fixture);
    describeInstant(fixture);
    describeNewest(fixture);
    describeTiers(fixture);
  });
}
