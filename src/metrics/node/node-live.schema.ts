import { z } from 'zod';
import { instant } from '../../cluster/cluster-freshness.schema.js';
import { durationField } from '../../platform/http/time-fields.js';
import { metricValues, ResourceMetrics } from './node-containers.schema.js';
import { text } from '../../platform/http/described.js';

const LEAST_MS = 1000;
const MOST_MS = 10_000;

export const NodeLiveQuery = z.strictObject({
  interval: durationField('How often to tell: from 1s to 10s. 5s when it is left out.', '5s')
    .refine((ms) => ms >= LEAST_MS && ms <= MOST_MS, 'must be from 1s to 10s')
    .prefault('5s'),
});
export type NodeLiveQuery = z.infer<typeof NodeLiveQuery>;

const figures = {
  sampledAt: instant(
    'When the kubelet measured it, by the clock of the node: every 10 to 15 seconds, so several events may bear the same.',
  ).optional(),
  metrics: metricValues,
  resources: z.array(ResourceMetrics).describe('Its file systems.'),
};

const LiveFigures = z.object(figures).meta({ id: 'LiveFigures', description: 'The figures of a node at this moment.' });
const LiveContainer = z
  .object({ ...figures, name: text('Its name.', 'app') })
  .meta({ id: 'LiveContainer', description: 'The figures of a container at this moment.' });
const LivePod = z
  .object({
    ...figures,
    namespace: text('Namespace.', 'shop'),
    name: text('Name.', 'web-7d4b9c6f5-x2x9k'),
    uid: text('The uid under which the kubelet knows it.', '0b1c5a0e-6b7d-4f0e-9f43-8a1a1f0e2d3c'),
    containers: z.array(LiveContainer).describe('Its containers.'),
  })
  .meta({ id: 'LivePod', description: 'The figures of a pod at this moment.' });

/** The data of an event `node`. */
export const LiveNodeEvent = z
  .object({
    node: text("The node's name.", 'node-1'),
    at: instant('When the kubelet answered.'),
    root: LiveFigures.describe('The node itself.'),
    systemContainers: z.array(LiveContainer).describe('What runs outside of pods.'),
    pods: z.array(LivePod).describe('The pods that the kubelet has figures of.'),
  })
  .meta({ id: 'LiveNodeEvent', description: 'What a kubelet says at this moment.' });
export type LiveNodeEvent = z.infer<typeof LiveNodeEvent>;

/** The data of an event `failure`. */
export const LiveFailureEvent = z
  .object({
    node: text("The node's name.", 'node-1'),
    at: instant('When that was known.'),
    reason: text('Why, for programs; `node-gone`, or a reason of `MissingNode`.', 'timeout'),
    detail: text('Why, as a sentence.', 'No whole answer within 10 s.'),
  })
  .meta({ id: 'LiveFailureEvent', description: 'A kubelet that could not be asked; the stream goes on.' });
export type LiveFailureEvent = z.infer<typeof LiveFailureEvent>;
