import type { DuckDBConnection } from '@duckdb/node-api';
import { isNativeError } from 'node:util/types';
import type { LogFilter } from '../../../logs/core/filter/log-filter.js';
import { ProblemError } from '../../../platform/errors.js';
import { regexSql } from './filter-sql.js';

const REFUSED = 'Invalid Input Error: ';

/**
 * DuckDB's RE2 compiles to bytes what ours (`core/query/regex-size.ts`) compiles to characters, and knows fewer classes: some patterns are none for it.
 * @throws ProblemError 422
 */
export async function requireRegexes(connection: DuckDBConnection, { terms }: LogFilter): Promise<void> {
  for (const { condition } of terms) {
    if (condition.kind !== 'regex') continue;
    try {
      await connection.run(`SELECT ${regexSql("''", condition.pattern)}`);
    } catch (error) {
      if (!isNativeError(error) || !error.message.startsWith(REFUSED)) throw error;
      const why = error.message.slice(REFUSED.length);
      throw new ProblemError('UNPROCESSABLE', `The log store refuses a regular expression of this question: ${why}.`, {
        cause: error,
      });
    }
  }
}
