import { describe, expect, it } from '@jest/globals';
import type { ManifestObject } from './manifest-object.js';
import { withoutFieldsOf } from './without-fields-of.js';

const MANAGER = 'quartermaster-resizer';
const metadata = { name: 'web', namespace: 'shop' };
const workload = (...containers: object[]): ManifestObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: { replicas: 2, template: { spec: { containers } } },
});
const live = (containers: object, manager = MANAGER, more: object = {}): ManifestObject => {
  const fieldsV1 = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': containers } } } };
  const entry = { manager, operation: 'Apply', fieldsV1, ...more };
  return { ...workload(), metadata: { ...metadata, managedFields: [entry] } };
};
const web = (resources?: object) => ({ name: 'web', image: 'web:1', ...(resources ? { resources } : {}) });
const CPU = { 'k:{"name":"web"}': { '.': {}, 'f:name': {}, 'f:resources': { 'f:requests': { 'f:cpu': {} } } } };
const given = workload(web({ requests: { cpu: '1', memory: '1Gi' } }), { name: 'log' });

describe('a manifest without what another manager has applied', () => {
  it.each<[string, ManifestObject, ManifestObject | undefined, ManifestObject]>([
    ['lacks the fields', given, live(CPU), workload(web({ requests: { memory: '1Gi' } }), { name: 'log' })],
    ['lacks maps of which nothing is left', workload(web({ requests: { cpu: '1' } })), live(CPU), workload(web())],
    ['is the same where nothing is live', given, undefined, given],
    ['is the same where another manager has applied them', given, live(CPU, 'someone'), given],
    ['is the same where the manager wrote the status', given, live(CPU, MANAGER, { subresource: 'status' }), given],
    ['is the same where it never had them', workload(web()), live(CPU), workload(web())],
    ['keeps a map that was empty', workload(web({})), live(CPU), workload(web({}))],
    [
      'keeps items of lists that others have',
      workload({ name: 'log', resources: {} }),
      live(CPU),
      workload({ name: 'log', resources: {} }),
    ],
  ])('%s', (_, object, there, expected) => {
    expect(withoutFieldsOf(MANAGER, object, there)).toEqual(expected);
  });

  it('does not change the one that was given', () => {
    const before = JSON.stringify(given);
    withoutFieldsOf(MANAGER, given, live(CPU));
    expect(JSON.stringify(given)).toBe(before);
  });
});
