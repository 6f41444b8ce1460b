import { describe, expect, it } from '@jest/globals';
import { shipperToken } from './shipper-token.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('shipperToken', () => {
  it.each([
    [`Basic ${base64('fluentd:qm_1_secret')}`, 'qm_1_secret'],
    [`basic  ${base64(':qm_1_secret')}`, 'qm_1_secret'],
    [`Basic ${base64('user:with:colon')}`, 'with:colon'],
    [`ApiKey ${base64('0123:qm_1_secret')}`, 'qm_1_secret'],
    [`APIKEY ${base64('qm_1_secret')}`, 'qm_1_secret'],
    [`Basic ${base64('user:')}`, undefined],
    [`Basic ${base64('nobody')}`, undefined],
    [`Basic ${base64('user:two words')}`, undefined],
    ['Basic ???', undefined],
    ['Digest username="x"', undefined],
    ['Bearer qm_1_secret', undefined],
    ['', undefined],
  ])('%s', (authorization, token) => {
    expect(shipperToken(authorization)).toBe(token);
  });
});
