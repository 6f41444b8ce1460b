import { duckdbLogStores } from '../support/duckdb-log-stores.js';
import { describeLogStore } from './log-store.contract.js';

/** With a few random questions; `log-store.duckdb.real.ts` asks as many as the contract wants. */
describeLogStore('DuckDB', duckdbLogStores, { randomQuestions: 50 });
