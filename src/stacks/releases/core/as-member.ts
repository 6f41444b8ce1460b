import type { ManifestObject } from '../../core/manifest-object.js';

/** Whose objects those of a release are. */
export interface Membership {
  readonly release: string;
  /** The id of its ApplySet. */
  readonly applySet: string;
}

/** On every member of an ApplySet: the set's id. */
export const PART_OF = 'applyset.kubernetes.io/part-of';
/** On every member: the release that it is of. */
export const RELEASE = 'quartermaster.io/release';
export const FIELD_MANAGER = 'quartermaster';

/** The object with the labels that make it one of a release's, whatever its manifest says there. */
export function asMember(object: ManifestObject, { release, applySet }: Membership): ManifestObject {
  const labels = {
    ...object.metadata.labels,
    'app.kubernetes.io/managed-by': FIELD_MANAGER,
    [RELEASE]: release,
    [PART_OF]: applySet,
  };
  return { ...object, metadata: { ...object.metadata, labels } };
}

/** Whose a live object is: this release's, another ApplySet's (named as its labels name it), or nobody's. */
export function ownerOf(live: ManifestObject, { applySet }: Membership): 'ours' | 'nobody' | { readonly name: string } {
  const { labels = {} } = live.metadata;
  const partOf = labels[PART_OF];
  if (partOf === applySet) return 'ours';
  if (partOf === undefined) return 'nobody';
  const release = labels[RELEASE];
  return { name: release === undefined ? `the ApplySet ${partOf}` : `the release ${release}` };
}
