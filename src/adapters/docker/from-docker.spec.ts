import { describe, expect, it } from '@jest/globals';
import { chooseApiVersion } from './choose-api-version.js';
import type { DockerContainer } from './docker-schemas.js';
import { containerFromDocker, eventFromDocker, imageFromDocker } from './from-docker.js';

const IMAGE = { Id: 'sha256:a', RepoTags: ['app:1'], RepoDigests: [], Size: 100 };
const CONTAINER: DockerContainer = {
  Id: 'c1',
  Names: ['/by-hand'],
  Image: 'app:1',
  ImageID: 'sha256:a',
  Created: 1_700_000_000,
  State: 'exited',
};

describe('the version of the Docker Engine API', () => {
  it.each([
    ['1.41', '1.41'],
    ['1.51', '1.51'],
    ['1.99', '1.51'],
    ['1.39', undefined],
    ['2.0', undefined],
    ['', undefined],
  ])('offered %s, is %s', (offered, expected) => {
    expect(chooseApiVersion(offered)).toBe(expected);
  });
});

describe("an image in Docker's words", () => {
  it('has no names when it is listed as <none>', () => {
    const image = imageFromDocker({ ...IMAGE, RepoTags: ['<none>:<none>'], RepoDigests: ['<none>@<none>'] });
    expect([image.repoTags, image.repoDigests]).toEqual([[], []]);
    expect(imageFromDocker({ ...IMAGE, RepoTags: null }).repoTags).toEqual([]);
  });

  it.each([
    [-1, undefined],
    [undefined, undefined],
    [0, 100],
    [30, 70],
  ])('of whose bytes %s are shared holds %s alone', (SharedSize, expected) => {
    expect(imageFromDocker({ ...IMAGE, SharedSize }).uniqueBytes).toBe(expected);
  });
});

describe("a container in Docker's words", () => {
  it.each([
    ['created', 'created'],
    ['running', 'running'],
    ['paused', 'running'],
    ['restarting', 'running'],
    ['exited', 'exited'],
    ['dead', 'exited'],
    ['removing', 'unknown'],
    ['something new', 'unknown'],
  ])('that is %s, is %s', (State, expected) => {
    expect(containerFromDocker({ ...CONTAINER, State }).state).toBe(expected);
  });

  it('has the name and the pod that the kubelet wrote on it', () => {
    const Labels = {
      'io.kubernetes.container.name': 'web',
      'io.kubernetes.pod.name': 'web-1',
      'io.kubernetes.pod.namespace': 'shop',
      'io.kubernetes.pod.uid': 'u1',
      'io.kubernetes.sandbox.id': 's1',
      'annotation.io.kubernetes.container.restartCount': '4',
    };
    expect(containerFromDocker({ ...CONTAINER, Labels })).toMatchObject({
      name: 'web',
      pod: { namespace: 'shop', pod: 'web-1', podUid: 'u1' },
      sandboxId: 's1',
      attempt: 4,
    });
    expect(containerFromDocker(CONTAINER)).toMatchObject({
      name: 'by-hand',
      attempt: 0,
      createdAtMs: 1_700_000_000_000,
    });
    expect(containerFromDocker(CONTAINER).pod).toBeUndefined();
  });

  it('tells of images that it has mounted', () => {
    const Mounts = [
      { Type: 'image', Source: 'data:1' },
      { Type: 'volume', Name: 'v' },
    ];
    expect(containerFromDocker({ ...CONTAINER, Mounts }).mountedImages).toEqual(['data:1']);
  });

  it('never ended when its end is the first moment of the calendar', () => {
    const State = { Status: 'dead', FinishedAt: '0001-01-01T00:00:00Z', ExitCode: 0 };
    expect(containerFromDocker(CONTAINER, { State }).finishedAtMs).toBeUndefined();
  });
});

it('an event that is none of a life is left out', () => {
  const Actor = { ID: 'c1', Attributes: { image: 'app:1' } };
  const at = { Actor, timeNano: 1.700000000123e18 };
  expect(eventFromDocker({ Action: 'exec_start: sh', ...at })).toEqual([]);
  expect(eventFromDocker({ Action: 'die', ...at })).toEqual([
    { kind: 'stopped', containerId: 'c1', imageRef: 'app:1', atMs: 1_700_000_000_123 },
  ]);
});
