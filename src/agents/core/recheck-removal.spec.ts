import { describe, expect, it } from '@jest/globals';
import type { InventoryContainer, InventoryImage, InventorySandbox } from './inventory.js';
import { recheckRemoval } from './recheck-removal.js';
import type { RuntimeNow } from './recheck.js';
import type { RemovalTarget } from './task.js';

const NOW = Date.UTC(2026, 2, 1, 12);
const WEB = { namespace: 'shop', pod: 'web-1', podUid: 'u1' };
const ID = `sha256:${'a'.repeat(64)}`;
const DIGEST = `sha256:${'d'.repeat(64)}`;

const image = (over: Partial<InventoryImage> = {}): InventoryImage => ({
  id: ID,
  repoTags: ['docker.io/library/web:1'],
  repoDigests: [`docker.io/library/web@${DIGEST}`],
  sizeBytes: 5,
  pinned: false,
  ...over,
});
const container = (over: Partial<InventoryContainer> = {}): InventoryContainer => ({
  id: 'c1',
  name: 'web',
  attempt: 0,
  pod: WEB,
  sandboxId: 's1',
  imageId: 'sha256:other',
  imageRef: 'other:1',
  state: 'exited',
  createdAtMs: NOW - 3_600_000,
  ...over,
});
const sandbox = (over: Partial<InventorySandbox> = {}): InventorySandbox => ({
  id: 's1',
  pod: WEB,
  attempt: 0,
  state: 'notReady',
  createdAtMs: NOW - 3_600_000,
  ...over,
});
const runtime = (over: Partial<RuntimeNow> = {}): RuntimeNow => ({
  images: [image()],
  containers: [],
  sandboxes: [],
  takenAtMs: NOW,
  ...over,
});
const check = (target: RemovalTarget, now: RuntimeNow, keepImages: string[] = []): string => {
  const { go, ...why } = recheckRemoval({ key: 'k', target, because: 'b' }, now, keepImages);
  return go ? 'go' : Object.values(why).join(': ');
};
const IMAGE: RemovalTarget = { kind: 'image', id: ID, repoTags: ['docker.io/library/web:1'], sizeBytes: 5 };
const CONTAINER: RemovalTarget = { kind: 'container', id: 'c1', name: 'web' };
const SANDBOX: RemovalTarget = { kind: 'sandbox', id: 's1' };

describe('the check right before an image is removed', () => {
  it.each([
    ['an image as the plan saw it', runtime(), [], 'go'],
    ['one that is gone', runtime({ images: [] }), [], 'absent: the image is no longer there'],
    ['one that was pinned', runtime({ images: [image({ pinned: true })] }), [], 'kept: the runtime has pinned it'],
    ['the image of sandboxes', runtime({ sandboxImage: 'web:1' }), [], "kept: it is the runtime's image of sandboxes"],
    ['one that the order protects by tag', runtime(), ['web:1'], 'kept: the order names it'],
    ['one that the order protects by id', runtime(), [ID], 'kept: the order names it'],
    ['one used by id', runtime({ containers: [container({ imageId: ID })] }), [], 'kept: in use by shop/web-1/web'],
    [
      'one used by an id without its algorithm',
      runtime({ containers: [container({ imageId: 'a'.repeat(64) })] }),
      [],
      'kept: in use by shop/web-1/web',
    ],
    [
      'one used by digest',
      runtime({ containers: [container({ imageRef: `docker-pullable://web@${DIGEST}` })] }),
      [],
      'kept: in use by shop/web-1/web',
    ],
    ['one used by tag', runtime({ containers: [container({ imageRef: 'web:1' })] }), [], 'kept: in use by'],
    [
      'one mounted as a volume',
      runtime({ containers: [container({ mountedImages: ['web:1'] })] }),
      [],
      'kept: in use by shop/web-1/web',
    ],
    [
      'one used by what was started by hand',
      runtime({
        containers: [{ id: 'x', name: 'x', attempt: 0, imageRef: 'web:1', state: 'exited', createdAtMs: NOW }],
      }),
      [],
      'kept: in use by the container x',
    ],
    [
      'one whose tag moved',
      runtime({ images: [image({ repoTags: [] })] }),
      [],
      'kept: changed since the plan: its tags were docker.io/library/web:1 and are none',
    ],
  ])('says of %s what is so', (_, now, keepImages, expected) => {
    expect(check(IMAGE, now, keepImages)).toContain(expected);
  });
});

