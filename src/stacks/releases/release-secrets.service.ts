import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { readField } from '../core/read-field.js';
import type { ObjectDiff } from '../core/diff-object.js';
import { HIDDEN } from '../core/mask-secret.js';
import type { ManifestObject, ObjectRef } from '../core/manifest-object.js';
import type { SecretKey } from '../core/rendered-stack.js';
import { ClusterObjects } from '../objects/cluster-objects.port.js';
import { membershipOf, type SetOwner } from './apply-set.js';
import { asMember, FIELD_MANAGER, ownerOf } from './core/as-member.js';
import type { ComparedObject } from './core/compared-object.js';
import { ReleaseFailure } from './release-failure.js';

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** Values of secret parameters that a caller gave, by the parameter. They go into the cluster and nowhere else. */
export type GivenSecrets = ReadonlyMap<string, string>;

/** The Kubernetes Secrets of a release: the one place where values of secret parameters stand. */
@Injectable()
export class ReleaseSecrets {
  constructor(private readonly objects: ClusterObjects) {}

  /**
   * Brings the Secrets to hold every key: the given value, else the one that is there, else a generated one. Other keys stay until `narrow`: a deployment that fails may be rolled back to what needs them.
   * @throws ReleaseFailure when a value must be given and is not, or a Secret of that name belongs to somebody else
   */
  async write(release: SetOwner, secrets: readonly SecretKey[], given: GivenSecrets = new Map()): Promise<void> {
    for (const [name, keys] of bySecret(secrets)) {
      const live = await this.objects.get(secretRef(release, name));
      if (live && ownerOf(live, membershipOf(release)) !== 'ours')
        throw new ReleaseFailure(`Secret ${release.namespace}/${name} is there already and is not this release's`);
      const data = keys.map((key) => [key.key, valueOf(key, given, live)] as const);
      await this.#apply(release, name, { ...dataIn(live), ...Object.fromEntries(data) });
    }
  }

  /** Takes away the keys that are not among these. */
  async narrow(release: SetOwner, secrets: readonly SecretKey[]): Promise<void> {
    for (const [name, keys] of bySecret(secrets)) {
      const live = await this.objects.get(secretRef(release, name));
      const kept = Object.entries(dataIn(live)).filter(([key]) => keys.some((wanted) => wanted.key === key));
      if (kept.length === Object.keys(dataIn(live)).length) continue;
      await this.#apply(release, name, Object.fromEntries(kept));
    }
  }

  /** What `write` would do, by the names of keys alone. */
  async compare(
    release: SetOwner,
    secrets: readonly SecretKey[],
    given: GivenSecrets = new Map(),
  ): Promise<readonly ComparedObject[]> {
    const compared: ComparedObject[] = [];
    for (const [name, keys] of bySecret(secrets)) {
      const ref = secretRef(release, name);
      const live = await this.objects.get(ref);
      const owner = live && ownerOf(live, membershipOf(release));
      const fields = keys
        .filter(({ parameter, key }) => given.has(parameter) || dataOf(live, key) === undefined)
        .map(({ key }) => ({
          path: `data.${key}`,
          ...(dataOf(live, key) === undefined ? {} : { before: HIDDEN }),
          after: HIDDEN,
        }));
      const action: ObjectDiff['action'] = live ? (fields.length === 0 ? 'none' : 'change') : 'create';
      compared.push({
        diff: { ref, action, fields: live ? fields : [] },
        conflicts: [],
        ...(owner === undefined || owner === 'ours'
          ? {}
          : { owner: owner === 'nobody' ? { name: 'somebody else' } : owner }),
      });
    }
    return compared;
  }

  /** Parameters whose value must be given: it is not, none is in the cluster and none may be generated. */
  async missing(release: SetOwner, secrets: readonly SecretKey[], given: GivenSecrets): Promise<readonly string[]> {
    const missing: string[] = [];
    for (const [name, keys] of bySecret(secrets)) {
      const needed = keys.filter((key) => key.generatedLength === undefined && !given.has(key.parameter));
      if (needed.length === 0) continue;
      const live = await this.objects.get(secretRef(release, name));
      missing.push(...needed.filter(({ key }) => dataOf(live, key) === undefined).map(({ parameter }) => parameter));
    }
    return missing;
  }

  async #apply(release: SetOwner, name: string, data: Readonly<Record<string, string>>): Promise<void> {
    await this.objects.apply(this.#secret(release, name, data), { fieldManager: FIELD_MANAGER, force: true });
  }

  #secret(release: SetOwner, name: string, data: Readonly<Record<string, string>>): ManifestObject {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: release.namespace },
      type: 'Opaque',
      data,
    };
    return asMember(secret, membershipOf(release));
  }
}

/** The Secrets that keys stand in. */
export function secretRefs(release: SetOwner, secrets: readonly SecretKey[]): readonly ObjectRef[] {
  return [...bySecret(secrets).keys()].map((name) => secretRef(release, name));
}

function secretRef({ namespace }: SetOwner, name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Secret', namespace, name };
}

function bySecret(secrets: readonly SecretKey[]): Map<string, SecretKey[]> {
  return Map.groupBy(secrets, ({ secret }) => secret);
}

/** In base64, as a Secret has it. */
function valueOf(secret: SecretKey, given: GivenSecrets, live: ManifestObject | undefined): string {
  const value = given.get(secret.parameter);
  if (value !== undefined) return Buffer.from(value).toString('base64');
  const present = dataOf(live, secret.key);
  if (present !== undefined) return present;
  if (secret.generatedLength === undefined)
    throw new ReleaseFailure(
      `The parameter ${secret.parameter} has no value: the Secret ${secret.secret} lost it; give it anew`,
    );
  const characters = Array.from({ length: secret.generatedLength }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return Buffer.from(characters.join('')).toString('base64');
}

function dataOf(live: ManifestObject | undefined, key: string): string | undefined {
  const value = readField(live, 'data', key);
  return typeof value === 'string' ? value : undefined;
}

function dataIn(live: ManifestObject | undefined): Readonly<Record<string, string>> {
  return (readField(live, 'data') ?? {}) as Readonly<Record<string, string>>;
}
