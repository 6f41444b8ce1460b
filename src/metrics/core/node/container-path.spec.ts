import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { MetricObject } from '../sample.js';
import { isBelow, parsePath, pathOf } from './container-path.js';

const pod: MetricObject = { type: 'pod', node: 'n', namespace: 'shop', pod: 'web-1', podUid: 'u' };
const container: MetricObject = { ...pod, type: 'pod_container', container: 'app' };
const kubelet: MetricObject = { type: 'sys_container', node: 'n', container: 'kubelet' };
const node: MetricObject = { type: 'node', node: 'n' };

describe('the path of a thing', () => {
  it.each([
    [node, '/'],
    [kubelet, '/system/kubelet'],
    [pod, '/pods/shop/web-1'],
    [{ ...pod, resource: 'Volume:data' }, '/pods/shop/web-1'],
    [container, '/pods/shop/web-1/app'],
  ])('of %j is %s', (object, path) => expect(pathOf(object)).toBe(path));

  it('names the thing and what is above it', () => {
    const name = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/);
    fc.assert(
      fc.property(name, name, name, (namespace, podName, containerName) => {
        const object = { ...container, namespace, pod: podName, container: containerName };
        const parts = pathOf(object).split('/');
        for (let length = 0; length <= parts.length; length += 1) {
          const selector = parsePath(parts.slice(0, length).join('/'));
          expect(selector && isBelow(object, selector)).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['/system', [kubelet]],
    ['/system/kubelet/', [kubelet]],
    ['system/runtime', []],
    ['/pods', [pod, container]],
    ['/pods/bank', []],
    ['/pods/shop/web-1/app', [container]],
    ['/', [node, kubelet, pod, container]],
  ])('%s selects %j', (path, selected) => {
    const selector = parsePath(path);
    expect([node, kubelet, pod, container].filter((object) => selector && isBelow(object, selector))).toEqual(selected);
  });

  it.each(['/docker', '/system/a/b', '/pods/a/b/c/d', '/kubepods.slice'])('%s names nothing', (path) => {
    expect(parsePath(path)).toBeUndefined();
  });
});
