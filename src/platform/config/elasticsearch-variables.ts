import { integer, parsedName, size, text, url, variable } from './variables.js';

/** Environment variables: Elasticsearch, where logs and events are kept in it. */
export const ELASTICSEARCH = {
  ELASTICSEARCH_URL: variable({
    as: 'elasticsearchUrl',
    schema: url('http', 'https').optional(),
    group: 'Engines',
    description: 'Elasticsearch 8 or 9 for logs and events. Unset: DuckDB in `DATA_DIR/logs`.',
  }),
  ELASTICSEARCH_API_KEY: variable({
    as: 'elasticsearchApiKey',
    schema: text.optional(),
    secret: true,
    group: 'Engines',
    description:
      'API key for Elasticsearch, encoded as it is shown when it is made; or `ELASTICSEARCH_USERNAME` with `ELASTICSEARCH_PASSWORD`; or neither, where security is off.',
  }),
  ELASTICSEARCH_USERNAME: variable({
    as: 'elasticsearchUsername',
    schema: text.optional(),
    group: 'Engines',
    description: 'User for Elasticsearch where there is no API key.',
  }),
  ELASTICSEARCH_PASSWORD: variable({
    as: 'elasticsearchPassword',
    schema: text.optional(),
    secret: true,
    group: 'Engines',
    description: 'Password of `ELASTICSEARCH_USERNAME`.',
  }),
  ELASTICSEARCH_CA_FILE: variable({
    as: 'elasticsearchCaFile',
    schema: text.optional(),
    group: 'Engines',
    description:
      "PEM file of the authority that signed Elasticsearch's certificate. Unset: the authorities that Node.js trusts.",
  }),
  ELASTICSEARCH_LOG_STREAM: variable({
    as: 'elasticsearchLogStream',
    schema: parsedName(
      'allowed: small letters, digits, -, _ and ., beginning with a letter',
      /^[a-z][a-z0-9._-]{0,99}$/,
    ),
    default: 'quartermaster-logs',
    group: 'Engines',
    description:
      'Data stream in Elasticsearch for log lines; it and an index template of its name are made when they are missing.',
  }),
  ELASTICSEARCH_BUFFER_MAX_BYTES: variable({
    as: 'elasticsearchBufferMaxBytes',
    schema: size('256Mi', '1Ti'),
    default: '4Gi',
    unit: 'size',
    group: 'Limits',
    description:
      'The most that lines may take in `DATA_DIR/elasticsearch-buffer` while Elasticsearch does not take them; beyond it senders are told to wait (429).',
  }),
  ELASTICSEARCH_MAX_SCANNED: variable({
    as: 'elasticsearchMaxScanned',
    schema: integer(1_000, 100_000_000),
    default: '200000',
    unit: 'lines',
    group: 'Limits',
    description:
      'The most lines that one question may fetch from Elasticsearch to decide here what Elasticsearch cannot, such as a regular expression; beyond it 422.',
  }),
} as const;