describe('the check right before a container or sandbox is removed', () => {
  const newer = container({ id: 'c2', createdAtMs: NOW - 60_000 });
  const ready = sandbox({ id: 's2', state: 'ready' });
  it.each([
    ['one that has exited', CONTAINER, runtime({ containers: [container()] }), 'go'],
    ['one that is gone', CONTAINER, runtime(), 'absent'],
    ['one that runs', CONTAINER, runtime({ containers: [container({ state: 'running' })] }), 'kept: it has started'],
    [
      'one in doubt',
      CONTAINER,
      runtime({ containers: [container({ state: 'unknown' })] }),
      'kept: the runtime does not',
    ],
    ['one made long ago', CONTAINER, runtime({ containers: [container({ state: 'created' })] }), 'go'],
    [
      'one just made',
      CONTAINER,
      runtime({ containers: [container({ state: 'created', createdAtMs: NOW - 599_999 })] }),
      'kept: it was made less than 10 minutes ago',
    ],
    [
      'what has become the newest of a live pod',
      CONTAINER,
      runtime({ containers: [container()], sandboxes: [ready] }),
      'kept: it is now the newest instance',
    ],
    ['an older one of a live pod', CONTAINER, runtime({ containers: [container(), newer], sandboxes: [ready] }), 'go'],
    ['an empty sandbox', SANDBOX, runtime({ sandboxes: [sandbox()] }), 'go'],
    ['a ready sandbox', SANDBOX, runtime({ sandboxes: [sandbox({ state: 'ready' })] }), 'kept: it is ready'],
    [
      'a sandbox with a container',
      SANDBOX,
      runtime({ sandboxes: [sandbox()], containers: [container()] }),
      'kept: it still holds shop/web-1/web',
    ],
    ['a sandbox that is gone', SANDBOX, runtime(), 'absent'],
  ] as const)('says of %s what is so', (_, target, now, expected) => {
    expect(check(target, now)).toContain(expected);
  });
});

describe('the check right before a log is removed', () => {
  const log = (path: string, now = runtime()): string => check({ kind: 'log', path, sizeBytes: 1 }, now);

  it.each(['/var/log/pods/shop_web-1_u1', '/var/log/pods/u1', '/var/log/containers/web-1_shop_web-c1.log'])(
    'lets %s go',
    (path) => expect(log(path)).toBe('go'),
  );

  it.each([
    '/var/log/pods/..',
    '/var/log/pods/../../etc/shadow',
    '/var/log/pods/a_b_c/..',
    '/var/log/pods',
    '/var/log/messages',
    '/etc/passwd',
    'var/log/pods/a_b_c',
    '/var/log/containers/../web-c1.log',
    '',
  ])('never lets %s go', (path) => expect(log(path)).toBe('kept: it is no log folder of a pod and no link to a log'));

  it.each([
    ['/var/log/pods/shop_web-1_u1', runtime({ sandboxes: [sandbox()] }), 'kept: the runtime still has'],
    ['/var/log/pods/shop_web-1_u1', runtime({ containers: [container()] }), 'kept: the runtime still has'],
    [
      '/var/log/containers/web-1_shop_web-c1.log',
      runtime({ containers: [container({ state: 'running' })] }),
      'kept: its container web has not ended',
    ],
    ['/var/log/containers/web-1_shop_web-c1.log', runtime({ containers: [container()] }), 'go'],
  ])('looks whose %s is', (path, now, expected) => expect(log(path, now)).toContain(expected));
});
