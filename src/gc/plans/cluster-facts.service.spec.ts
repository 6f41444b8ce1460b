import { describe, expect, it } from '@jest/globals';
import { GcClusterFacts } from './cluster-facts.service.js';

describe('what the API server says', () => {
  it('is not remembered from before every kind was listed, however short the time', () => {
    const cronJob = { kind: 'CronJob', namespace: 'shop', name: 'report', images: ['registry.example/report:1'] };
    let workloads: object[] = [];
    const view = {
      isSynced: () => true,
      freshness: () => ({ watches: [{ asOfMs: 1_000 }, workloads.length > 0 ? { asOfMs: 1_000 } : {}] }),
      podsOnNode: () => [],
      pods: () => [],
      workloadObjects: () => workloads,
    };
    const facts = new GcClusterFacts(view as never, { now: () => 1_000 });
    expect(facts.of('node-1')).toMatchObject({ isSynced: false, referencedImages: [] });
    workloads = [cronJob];
    expect(facts.of('node-1')).toMatchObject({
      isSynced: true,
      referencedImages: [{ image: 'registry.example/report:1', by: 'CronJob shop/report' }],
    });
    workloads = [cronJob, { ...cronJob, images: ['registry.example/other:1'] }];
    expect(facts.of('node-2').referencedImages).toHaveLength(1); // gathered a moment ago
  });
});
