import { countedAs } from './core/estimate.js';
import { amountTexts } from './core/resize-patch.js';
import type { ContainerResources } from './core/decide-resize.js';
import type { Evaluation } from './evaluate-resizer.service.js';
import type { ResizeDetails } from './resizer-view.schema.js';

/** What was decided and from what, as it is recorded and shown. */
export function describeEvaluation({ spec, inputs, places, first, notes }: Evaluation): ResizeDetails {
  const { live, actual, decision } = first;
  const { estimator } = spec;
  const isMeant = (name: keyof typeof spec.resources): boolean => spec.resources[name] !== undefined;
  const shown = ({ requests, limits }: ContainerResources) => ({
    requests: amountTexts(requests, isMeant),
    limits: amountTexts(limits, isMeant),
  });
  return {
    action: decision.action,
    ...(decision.resource === undefined ? {} : { resource: decision.resource }),
    inputs:
      'n' in inputs && estimator.type !== 'measured'
        ? { of: estimator.of, n: inputs.n, countedAs: countedAs(estimator, inputs.n) }
        : { use: amountTexts('use' in inputs ? inputs.use : {}) },
    estimate: amountTexts(decision.estimate),
    actual: shown(actual),
    target: shown(decision.target),
    ...(live.kind === 'Pod' ? { pod: live.metadata.name, pods: places.length } : {}),
    ...(notes.length === 0 ? {} : { notes: [...notes] }),
  };
}
