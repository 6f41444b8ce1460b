import type { InventoryImage } from '../../agents/core/inventory.js';
import { readReference } from './read-reference.js';

/** The images that sandboxes are made of, by the last part of their name: Kubernetes', those of clouds and distributions, OpenShift's. */
const PAUSE =
  /^(?:mirrored-|[a-z]+-)?pause(?:-(?:amd64|arm|arm64|ppc64le|s390x|riscv64|windows(?:-.*)?))?$|^pod-infrastructure$|^(?:ose-|origin-)pod$/;

/** Runtimes that do not pin it have lost it: kubernetes #81756, amazon-eks-ami #1597. */
export function isPauseImage({ repoTags, repoDigests }: Pick<InventoryImage, 'repoTags' | 'repoDigests'>): boolean {
  return repoTags.some(isPauseName) || repoDigests.some(isPauseName);
}

function isPauseName(text: string): boolean {
  if (!text.includes('pause') && !text.includes('pod')) return false; // spares most names the reading
  const repository = readReference(text)?.repository ?? '';
  return PAUSE.test(repository.slice(repository.lastIndexOf('/') + 1));
}
