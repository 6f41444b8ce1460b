import { z } from 'zod';
import { listOf, pageQuery } from '../platform/http/paging.js';
import { METRIC_KINDS, METRIC_UNITS } from './core/catalogue/metric.js';
import { OBJECT_TYPES, RESOURCE_FAMILIES } from './core/sample.js';

export const ListMetrics = z.strictObject({
  ...pageQuery,
  object: z
    .enum(OBJECT_TYPES, { error: `must be one of ${OBJECT_TYPES.join(', ')}` })
    .optional()
    .describe('Only the metrics that this type of object has.')
    .meta({ examples: ['pod'] }),
});
export type ListMetrics = z.infer<typeof ListMetrics>;

/** One metric of the catalogue. */
export const Metric = z
  .object({
    name: z
      .string()
      .describe('Its name, which queries take as `metric`.')
      .meta({ examples: ['cpu/usage_rate'] }),
    aliases: z
      .array(z.string())
      .describe('Other names that queries take for it.')
      .meta({ examples: [['cpu-usage']] }),
    kind: z
      .enum(METRIC_KINDS)
      .describe(
        '`gauge`: a level; `cumulative`: counts up since the object started; `delta`: counts since the sample before.',
      )
      .meta({ examples: ['gauge'] }),
    unit: z
      .enum(METRIC_UNITS)
      .describe('The unit of its values; `ratio` is a share of 1.')
      .meta({ examples: ['millicores'] }),
    objects: z
      .array(z.enum(OBJECT_TYPES))
      .describe('The types of objects that have it; none when no source gives it (`source` says why).')
      .meta({ examples: [['cluster', 'ns', 'node', 'pod', 'pod_container', 'sys_container']] }),
    family: z
      .enum(RESOURCE_FAMILIES)
      .optional()
      .describe('For a metric that exists once for each `resource` of an object: what these are.')
      .meta({ examples: ['filesystem'] }),
    rollup: z
      .enum(['gauge', 'counter', 'constant'])
      .describe(
        'What a rolled-up row keeps of it: a gauge its min, max and sum, a counter its last value and increase, a constant its last value.',
      )
      .meta({ examples: ['gauge'] }),
    heapster: z
      .boolean()
      .describe('Whether Heapster had a metric of this name.')
      .meta({ examples: [true] }),
    summed: z
      .boolean()
      .describe('Whether the values of pods add up to those of their namespace and of the cluster.')
      .meta({ examples: [true] }),
    description: z
      .string()
      .describe('What it measures.')
      .meta({ examples: ['CPU use'] }),
    source: z
      .string()
      .describe("Which field of the kubelet's Summary API it is, or how it is computed.")
      .meta({ examples: ['cpu/usage: difference of the counter / time between the two kubelet time stamps'] }),
  })
  .meta({ id: 'Metric', description: 'One metric that is collected.' });
export type Metric = z.infer<typeof Metric>;

export const MetricList = listOf('MetricList', Metric, 'Metrics by name.');
export type MetricList = z.infer<typeof MetricList>;
