import { parseDuration } from '../../core/duration.js';
import { parseQuantity } from '../../core/quantity.js';
import { MANAGED_RESOURCES, type Estimator, type ResizerSpec, type ResourceSizing } from './core/resizer-spec.js';
import type { ResizerBody } from './resizer.schema.js';

/** A checked body as the decision takes it. */
export function toResizerSpec(body: ResizerBody): ResizerSpec {
  return {
    resources: Object.fromEntries(
      MANAGED_RESOURCES.flatMap((name) => {
        const sizing = body.resources[name];
        return sizing ? [[name, sizingOf(sizing)]] : [];
      }),
    ),
    estimator: estimatorOf(body.estimator),
    rule: body.rule,
    sides: body.controls === 'requests' ? ['requests'] : ['requests', 'limits'],
    scaleUpDelayMs: parseDuration(body.scaleUpDelay),
    scaleDownDelayMs: parseDuration(body.scaleDownDelay),
  };
}

function estimatorOf(estimator: ResizerBody['estimator']): Estimator {
  if (estimator.type !== 'measured') return estimator;
  const { type, span, headroomPercent } = estimator;
  return { type, spanMs: parseDuration(span), headroomPercent };
}

function sizingOf({ base = '0', extra = '0', min, max }: NonNullable<ResizerBody['resources']['cpu']>): ResourceSizing {
  return {
    baseNanos: parseQuantity(base).nanos,
    extraNanos: parseQuantity(extra).nanos,
    ...(min === undefined ? {} : { minNanos: parseQuantity(min).nanos }),
    ...(max === undefined ? {} : { maxNanos: parseQuantity(max).nanos }),
  };
}
