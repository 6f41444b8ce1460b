import { describe, expect, it } from '@jest/globals';
import { NoSuchOrganizationError } from './influx-buckets.js';
import { tellInfluxFailure } from './tell-influx-failure.js';

describe('tellInfluxFailure', () => {
  it('does not say that a server is away whose credentials show nothing', () => {
    const error = new NoSuchOrganizationError('InfluxDB has no organization ops');
    expect(tellInfluxFailure(error)).toBe('the credentials show neither its bucket nor its organization');
  });
});
