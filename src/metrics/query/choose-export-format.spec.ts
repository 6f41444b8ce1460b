import { describe, expect, it } from '@jest/globals';
import { chooseExportFormat } from './choose-export-format.js';

describe('the format of an export', () => {
  it.each([
    [undefined, 'csv'],
    ['', 'csv'],
    ['*/*', 'csv'],
    ['text/csv', 'csv'],
    ['application/x-ndjson', 'ndjson'],
    ['application/openmetrics-text; version=1.0.0', 'openmetrics'],
    ['application/*', 'ndjson'],
    ['text/csv;q=0.5, application/x-ndjson', 'ndjson'],
    ['text/csv;q=0, */*', 'ndjson'],
    ['text/html, */*;q=0.1', 'csv'],
    ['application/json', undefined],
    ['text/csv;q=0', undefined],
  ])('for %j is %s', (accept, format) => {
    expect(chooseExportFormat(accept)).toBe(format);
  });
});
