import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import { describeArrivals } from './log-store-arrivals.contract.js';
import { describeFacets } from './log-store-facets.contract.js';
import { describeFields } from './log-store-fields.contract.js';
import { describeHistogram } from './log-store-histogram.contract.js';
import { describeSearch } from './log-store-search.contract.js';
import { describeText } from './log-store-text.contract.js';
import { describeVisibility } from './log-store-visibility.contract.js';
import { describeLogWriting } from './log-store-writing.contract.js';
import { LogStoreFixture, type LogStoreUnderTest } from './log-store.fixture.js';

export interface LogStoreEngine {
  /** An empty store. */
  fresh(): Promise<LogStoreUnderTest>;
  stop(): Promise<void>;
}

/**
 * What every adapter of `LogWriter`, `LogReader` and `LogUpkeep` promises.
 * @param randomQuestions asked as a caller who may see some namespaces; a fifth as many are compared with the reference
 */
export function describeLogStore(
  name: string,
  start: () => Promise<LogStoreEngine>,
  { randomQuestions = 1000 }: { readonly randomQuestions?: number } = {},
): void {
  describe(`LogStore on ${name}`, () => {
    const fixture = new LogStoreFixture();
    let engine: LogStoreEngine | undefined;

    beforeAll(async () => {
      engine = await start();
    });
    afterAll(() => engine?.stop());
    beforeEach(async () => {
      if (engine) fixture.take(await engine.fresh());
    });
    afterEach(() => fixture.store.close());

    describeLogWriting(fixture);
    describeSearch(fixture, randomQuestions / 5);
    describeText(fixture);
    describeHistogram(fixture);
    describeFacets(fixture);
    describeFields(fixture);
    describeArrivals(fixture);
    describeVisibility(fixture, randomQuestions);
  });
}
