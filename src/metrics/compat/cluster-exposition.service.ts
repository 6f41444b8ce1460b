import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { visibleNamespaces } from '../../auth/core/visible-namespaces.js';
import type { Caller } from '../../auth/caller.js';
import { Clock } from '../../platform/clock.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { ProblemError } from '../../platform/errors.js';
import { CLUSTER_WIDE_TYPES } from '../core/sample.js';
import { usualLookbackMs } from '../core/usual-lookback.js';
import { MetricReader, type NewestQuery } from '../metric-store.port.js';
import type { Asked } from '../../auth/asked.js';
import { CollectionCoverage } from '../query/collection-coverage.js';
import { QueryGate } from '../query/query-gate.js';
import { type ClusterExposition, objectsOf } from './cluster-exposition.schema.js';
import { collectionFamilies } from './core/collection-families.js';
import { NewestSamples } from './core/newest-samples.js';
import type { ExposedFamily } from './core/write-exposition.js';

/** How far back the newest closed cycle is looked for, whose age is told. */
const AGE_LOOKBACK_MS = 7 * 24 * 60 * 60_000;

/**
 * The newest sample of everything, as families. All samples are fetched before the first is handed on: a text format wants each metric's samples together, where
 * the store gives each object's, and too many of them are then refused with a status instead of in the middle.
 */
@Injectable()
export class ClusterExpositionService {
  constructor(
    private readonly reader: MetricReader,
    private readonly coverage: CollectionCoverage,
    private readonly gate: QueryGate,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'metricResolutionMs' | 'expositionMaxSamples'>,
  ) {}

  /** @throws ProblemError 403, 422 when there are more samples than `EXPOSITION_MAX_SAMPLES` or it takes too long, 429 too many queries */
  async families(query: ClusterExposition, { caller, signal }: Asked): Promise<Iterable<ExposedFamily>> {
    const nowMs = this.clock.now();
    const lookbackMs = usualLookbackMs(this.config.metricResolutionMs);
    const select = { ...selectNewest(query, caller), atMs: nowMs, lookbackMs };
    return this.gate.run(signal, async (limit) => {
      const [collection, samples] = await Promise.all([
        this.coverage.newest(nowMs, AGE_LOOKBACK_MS, caller),
        this.collect(select, query, limit),
      ]);
      return [...collectionFamilies(collection, nowMs), ...samples.families()];
    });
  }

  private async collect(
    select: NewestQuery,
    { metric }: ClusterExposition,
    signal: AbortSignal,
  ): Promise<NewestSamples> {
    const samples = new NewestSamples(metric);
    for await (const batch of this.reader.newest(select, signal)) {
      for (const one of batch) samples.add(one);
      if (samples.size > this.config.expositionMaxSamples) throw this.tooMany();
      await setImmediate(undefined, { signal }); // others get their turn between two batches
    }
    return samples;
  }

  private tooMany(): ProblemError {
    return new ProblemError(
      'UNPROCESSABLE',
      `There are more than ${this.config.expositionMaxSamples} samples (EXPOSITION_MAX_SAMPLES): ask for fewer by object, namespace, node or metric, in several scrapes if need be.`,
      { limit: 'EXPOSITION_MAX_SAMPLES' },
    );
  }
}

/** The store's selection for a question, narrowed to what the caller may see. @throws ProblemError 403, the same whether a namespace exists or not */
function selectNewest(
  query: ClusterExposition,
  caller: Pick<Caller, 'namespaces'>,
): Pick<NewestQuery, 'types' | 'node' | 'visibleNamespaces'> {
  const { object = [], namespace: named, node } = query;
  const isRefused = (namespace: string): boolean => !visibleNamespaces(caller, namespace).allowed;
  if (named?.some(isRefused) || (caller.namespaces && object.some((type) => CLUSTER_WIDE_TYPES.has(type)))) {
    throw new ProblemError('FORBIDDEN', 'This caller may not do that.');
  }
  const namespaces = named ?? caller.namespaces;
  const types = objectsOf(query).filter((type) => namespaces === undefined || !CLUSTER_WIDE_TYPES.has(type));
  return {
    types,
    ...(node === undefined ? {} : { node }),
    ...(namespaces === undefined ? {} : { visibleNamespaces: namespaces }),
  };
}
