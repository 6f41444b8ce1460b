import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { LabelSelectorError, parseLabelSelector } from './label-selector.js';

const labels = { app: 'web', 'app.kubernetes.io/name': 'shop', tier: '', in: 'x', replicas: '5' };

describe('parseLabelSelector', () => {
  it.each([
    '',
    ' ',
    'app=web',
    'app==web',
    ' app = web ',
    'app.kubernetes.io/name=shop',
    'app!=db',
    'other!=db',
    'app in (web,db)',
    'app in ( db , web )',
    'app notin (db)',
    'other notin (db)',
    'app',
    '!other',
    '! other',
    'tier=',
    'tier=,app=web',
    'tier in (,a)',
    'in in (x)',
    'in',
    'replicas>4',
    'replicas<6',
    'app=web,tier,!other,replicas > 4',
  ])('%j selects', (selector) => {
    expect(parseLabelSelector(selector)(labels)).toBe(true);
  });

  it.each([
    'app=db',
    'app!=web',
    'app in (db)',
    'app notin (web)',
    'other',
    '!app',
    'other=',
    'other in ()',
    'replicas>5',
    'app>1',
    'app=web,tier=a',
    'constructor',
    'toString in (a)',
  ])('%j does not select', (selector) => {
    expect(parseLabelSelector(selector)(labels)).toBe(false);
  });

  it.each([
    ['app=web,', 8, 'found the end, expected a label key'],
    [',', 0, 'found ,, expected a label key'],
    ['a b', 2, 'found b, expected =, ==, !=, in, notin, <, > or a comma'],
    ['a=b c', 4, 'found c, expected a comma or the end'],
    ['a in b', 5, 'found b, expected an opening parenthesis'],
    ['a in (b', 7, 'found the end, expected a comma or a closing parenthesis'],
    ['-a=b', 0, '-a is not a label key'],
    ['a/b/c', 0, 'a/b/c is not a label key'],
    ['UP/x', 0, 'UP/x is not a label key'],
    ['a=b_', 2, 'b_ is not a label value'],
    ['a>x', 2, 'x is not an integer'],
    ['a>', 2, 'found the end, expected an integer'],
    ['!a=b', 2, 'found =, expected a comma or the end'],
    [`a=${'x'.repeat(64)}`, 2, `${'x'.repeat(64)} is not a label value`],
  ])('%j is refused at its position', (selector, position, problem) => {
    const failure = (): unknown => parseLabelSelector(selector);
    expect(failure).toThrow(LabelSelectorError);
    expect(failure).toThrow(expect.objectContaining({ position, problem }));
  });

  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);

  it('selects with "in" exactly what "notin" leaves out', () => {
    fc.assert(
      fc.property(word, fc.array(word, { minLength: 1 }), fc.dictionary(word, word), (key, values, labels) => {
        const list = values.join(',');
        expect(parseLabelSelector(`${key} in (${list})`)(labels)).toBe(
          !parseLabelSelector(`${key} notin (${list})`)(labels),
        );
      }),
    );
  });

  it('selects every object by all of its own labels', () => {
    fc.assert(
      fc.property(fc.dictionary(word, word), (labels) => {
        const selector = Object.entries(labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(',');
        expect(parseLabelSelector(selector)(labels)).toBe(true);
      }),
    );
  });
});
