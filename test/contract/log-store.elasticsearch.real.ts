import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ElasticsearchLogStore } from '../../src/adapters/elasticsearch/log-store.elasticsearch.js';
import { Log } from '../../src/platform/log.js';
import { ElasticsearchServer } from '../support/elasticsearch-server.js';
import { describeLogStore } from './log-store.contract.js';

describeLogStore('Elasticsearch', async () => {
  const server = await ElasticsearchServer.start();
  return {
    async fresh() {
      const bufferFolder = await mkdtemp(join(tmpdir(), 'quartermaster-elasticsearch-buffer-'));
      const stream = server.newStream();
      const limits = { bufferMaxBytes: 2 ** 30, maxScanned: 100_000 };
      const store = await ElasticsearchLogStore.open({
        url: server.url,
        stream,
        bufferFolder,
        ...limits,
        log: Log.silent(),
      });
      const { writer, reader, upkeep } = store;
      const close = async (): Promise<void> => {
        await store.close();
        await server.removeStream(stream);
        await rm(bufferFolder, { recursive: true });
      };
      return { writer, reader, upkeep, settled: () => server.refresh(stream), close };
    },
    stop: () => server.stop(),
  };
});
