import { ElasticsearchServer } from '../support/elasticsearch-server.js';
import { BreakableWay } from '../support/breakable-way.js';
import { describeBufferCrash } from './log-buffer-crash.contract.js';

describeBufferCrash('Elasticsearch', 20, async () => {
  const server = await ElasticsearchServer.start();
  const way = await BreakableWay.to(server.url);
  const stream = server.newStream();
  return {
    url: way.url,
    stream,
    setAway: (isAway) => way.setBroken(isAway),
    rollOver: () => server.rollOver(stream),
    messages: () => server.messages(stream),
    async stop() {
      await way.close();
      await server.removeStream(stream);
      await server.stop();
    },
  };
});
