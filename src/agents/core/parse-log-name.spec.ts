import { describe, expect, it } from '@jest/globals';
import { parseLogFolder, parseLogLink } from './parse-log-name.js';

const UID = '35f4f325-ba78-4326-8f27-d51f7a080c56';
const ID = 'a'.repeat(64);

describe('the name of a log folder', () => {
  it.each([
    [
      `shop_web-65b544995f-9zb4f_${UID}`,
      { podUid: UID, pod: { namespace: 'shop', pod: 'web-65b544995f-9zb4f', podUid: UID } },
    ],
    [
      `kube-system_etcd-node-1.example_${'b'.repeat(32)}`,
      { podUid: 'b'.repeat(32), pod: { namespace: 'kube-system', pod: 'etcd-node-1.example', podUid: 'b'.repeat(32) } },
    ],
    [UID, { podUid: UID }],
    ['lost+found', undefined],
    ['shop_web', undefined],
    ['..', undefined],
    [`shop_web_${UID}_more`, undefined],
  ])('%s', (name, expected) => {
    expect(parseLogFolder(name)).toEqual(expected);
  });
});

describe('the name of a log link', () => {
  it.each([
    [`web-1_shop_side-car-${ID}.log`, { container: 'side-car', containerId: ID }],
    [`web-1_shop_web-${ID}`, undefined],
    ['other.log', undefined],
  ])('%s', (name, expected) => {
    expect(parseLogLink(name)).toEqual(expected);
  });
});
