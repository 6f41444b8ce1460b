import { InfluxdbStub } from '../support/influxdb-stub.js';
import { describeSinkCrash } from './metric-sink-crash.contract.js';

describeSinkCrash('a loopback InfluxDB', 3, async () => {
  const stub = await InfluxdbStub.start();
  const { url, token } = stub;
  return {
    url,
    token,
    org: 'o',
    bucket: 'k8s',
    async counts() {
      const byMetric = Map.groupBy(stub.points.values(), ({ measurement }) => measurement);
      return new Map([...byMetric].map(([metric, points]) => [metric, points.length]));
    },
    async points(metric) {
      const found = [...stub.points.values()].filter(({ measurement }) => measurement === metric);
      return found.map(({ tags, atMs, value }) => ({ pod: tags['pod_name'] ?? '', atMs, value }));
    },
    stop: () => stub.stop(),
  };
});
