import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Log } from '../../platform/log.js';
import { refKey, refOf } from '../core/manifest-object.js';
import { loadCatalogue } from './load-catalogue.js';
import { USUAL_LIMITS } from '../../../test/support/stack-limits.js';

const catalogue = await loadCatalogue({ stacksDir: undefined, ...USUAL_LIMITS }, Log.silent());

/** Every text anywhere in a value, with how often it stands there. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

describe('the probe', () => {
  const probe = (release: string, parameters = {}) =>
    catalogue.render('probe', { release, namespace: 'shop', parameters });

  it('takes every message as one value in one place, whatever it holds', () => {
    const nasty = fc.oneof(
      fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }),
      fc.constantFrom(
        'a: b',
        '---\nkind: Secret',
        '"\'\n',
        '{{ .Values }}',
        '$(PATH)',
        '*a',
        '!!js/function',
        '{release}',
      ),
    );
    fc.assert(
      fc.property(nasty, (message) => {
        const { objects } = probe('try', { message });
        expect(objects[0]?.['data']).toEqual({ 'index.html': message });
        const plain = probe('try', { message: 'x' }).objects;
        expect(textsOf(objects).length).toBe(textsOf(plain).length);
        expect(objects.map((object) => refKey(refOf(object)))).toEqual(plain.map((object) => refKey(refOf(object))));
      }),
    );
  });
});
