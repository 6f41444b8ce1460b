import type { ManifestObject } from '../../core/manifest-object.js';
import { readText } from '../../core/read-field.js';
import type { ContainerResources } from './decide-resize.js';
import { formatAmount } from './format-amount.js';
import { MANAGED_RESOURCES, type Amounts, type ResizerSpec, type Side } from './resizer-spec.js';

/**
 * What is applied to a workload or a Pod: the managed resources of one container and nothing else. It names the object's uid, so that one that was removed meanwhile is not made anew.
 */
export function resizePatch(
  live: ManifestObject,
  container: string,
  { resources, sides }: Pick<ResizerSpec, 'resources' | 'sides'>,
  target: ContainerResources,
): ManifestObject {
  const texts = (side: Side): Record<string, string> =>
    amountTexts(target[side], (name) => resources[name] !== undefined);
  const podSpec = {
    containers: [{ name: container, resources: Object.fromEntries(sides.map((side) => [side, texts(side)])) }],
  };
  const { apiVersion, kind } = live;
  const { name, namespace } = live.metadata;
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), uid: readText(live, 'metadata', 'uid') };
  return { apiVersion, kind, metadata, spec: kind === 'Pod' ? podSpec : { template: { spec: podSpec } } };
}

/** Amounts as quantities. */
export function amountTexts(
  amounts: Amounts,
  isMeant: (name: (typeof MANAGED_RESOURCES)[number]) => boolean = () => true,
): Record<string, string> {
  return Object.fromEntries(
    MANAGED_RESOURCES.flatMap((name) => {
      const amount = amounts[name];
      return amount === undefined || !isMeant(name) ? [] : [[name, formatAmount(name, amount)]];
    }),
  );
}
