import { describe, expect, it } from '@jest/globals';
import type { MetricObject } from '../sample.js';
import { type GroupField, groupKeyOf, groupOfKey, isGroupable, keyFields } from './group-key.js';

const web: MetricObject = {
  type: 'pod',
  node: 'n1',
  namespace: 'shop',
  pod: 'web-1',
  podUid: '1',
  workload: 'Deployment/web',
  labels: { app: 'web' },
};

describe('the group of an object', () => {
  it.each<[GroupField[], Record<string, string>]>([
    [['cluster'], {}],
    [['namespace'], { namespace: 'shop' }],
    [['workload'], { namespace: 'shop', workload: 'Deployment/web' }],
    [['pod', 'node'], { namespace: 'shop', pod: 'web-1', node: 'n1' }],
    [['label:app', 'cluster'], { 'label:app': 'web' }],
    [['container', 'label:none', 'label:constructor'], {}],
  ])('by %j is %j', (groupBy, group) => {
    const fields = keyFields(groupBy);
    expect(groupOfKey(groupKeyOf(fields)(web), fields)).toEqual(group);
  });

  it.each<[MetricObject['type'], GroupField, boolean]>([
    ['pod', 'label:app', true],
    ['pod', 'container', false],
    ['ns', 'node', false],
    ['node', 'label:zone', true],
    ['cluster', 'cluster', true],
    ['sys_container', 'namespace', false],
  ])('of %s by %s: %s', (type, field, expected) => {
    expect(isGroupable(type, field)).toBe(expected);
  });
});
