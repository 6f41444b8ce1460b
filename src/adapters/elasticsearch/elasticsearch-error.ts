import { errors } from '@elastic/elasticsearch';

/** What a call to Elasticsearch came to, without what the client's own errors carry along (the request with its headers). */
export class ElasticsearchError extends Error {
  override readonly name = 'ElasticsearchError';

  constructor(
    message: string,
    /** HTTP status of the answer; undefined when there was none. */
    readonly status?: number,
    /** Elasticsearch's name of the error, such as `index_not_found_exception`. */
    readonly type?: string,
  ) {
    super(message);
  }

  static from(error: unknown): ElasticsearchError {
    if (error instanceof ElasticsearchError) return error;
    if (error instanceof errors.ResponseError) {
      const { statusCode: status, body } = error;
      const cause = (body as { error?: { type?: string; reason?: string } } | undefined)?.error;
      const type = typeof cause === 'object' ? cause.type : undefined;
      const reason = typeof cause === 'object' ? cause.reason : undefined;
      return new ElasticsearchError(
        [status, type, reason].filter((part) => part !== undefined).join(' '),
        status,
        type,
      );
    }
    return new ElasticsearchError(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }
}
