import type { Caller } from '../../auth/caller.js';
import { visibleNamespaces } from '../../auth/core/visible-namespaces.js';
import { ProblemError } from '../../platform/errors.js';
import { CLUSTER_WIDE_TYPES } from '../core/sample.js';
import type { ObjectSelector } from '../metric-store.port.js';
import type { ParsedObjects } from './question-fields.js';

/**
 * The store's selector for a question, narrowed to what the caller may see.
 * @param namedResource the resource that the metric's name bears
 * @throws ProblemError 403, the same whether what was asked for exists or not
 */
export function selectObjects(
  question: ParsedObjects,
  caller: Pick<Caller, 'namespaces'>,
  namedResource?: string,
): ObjectSelector {
  const { object, node, namespace, pod, container, workload, labelSelector } = question;
  const resource = namedResource ?? question.resource;
  const visible = visibleNamespaces(caller, namespace);
  if (!visible.allowed || (caller.namespaces && CLUSTER_WIDE_TYPES.has(object))) {
    throw new ProblemError('FORBIDDEN', 'This caller may not do that.');
  }
  return {
    type: object,
    ...(node === undefined ? {} : { node }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(caller.namespaces === undefined ? {} : { visibleNamespaces: caller.namespaces }),
    ...(pod === undefined ? {} : { pod }),
    ...(container === undefined ? {} : { container }),
    ...(workload === undefined ? {} : { workload }),
    ...(resource === undefined ? {} : { resource }),
    ...(labelSelector === undefined ? {} : { matchesLabels: labelSelector }),
  };
}
