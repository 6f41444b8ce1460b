import { describe, expect, it } from '@jest/globals';
import { DockerContainerRuntime } from '../../src/adapters/docker/container-runtime.docker.js';
import { DockerClient } from '../../src/adapters/docker/docker-client.js';
import { openDockerRuntime } from '../../src/adapters/docker/open-docker-runtime.js';
import { DockerRuntimeRemover } from '../../src/adapters/docker/runtime-remover.docker.js';
import { SystemClock } from '../../src/platform/clock.js';
import { DockerServer } from '../support/docker-server.js';
import { describeContainerRuntime } from './container-runtime.contract.js';

describeContainerRuntime('Docker Engine', async () => {
  const server = DockerServer.start();
  const { runtime, remover, close } = openDockerRuntime(server.socket, new SystemClock());
  return {
    runtime,
    remover,
    hasSandboxes: false,
    hasEvents: true,
    addImage: async (...tags) => server.addImage(tags),
    run: (tag) => server.run(tag, 'exec sleep 3600'),
    runToItsEnd: async (tag) => {
      const id = await server.run(tag, 'exit 3');
      await server.waitFor(id);
      return id;
    },
    atNothing: () => openDockerRuntime('/nonexistent/docker.sock', new SystemClock()).runtime,
    stop: async () => {
      close();
      await server.stop();
    },
  };
});

describe('RuntimeRemover on Docker Engine', () => {
  it('gives an image its tags back when a container has come after the check', async () => {
    const server = DockerServer.start();
    const clock = new SystemClock();
    const client = new DockerClient(server.socket);
    try {
      const tags = ['registry.example/contract/late:1', 'registry.example/contract/late:2'];
      const id = await server.addImage(tags);
      const runtime = new DockerContainerRuntime(client);
      const before = Object.create(runtime) as DockerContainerRuntime;
      before.listContainers = async () => {
        const containers = await runtime.listContainers();
        await server.run(tags[0] ?? '', 'exec sleep 3600');
        return containers;
      };
      const result = await new DockerRuntimeRemover(client, before, clock).removeImage(id);
      expect(result).toEqual({ outcome: 'kept', because: expect.stringContaining('is using') });
      expect((await runtime.findImage(id))?.repoTags.toSorted()).toEqual(tags);
    } finally {
      client.close();
      await server.stop();
    }
  });
});
