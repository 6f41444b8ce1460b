import { asKept } from './as-kept.js';
import { countRange } from './count-range.js';
import { estimateByCount, estimateByUse } from './estimate.js';
import { formatAmount } from './format-amount.js';
import { judgeByRange, judgeByThreshold, type AmountRange, type Direction, type Judgement } from './judge-amount.js';
import {
  MANAGED_RESOURCES,
  type Amounts,
  type ManagedResource,
  type ResizeInputs,
  type ResizerSpec,
  type ResourceSizing,
  type Side,
} from './resizer-spec.js';

/** The amounts that a container has. */
export type ContainerResources = Readonly<Record<Side, Amounts>>;

/** What is to be done with a container's resources. */
export interface ResizeDecision {
  readonly action: Direction | 'postpone';
  readonly because: string;
  /** The first resource that is not as it should be. */
  readonly resource?: ManagedResource;
  /** Each managed resource by the estimator, exactly, before anything is rounded. */
  readonly estimate: Amounts;
  /** What all managed resources are to be, as the API server keeps them; with `keep`, what they are left at. */
  readonly target: ContainerResources;
}

/** When it is, and when the container was changed last (or the resizer made). */
export interface ResizeTimes {
  readonly nowMs: number;
  readonly lastChangeMs: number;
}

interface JudgedSide extends Judgement {
  readonly resource: ManagedResource;
  readonly side: Side;
  readonly actual: bigint | undefined;
  readonly expected: bigint;
}

/**
 * Decides on a container: resource by resource, limits before requests, the first that is not near enough to its estimate says what is done, and then all managed resources are set (with
 * the range rule those that are outside). Resources that are not managed are left alone. After addon-resizer (kubernetes/autoscaler addon-resizer 1.8 and HEAD, nanny/nanny_lib.go).
 */
export function decideResize(
  spec: ResizerSpec,
  inputs: ResizeInputs,
  actual: ContainerResources,
  times: ResizeTimes,
): ResizeDecision {
  const estimate = estimateAll(spec, inputs);
  const kept = { estimate, target: actual };
  const unknown = managed(spec).find(([resource]) => estimate[resource] === undefined)?.[0];
  if (unknown !== undefined)
    return { ...kept, action: 'keep', because: `nothing is known of the use of ${unknown}`, resource: unknown };
  if (spec.rule.type === 'range' && 'n' in inputs && inputs.n === 0)
    return { ...kept, action: 'keep', because: 'nothing was counted' };
  const judged = managed(spec).flatMap((one) => judge(spec, inputs, one, estimate[one[0]] ?? 0n, actual));
  const first = judged.find(({ direction }) => direction !== 'keep');
  if (!first) return { ...kept, action: 'keep', because: 'all are near enough to their estimates' };
  const decided = { estimate, resource: first.resource, target: targetOf(judged, actual) };
  const because = describe(first);
  const wait = waitingMs(spec, first.direction, times);
  if (wait <= 0) return { ...decided, action: first.direction, because };
  const seconds = Math.ceil(wait / 1000);
  return { ...decided, action: 'postpone', because: `${because}; its delay ends in ${seconds} s` };
}

function managed({ resources }: ResizerSpec): (readonly [ManagedResource, ResourceSizing])[] {
  return MANAGED_RESOURCES.flatMap((name) => {
    const sizing = resources[name];
    return sizing ? [[name, sizing] as const] : [];
  });
}

function estimateAll(spec: ResizerSpec, inputs: ResizeInputs): Amounts {
  const { estimator } = spec;
  return Object.fromEntries(
    managed(spec).flatMap(([resource, sizing]) => {
      if (estimator.type !== 'measured')
        return 'n' in inputs ? [[resource, estimateByCount(estimator, sizing, inputs.n)]] : [];
      const use = 'use' in inputs ? inputs.use[resource] : undefined;
      return use === undefined ? [] : [[resource, estimateByUse(estimator.headroomPercent, sizing, use)]];
    }),
  );
}

function judge(
  spec: ResizerSpec,
  inputs: ResizeInputs,
  [resource, sizing]: readonly [ManagedResource, ResourceSizing],
  estimateNanos: bigint,
  actual: ContainerResources,
): JudgedSide[] {
  const expected = asKept(resource, estimateNanos);
  const sides = (['limits', 'requests'] as const).filter((side) => spec.sides.includes(side));
  return sides.map((side) => {
    const is = actual[side][resource];
    const { rule } = spec;
    const judgement =
      rule.type === 'threshold'
        ? { ...judgeByThreshold(is, expected, rule), expected }
        : judgeByRange(is, ...rangesOf(spec, inputs, resource, sizing, rule));
    return { resource, side, actual: is, ...judgement };
  });
}

/** The accepted range and the recommended one. */
function rangesOf(
  { estimator }: ResizerSpec,
  inputs: ResizeInputs,
  resource: ManagedResource,
  sizing: ResourceSizing,
  { acceptancePercent, recommendationPercent }: Extract<ResizerSpec['rule'], { type: 'range' }>,
): [AmountRange, AmountRange] {
  if (estimator.type === 'measured' || !('n' in inputs)) throw new Error('A range is one of what is counted');
  const amountFor = (n: number): bigint => asKept(resource, estimateByCount(estimator, sizing, n));
  const rangeOf = (percent: number): AmountRange => {
    const { lower, upper } = countRange(inputs.n, percent);
    return { lower: amountFor(lower), upper: amountFor(upper) };
  };
  return [rangeOf(acceptancePercent), rangeOf(recommendationPercent)];
}

/** What is estimated to be 0 stays as it is. */
function targetOf(judged: readonly JudgedSide[], actual: ContainerResources): ContainerResources {
  const side = (of: Side): Amounts => ({
    ...actual[of],
    ...Object.fromEntries(
      judged.filter((one) => one.side === of && one.expected > 0n).map((one) => [one.resource, one.expected]),
    ),
  });
  return { requests: side('requests'), limits: side('limits') };
}

function describe({ resource, side, actual, expected, because }: JudgedSide): string {
  const is = actual === undefined ? '' : ` (${formatAmount(resource, actual)})`;
  return `${side}.${resource}${is} ${because}: ${formatAmount(resource, expected)} is to be set`;
}

/** What has no direction is set at once. */
function waitingMs(spec: ResizerSpec, direction: Direction, { nowMs, lastChangeMs }: ResizeTimes): number {
  if (direction === 'scale-up') return lastChangeMs + spec.scaleUpDelayMs - nowMs;
  if (direction === 'scale-down') return lastChangeMs + spec.scaleDownDelayMs - nowMs;
  return 0;
}
