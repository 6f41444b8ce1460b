import { beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Log } from '../../src/platform/log.js';
import { refKey, refOf } from '../../src/stacks/core/manifest-object.js';
import { loadCatalogue } from '../../src/stacks/catalogue/load-catalogue.js';
import type { StackCatalogue } from '../../src/stacks/catalogue/stack-catalogue.service.js';
import { USUAL_LIMITS } from '../support/stack-limits.js';

let catalogue: StackCatalogue;
beforeAll(async () => {
  catalogue = await loadCatalogue({ stacksDir: undefined, ...USUAL_LIMITS }, Log.silent());
});

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
