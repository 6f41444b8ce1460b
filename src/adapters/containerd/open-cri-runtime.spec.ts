import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import protobuf from 'protobufjs';
import type { RuntimeEvent } from '../../agent/container-runtime.port.js';
import { RuntimeAwayError, RuntimeLacksError } from '../../agent/runtime-errors.js';
import { CRI_PROTO } from './cri-proto.js';
import { grpcFrame } from './grpc-frames.js';
import { openCriRuntime } from './open-cri-runtime.js';

interface Answer {
  readonly type?: string;
  readonly messages?: readonly object[];
  readonly refusal?: string;
}

const UNKNOWN = '2';
const IMAGE = { id: 'a'.repeat(64), repoTags: ['registry.example/app:1'], size: 100 };

/** What runtimes differ in, as a real CRI-O 1.34.0 and a cri-dockerd 0.4.3 on Docker Engine 20.10 answered. */
describe('a runtime behind a CRI socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qm-cri-'));
  const socket = join(folder, 's.sock');
  const types = protobuf.parse(CRI_PROTO).root;
  let answers: Record<string, Answer>;
  const server = createServer();
  const { runtime, remover, close } = openCriRuntime(socket, { now: () => 0 });
  beforeAll(async () => {
    server.on('stream', (stream, { ':path': path = '' }) => {
      const { type = 'Empty', messages = [], refusal } = answers[path.slice(path.lastIndexOf('/') + 1)] ?? {};
      const Message = types.lookupType(`runtime.v1.${type}`);
      const status = { 'grpc-status': refusal ? UNKNOWN : '0', 'grpc-message': encodeURIComponent(refusal ?? '') };
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers(status));
      stream.end(Buffer.concat(messages.map((one) => grpcFrame(Message.encode(Message.fromObject(one)).finish()))));
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
  });
  beforeEach(() => {
    answers = {
      Version: { type: 'VersionResponse', messages: [{ runtimeName: 'cri-o', runtimeVersion: '1.34.0' }] },
      Status: { type: 'StatusResponse', messages: [{}] },
      ListContainers: { type: 'ListContainersResponse', messages: [{}] },
      ImageStatus: { type: 'ImageStatusResponse', messages: [{ image: IMAGE }] },
    };
  });
  afterAll(async () => {
    close();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  it('has no names for an image that is listed as <none>', async () => {
    const unnamed = { ...IMAGE, repoTags: ['<none>:<none>'], repoDigests: ['<none>@<none>'] };
    answers['ListImages'] = { type: 'ListImagesResponse', messages: [{ images: [unnamed] }] };
    expect(await runtime.listImages()).toEqual([
      { id: IMAGE.id, repoTags: [], repoDigests: [], sizeBytes: 100, pinned: false },
    ]);
  });

  it.each([
    ['delete image: image used by 1e29: image is in use by a container: consider listing external containers', 'kept'],
    [
      'conflict: unable to remove repository reference "a:1" (must force) - container 34d9 is using its referenced image 99e8',
      'kept',
    ],
    ['conflict: unable to delete 99e8 (cannot be forced) - image is being used by running container 34d9', 'kept'],
    ['delete image: layer not known', 'failed'],
  ])('that refuses a removal with "%s" has %s the image', async (refusal, outcome) => {
    answers['RemoveImage'] = { refusal };
    expect(await remover.removeImage(IMAGE.id)).toEqual({ outcome, because: expect.stringContaining(refusal) });
  });

  describe('of whose events', () => {
    const seen: RuntimeEvent[] = [];
    const listen = async (): Promise<void> => {
      for await (const event of runtime.events(new AbortController().signal)) seen.push(event);
    };

    it('the stream ends at once has none to tell', async () => {
      await expect(listen()).rejects.toThrow(RuntimeLacksError);
    });

    it('the stream ends after some was stopped', async () => {
      const event = { containerId: 'c1', containerEventType: 1, createdAt: 5_000_000 };
      answers['GetContainerEvents'] = { type: 'ContainerEventResponse', messages: [event] };
      await expect(listen()).rejects.toThrow(RuntimeAwayError);
      expect(seen).toEqual([{ kind: 'started', containerId: 'c1', atMs: 5 }]);
    });
  });
});
