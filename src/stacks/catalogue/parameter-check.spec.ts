import { describe, expect, it } from '@jest/globals';
import { ParameterCheck } from './parameter-check.js';

const check = ParameterCheck.of({
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      size: { type: 'string', pattern: '^[1-9][0-9]*Gi$', default: '1Gi' },
      image: { type: 'string', pattern: '^[a-z/]+:[0-9.]+$' },
    },
  },
});

describe('parameters of a stack', () => {
  it('are held against the pattern of each', () => {
    expect(check.check({ size: '10Gi', image: 'library/busybox:1' })).toEqual({
      parameters: { size: '10Gi', image: 'library/busybox:1' },
    });
    expect(check.check({ size: 'library/busybox:1', image: '10Gi' })).toEqual({
      errors: [
        { pointer: '/parameters/size', detail: 'must match pattern "^[1-9][0-9]*Gi$"' },
        { pointer: '/parameters/image', detail: 'must match pattern "^[a-z/]+:[0-9.]+$"' },
      ],
    });
  });

  it('have their defaults', () => {
    expect(check.check({})).toEqual({ parameters: { size: '1Gi' } });
  });
});
