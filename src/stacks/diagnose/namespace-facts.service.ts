import { Injectable } from '@nestjs/common';
import type { ManifestObject, ObjectRef } from '../core/manifest-object.js';
import { ObjectRefusedError } from '../objects/cluster-objects.errors.js';
import { ClusterObjects, type ObjectSelection } from '../objects/cluster-objects.port.js';

/** What a diagnosis could not read, and why: nothing is concluded from it. */
export type Unread = string[];

/** Reads what Quartermaster may read, and notes what it may not. Rejects with `ClusterUnreachableError` alone. */
@Injectable()
export class NamespaceFacts {
  constructor(private readonly objects: ClusterObjects) {}

  async list(selection: ObjectSelection, unread: Unread): Promise<readonly ManifestObject[] | undefined> {
    return noting(unread, () => this.objects.list(selection));
  }

  /** Whether an object is there; undefined when that could not be read. */
  async has(ref: ObjectRef, unread: Unread): Promise<boolean | undefined> {
    return noting(unread, async () => (await this.objects.get(ref)) !== undefined);
  }

  async serves(apiVersion: string, kind: string): Promise<boolean> {
    return (await this.objects.kindOf(apiVersion, kind)) !== undefined;
  }
}

async function noting<Answer>(unread: Unread, read: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ObjectRefusedError)) throw error;
    if (!unread.includes(error.message)) unread.push(error.message);
    return undefined;
  }
}
