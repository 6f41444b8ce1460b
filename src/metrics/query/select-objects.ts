import type { Caller } from '../../auth/caller.js';
import { visibleNamespaces } from '../../auth/core/visible-namespaces.js';
import { ProblemError } from '../../platform/errors.js';
import type { ObjectType } from '../core/sample.js';
import type { ObjectSelector } from '../metric-store.port.js';
import type { ParsedObjects } from './question-fields.js';

/** Objects that belong to no namespace: a caller that is limited to some sees none of them. */
const CLUSTER_WIDE: ReadonlySet<ObjectType> = new Set(['cluster', 'node', 'sys_container']);

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
  if (!visible.allowed || (caller.namespaces && CLUSTER_WIDE.has(object))) {
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
