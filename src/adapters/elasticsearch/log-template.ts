import type { estypes } from '@elastic/elasticsearch';
import { EXACT_KEYS } from '../../logs/core/filter/log-filter.js';
import { FIELD_CHARACTERS, KEYWORD_CHARACTERS } from './filter-query.js';
import { FIELD_OF } from './log-document.js';

/** Above those of Elasticsearch's own templates (100 and 200) and of most users'. */
const PRIORITY = 500;

/**
 * The index template of the data stream of lines. Why each part is as it is: docs/decisions/elasticsearch-logs.md.
 * @param policy the index lifecycle policy that keeps the retention, where the data stream's own lifecycle is not there
 */
export function logTemplate(stream: string, policy?: string): estypes.IndicesPutIndexTemplateRequest {
  return {
    name: stream,
    index_patterns: [stream],
    priority: PRIORITY,
    data_stream: {},
    template: {
      settings: {
        index: {
          mode: 'standard',
          number_of_shards: 1,
          auto_expand_replicas: '0-1',
          codec: 'best_compression',
          mapping: { total_fields: { limit: 100 } },
          ...(policy === undefined ? {} : { lifecycle: { name: policy } }),
        },
      },
      mappings: MAPPINGS,
    },
    _meta: { description: 'Lines that Quartermaster keeps', managed_by: 'quartermaster' },
  };
}

const keptOnly = { index: false, doc_values: false } as const;

const MAPPINGS: estypes.MappingTypeMapping = {
  dynamic: false,
  _source: { excludes: ['quartermaster.words', 'quartermaster.field_names', 'quartermaster.field_numbers'] },
  properties: {
    '@timestamp': { type: 'date_nanos' },
    message: { type: 'text', index: false },
    'event.created': { type: 'date_nanos', ...keptOnly },
    'event.sequence': { type: 'long', ...keptOnly },
    'kubernetes.labels': { type: 'flattened', ignore_above: FIELD_CHARACTERS },
    'kubernetes.container.restarts': { type: 'long', ...keptOnly },
    fields: { type: 'flattened', ignore_above: FIELD_CHARACTERS },
    'quartermaster.order': { type: 'keyword' },
    'quartermaster.words': { type: 'text', analyzer: 'whitespace', norms: false },
    'quartermaster.field_names': { type: 'keyword', doc_values: false },
    'quartermaster.field_numbers': { type: 'flattened', doc_values: false },
    'quartermaster.cut_bytes': { type: 'long', ...keptOnly },
    'quartermaster.odd': { type: 'object', enabled: false },
    'quartermaster.unindexed': { type: 'object', enabled: false },
    ...Object.fromEntries(
      EXACT_KEYS.map((key) => [FIELD_OF[key], { type: 'keyword', ignore_above: KEYWORD_CHARACTERS }]),
    ),
  },
};
