import { ElasticsearchStub } from '../support/elasticsearch-stub.js';
import { describeBufferCrash } from './log-buffer-crash.contract.js';

describeBufferCrash('a stub of Elasticsearch', 1, async () => {
  const server = await ElasticsearchStub.start();
  return {
    url: server.url,
    stream: 'stub',
    setAway: (isAway) => (server.mood = isAway ? 'away' : 'up'),
    rollOver: () => Promise.resolve(server.rollOver()),
    messages: () => Promise.resolve(server.messages()),
    stop: () => server.stop(),
  };
});
