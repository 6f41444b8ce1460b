import { duckdbLogStores } from '../support/duckdb-log-stores.js';
import { describeLogStore } from './log-store.contract.js';

/** Needs no engine, but more time than the usual run should take. */
describeLogStore('DuckDB', duckdbLogStores);
