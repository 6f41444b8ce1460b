import { describe, expect, it } from '@jest/globals';
import { chooseFormat } from './exposition-format.js';

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const OLD_OPEN_METRICS = 'application/openmetrics-text; version=0.0.1; charset=utf-8';
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';

describe('the format', () => {
  it.each([
    [undefined, OPEN_METRICS],
    ['', OPEN_METRICS],
    ['*/*', OPEN_METRICS],
    [PROMETHEUS_2, OPEN_METRICS],
    [PROMETHEUS_3, OPEN_METRICS],
    ['application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5', OLD_OPEN_METRICS],
    ['application/openmetrics-text; version="1.0.0"; charset=utf-8', OPEN_METRICS],
    ['APPLICATION/OpenMetrics-Text', OPEN_METRICS],
    ['application/*', OPEN_METRICS],
    ['text/plain', TEXT],
    ['text/plain;version=0.0.4;q=0.3,*/*;q=0.1', TEXT],
    ['text/*', TEXT],
    ['application/openmetrics-text;q=0,*/*', TEXT],
    ['text/html,application/xhtml+xml,*/*;q=0.8', OPEN_METRICS],
    ['text/plain;q=high', TEXT],
    ['application/json', undefined],
    ['text/plain;version=1.0.0', undefined],
    ['application/openmetrics-text;version=2.0.0', undefined],
    ['*/*;q=0', undefined],
    [',;,=;', undefined],
  ])('for %s is %s', (accept, contentType) => {
    expect(chooseFormat(accept)?.contentType).toBe(contentType);
  });
});
