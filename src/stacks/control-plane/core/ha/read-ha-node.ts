import type { ManifestObject } from '../../../core/manifest-object.js';
import { readList, readText } from '../../../core/read-field.js';
import type { HaNode } from './ha-facts.js';

/** A Node, with the address by which others of its network reach it. */
export function readHaNode(node: ManifestObject): HaNode {
  const internal = readList(node, 'status', 'addresses').find((one) => readText(one, 'type') === 'InternalIP');
  const address = readText(internal, 'address');
  return { name: node.metadata.name, ...(address === '' ? {} : { address }) };
}
