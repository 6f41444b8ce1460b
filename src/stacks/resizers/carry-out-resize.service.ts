import { Injectable } from '@nestjs/common';
import { mapLimited } from '../../auth/map-limited.js';
import { refOf, refText, type ManifestObject } from '../core/manifest-object.js';
import { ObjectConflictError } from '../objects/cluster-objects.errors.js';
import { ClusterObjects, type OwnAttempt } from '../objects/cluster-objects.port.js';
import { RESIZER } from '../releases/core/drift-of.js';
import { missingRules, ruleText } from '../rights/core/missing-rules.js';
import { resizePatch } from './core/resize-patch.js';
import type { Evaluation, ResizePlace } from './evaluate-resizer.service.js';
import { ResizeFailure } from './resize-failure.js';
import type { KnownResizer } from './resizers.service.js';

/** Pods of one workload that are resized at once. */
const PODS_AT_ONCE = 4;

/** Sets what was decided: the managed resources of one container, by server-side apply as `quartermaster-resizer`. */
@Injectable()
export class CarryOutResize {
  constructor(private readonly objects: ClusterObjects) {}

  /** @throws ResizeFailure where a right is missing or somebody else owns the amounts; errors of the cluster */
  async carryOut({ body }: KnownResizer, { spec, places }: Evaluation, signal: AbortSignal): Promise<void> {
    const changed = places.filter(({ decision: { action } }) => action !== 'keep' && action !== 'postpone');
    const [first] = changed;
    if (!first) return;
    await this.#mustBeAllowed(first.live);
    await mapLimited(changed, PODS_AT_ONCE, async ({ live, decision }: ResizePlace) => {
      const patch = resizePatch(live, body.target.container, spec, decision.target);
      const isPod = live.kind === 'Pod';
      await this.#apply(patch, { force: isPod || body.force, ...(isPod ? { subresource: 'resize' } : {}), signal });
    });
  }

  async #apply(
    patch: ManifestObject,
    options: { readonly force: boolean; readonly subresource?: string; readonly signal: AbortSignal },
  ): Promise<void> {
    try {
      await this.objects.apply(patch, { fieldManager: RESIZER, ...options });
    } catch (error) {
      if (!(error instanceof ObjectConflictError)) throw error;
      const owned = error.conflicts.map(({ manager, field }) => `${field} belongs to ${manager}`).join(', ');
      throw new ResizeFailure(`${owned}: nothing was changed; \`force\` takes it`, { cause: error });
    }
  }

  /** Asked before, so that the rule that is missing can be told exactly. */
  async #mustBeAllowed(live: ManifestObject): Promise<void> {
    const { namespace, name } = live.metadata;
    const served = await this.objects.kindOf(live.apiVersion, live.kind);
    if (!served) throw new ResizeFailure(`The cluster serves no ${live.kind} of ${live.apiVersion}`);
    const place = { verb: 'patch', ...(namespace === undefined ? {} : { namespace }) };
    const isPod = live.kind === 'Pod';
    const attempt: OwnAttempt = isPod
      ? { group: '', resource: 'pods', subresource: 'resize', ...place }
      : { group: 'apps', resource: served.plural, name, ...place };
    if (await this.objects.mayI(attempt)) return;
    const { subresource, resource, ...rest } = attempt;
    const rules = missingRules([
      { ...rest, resource: subresource === undefined ? resource : `${resource}/${subresource}` },
    ]);
    throw new ResizeFailure(
      `Quartermaster may not patch ${isPod ? `pods of ${namespace} in place` : refText(refOf(live))}; add ${rules.map(ruleText).join('; ')}`,
    );
  }
}
