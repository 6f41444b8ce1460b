import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth/caller.js';
import { mapLimited } from '../../auth/map-limited.js';
import { ObjectRefusedError } from '../objects/cluster-objects.errors.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { clusterProblem } from '../releases/cluster-problem.js';
import { CALLS_AT_ONCE } from '../releases/compare-objects.service.js';
import type { ReleaseRecord, ReleaseRevision } from '../releases/release-records.port.js';
import { addressesOf, type Address } from './core/addresses-of.js';

/** So many addresses of a release are given. */
const MOST_ADDRESSES = 50;

/** An address, and when that was asked what it answers. */
export interface CheckedAddress extends Address {
  /** The HTTP status that `/` gave; absent when nothing answered. */
  readonly status?: number;
  readonly doesAnswer?: boolean;
  /** Why it could not be asked. */
  readonly unchecked?: string;
}

/** Where the objects of a release serve HTTP, and whether they answer. */
@Injectable()
export class ReleaseAddresses {
  constructor(private readonly objects: ClusterObjects) {}

  /** Those in namespaces that the caller may see. */
  of({ namespaces }: Caller, { namespace }: ReleaseRecord, { objects }: ReleaseRevision): readonly Address[] {
    return addressesOf(objects, namespace)
      .filter((address) => !namespaces || namespaces.includes(address.namespace))
      .slice(0, MOST_ADDRESSES);
  }

  /** Asks each for `/` through the API server, up to 5 s each, four at once. @throws ProblemError UNAVAILABLE */
  async check(addresses: readonly Address[]): Promise<readonly CheckedAddress[]> {
    try {
      return await mapLimited(addresses, CALLS_AT_ONCE, (address) => this.#checkOne(address));
    } catch (error) {
      throw clusterProblem(error);
    }
  }

  async #checkOne(address: Address): Promise<CheckedAddress> {
    const { namespace, port, url } = address;
    const service = `${url.startsWith('https:') ? 'https:' : ''}${address.service}`;
    try {
      const status = await this.objects.statusOf(namespace, service, port, '/');
      return { ...address, doesAnswer: status !== undefined, ...(status === undefined ? {} : { status }) };
    } catch (error) {
      if (error instanceof ObjectRefusedError) return { ...address, unchecked: error.message };
      throw error;
    }
  }
}
