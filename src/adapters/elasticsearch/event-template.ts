import type { estypes } from '@elastic/elasticsearch';

/** Above those of Elasticsearch's own templates (100 and 200), below that of lines. */
const PRIORITY = 400;
const RAW_CHARACTERS = 1024;

/**
 * The index template of events: Eventer's indices of a day, `<index>-YYYY.MM.DD`, and its alias `<index>-events`. Texts are found by their words, and whole as `<name>.raw`, as
 * Eventer's mapping had it.
 */
export function eventTemplate(index: string): estypes.IndicesPutIndexTemplateRequest {
  const raw = { type: 'keyword', ignore_above: RAW_CHARACTERS } as const;
  return {
    name: `${index}-events`,
    index_patterns: [`${index}-2*`],
    priority: PRIORITY,
    template: {
      settings: { index: { number_of_shards: 1, auto_expand_replicas: '0-1' } },
      aliases: { [`${index}-events`]: {} },
      mappings: {
        dynamic_templates: [{ texts: { match_mapping_type: 'string', mapping: { type: 'text', fields: { raw } } } }],
        date_detection: false,
        properties: {
          FirstOccurrenceTimestamp: { type: 'date' },
          LastOccurrenceTimestamp: { type: 'date' },
          Metadata: { properties: { creationTimestamp: { type: 'date' } } },
        },
      },
    },
    _meta: { description: "Events in the layout of Heapster's Eventer", managed_by: 'quartermaster' },
  };
}
