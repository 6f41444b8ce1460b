import { z } from 'zod';
import type { Metric } from '../core/catalogue/metric.js';
import { findMetric } from '../core/metric-catalogue.js';
import { OBJECT_TYPES, type ObjectType } from '../core/sample.js';
import { OBJECT_ERROR, unknownMetric } from '../query/selector-fields.js';

/** A bound on repeating a parameter, far beyond what makes sense. */
const MOST = 100;
const name = z.string().min(1, 'must not be empty').max(253);

/** A parameter that may be given more than once, as Prometheus repeats the `params` of a scrape. */
function repeatable<Input extends z.ZodType>(one: Input, error?: string) {
  const several = z.array(one).max(MOST, `may be given ${MOST} times`);
  return z.union([one, several], error === undefined ? undefined : { error }).transform((given) => [given].flat());
}

/** Which of the newest samples are exposed; every filter that is given must match. */
export const ClusterExposition = z
  .strictObject({
    object: repeatable(z.enum(OBJECT_TYPES), OBJECT_ERROR)
      .optional()
      .describe(
        'Only these kinds of objects; may be repeated. Default: all that the other filters and the token leave.',
      )
      .meta({ examples: [['node', 'pod']] }),
    namespace: repeatable(name, 'must be the name of a namespace, and may be repeated')
      .optional()
      .describe('Only these namespaces and what is in them; may be repeated.')
      .meta({ examples: ['shop'] }),
    node: name
      .optional()
      .describe('Only this node and what is on it.')
      .meta({ examples: ['node-1'] }),
    metric: repeatable(z.string().max(200), 'must be the name of a metric, and may be repeated')
      .transform(toMetrics)
      .optional()
      .describe('Only these metrics, by their names in the catalogue; may be repeated.')
      .meta({ examples: ['cpu/usage'] }),
  })
  .superRefine(checkObjects);
export type ClusterExposition = z.infer<typeof ClusterExposition>;

const IN_A_NAMESPACE: readonly ObjectType[] = ['ns', 'pod', 'pod_container'];
const ON_A_NODE: readonly ObjectType[] = ['node', 'pod', 'pod_container', 'sys_container'];

/** The kinds of objects that the filters leave, in the order of the catalogue. */
export function objectsOf({ object, namespace, node }: ClusterExposition): ObjectType[] {
  return OBJECT_TYPES.filter(
    (type) =>
      (object === undefined || object.includes(type)) &&
      (namespace === undefined || IN_A_NAMESPACE.includes(type)) &&
      (node === undefined || ON_A_NODE.includes(type)),
  );
}

/** A kind that is asked for by name and cannot match is a mistake, and would look as if there were nothing. */
function checkObjects(query: ClusterExposition, context: z.RefinementCtx): void {
  const { object = [], ...filters } = query;
  const left = objectsOf(filters);
  const wrong = object.filter((type) => !left.includes(type));
  if (wrong.length === 0) return;
  const given = [filters.namespace ? 'namespace' : [], filters.node === undefined ? [] : 'node'].flat().join(' and ');
  const message = `${wrong.join(', ')} cannot be asked for with ${given}; ${left.join(', ')} can`;
  context.addIssue({ code: 'custom', path: ['object'], message });
}

function toMetrics(names: readonly string[], context: z.RefinementCtx): ReadonlySet<Metric> {
  const found = new Set<Metric>();
  for (const text of names) {
    const metric = findMetric(text);
    if (metric && metric.objects.length > 0) found.add(metric);
    else
      context.addIssue({
        code: 'custom',
        message: metric ? `${metric.name} is ${metric.source}` : unknownMetric(text),
      });
  }
  return found;
}
