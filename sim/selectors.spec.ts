import { describe, expect, it } from '@jest/globals';
import { parseFieldSelector, parseLabelSelector, SelectorError } from './selectors.js';

const object = {
  labels: { app: 'cart', tier: 'web' },
  fields: { 'metadata.name': 'cart-1', 'spec.nodeName': 'node-1' },
};

describe('selectors', () => {
  it.each([
    ['', true],
    ['app=cart', true],
    ['app==cart,tier=web', true],
    ['app!=cart', false],
    ['zone!=a', true],
    ['app in (shop, cart),tier', true],
    ['app notin (cart)', false],
    ['zone notin (a)', true],
    ['!app', false],
    ['!zone', true],
  ])('by label %j match: %s', (text, expected) => {
    expect(parseLabelSelector(text)(object)).toBe(expected);
  });

  it.each([
    ['spec.nodeName=node-1', true],
    ['metadata.name!=cart-1', false],
    ['spec.nodeName=node-1,metadata.name=cart-1', true],
  ])('by field %j match: %s', (text, expected) => {
    expect(parseFieldSelector(text)(object)).toBe(expected);
  });

  it('refuse what they cannot read', () => {
    expect(() => parseLabelSelector('a in b')).toThrow(SelectorError);
    expect(() => parseFieldSelector('spec.color=red')).toThrow(SelectorError);
  });
});
