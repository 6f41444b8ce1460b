import type { estypes } from '@elastic/elasticsearch';
import { EXACT_KEYS } from '../../logs/core/filter/log-filter.js';
import type { HistogramCount } from '../../logs/core/count/count-buckets.js';
import type { Facet } from '../../logs/core/count/count-values.js';
import { fieldNameOf } from '../../logs/core/count/value-of.js';
import type { FacetsQuery, HistogramQuery } from '../../logs/store/log-store.port.js';
import type { ElasticsearchConnection } from './elasticsearch-connection.js';
import { filterQuery, type Query } from './filter-query.js';
import { FIELD_OF, isIndexable } from './log-document.js';
import type { PreparedStream } from './prepare-stream.js';

const MS_NS = 1_000_000n;
/** Values that each backing index counts: with so many or fewer in it, the most frequent of all are found for certain. */
const VALUES_AN_INDEX = 10_000;

interface ValueBucket {
  readonly key: string;
  readonly doc_count: number;
}
interface Values {
  readonly buckets: readonly ValueBucket[];
  readonly sum_other_doc_count: number;
}
interface TimeBucket {
  readonly key: number;
  readonly doc_count: number;
  readonly values?: Values;
}

/** Whether Elasticsearch itself can count by a key. */
export function isCountable(key: string): boolean {
  const name = fieldNameOf(key);
  return name === undefined || isIndexable(name);
}

/** Counts that Elasticsearch makes, for filters that it can decide. */
export class AggregateLines {
  constructor(
    private readonly connection: ElasticsearchConnection<PreparedStream>,
    private readonly stream: string,
  ) {}

  async facets({ filter, span, keys, maxValues }: FacetsQuery, signal?: AbortSignal): Promise<Facet[]> {
    const queries = filterQuery(filter, span).filter;
    const aggregations = Object.fromEntries(keys.map((key, at) => [`key${at}`, valuesOf(key, maxValues)]));
    const { total, found } = await this.ask(queries, aggregations, signal);
    const counted = found as Record<string, Values> | undefined;
    return keys.map((key, at): Facet => {
      const { buckets = [], sum_other_doc_count: otherLines = 0 } = counted?.[`key${at}`] ?? {};
      const values = buckets.map(({ key: value, doc_count: lines }) => ({ value, lines }));
      const shown = values.reduce((sum, { lines }) => sum + lines, 0);
      return { key, values, otherLines, absentLines: total - shown - otherLines };
    });
  }

  /** The step is whole milliseconds. */
  async histogram(query: HistogramQuery, signal?: AbortSignal): Promise<HistogramCount[]> {
    const { filter, span, stepNs, by, maxValues } = query;
    const [facet] = by === undefined ? [] : await this.facets({ filter, span, keys: [by], maxValues }, signal);
    const shown = facet?.values.map(({ value }) => value) ?? [];
    const split = by !== undefined && shown.length > 0 && { values: valuesOf(by, shown.length, shown) };
    const aggregations = {
      times: {
        date_histogram: { field: '@timestamp', fixed_interval: `${stepNs / MS_NS}ms`, min_doc_count: 1 },
        ...(split && { aggregations: split }),
      },
    };
    const { found } = await this.ask(filterQuery(filter, span).filter, aggregations, signal);
    const counted = found as { times: { buckets: readonly TimeBucket[] } } | undefined;
    return (counted?.times.buckets ?? []).flatMap(({ key, doc_count: all, values }) => {
      const fromNs = BigInt(key) * MS_NS;
      const counts = (values?.buckets ?? []).map((bucket) => ({ fromNs, value: bucket.key, lines: bucket.doc_count }));
      const rest = all - counts.reduce((sum, { lines }) => sum + lines, 0);
      return rest > 0 ? [...counts, { fromNs, lines: rest }] : counts;
    });
  }

  private async ask(
    filter: readonly Query[],
    aggregations: Record<string, estypes.AggregationsAggregationContainer>,
    signal?: AbortSignal,
  ): Promise<{ readonly total: number; readonly found: object | undefined }> {
    const { hits, aggregations: found } = await this.connection.read(
      (client, options) =>
        client.search(
          {
            index: this.stream,
            query: { bool: { filter: [...filter] } },
            size: 0,
            track_total_hits: true,
            allow_partial_search_results: false,
            aggregations,
          },
          options,
        ),
      signal,
    );
    const { total = 0 } = hits;
    return { total: typeof total === 'number' ? total : total.value, found };
  }
}

function valuesOf(key: string, size: number, only?: string[]): estypes.AggregationsAggregationContainer {
  const name = fieldNameOf(key);
  const part = EXACT_KEYS.find((one) => one === key);
  if (name === undefined && !part) throw new RangeError(`There is no ${key} to count by`);
  return {
    terms: {
      field: part ? FIELD_OF[part] : `fields.${name ?? ''}`,
      size,
      shard_size: Math.max(VALUES_AN_INDEX, size),
      order: [{ _count: 'desc' }, { _key: 'asc' }],
      ...(only && { include: only }),
    },
  };
}
