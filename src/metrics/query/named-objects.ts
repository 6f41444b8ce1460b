import type { ObjectSelector } from '../metric-store.port.js';

/** One thing that a selector names, and the selectors of which at least one finds something if it exists. */
export interface NamedObject {
  /** In a sentence: `pod "web-1" in namespace "shop"`. */
  readonly what: string;
  readonly found: readonly ObjectSelector[];
}

/**
 * What a selector names, from the outside in: namespace, node, workload, pod, container, resource. With it an empty answer is told apart from a
 * mistyped name. Namespace and visibility bound every search, so that what a caller may not see is as unknown as what does not exist.
 */
export function namedObjects(select: ObjectSelector): NamedObject[] {
  const { type, namespace, node, workload, pod, container, resource, visibleNamespaces } = select;
  const visible = visibleNamespaces ? { visibleNamespaces } : {};
  const within = namespace === undefined ? visible : { ...visible, namespace };
  const inPod = pod === undefined ? within : { ...within, pod };
  const inContainer = container === undefined ? inPod : { ...inPod, container };
  const onNode = node === undefined ? {} : { node };
  const place = namespace === undefined ? '' : ` in namespace ${JSON.stringify(namespace)}`;
  const podPlace = pod === undefined ? place : ` of pod ${JSON.stringify(pod)}${place}`;
  const rows: readonly (readonly [kind: string, name: string | undefined, where: string, ...ObjectSelector[]])[] = [
    ['namespace', namespace, '', { type: 'ns', ...within }, { type: 'pod', ...within }],
    ['node', node, '', { type: visibleNamespaces ? 'pod' : 'node', ...visible, ...onNode }],
    ['workload', workload, place, { type: 'pod', ...within, ...(workload === undefined ? {} : { workload }) }],
    ['pod', pod, place, { type: 'pod', ...inPod }],
    ['container', container, podPlace, { type, ...inContainer, ...(type === 'sys_container' ? onNode : {}) }],
    ['resource', resource, '', { type, ...inContainer, ...onNode, ...(resource === undefined ? {} : { resource }) }],
  ];
  return rows.flatMap(([kind, name, where, ...found]) =>
    name === undefined ? [] : [{ what: `${kind} ${JSON.stringify(name)}${where}`, found }],
  );
}
