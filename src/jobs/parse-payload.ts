import { jobDefinition, type JobCatalogue } from './job-definition.js';
import { InvalidPayloadError } from './job-errors.js';

/**
 * The payload as its job's schema gives it: defaults filled in, unknown fields refused.
 *
 * @throws InvalidPayloadError naming every mistake
 */
export function parsePayload(catalogue: JobCatalogue, job: string, payload: unknown): object {
  const result = jobDefinition(catalogue, job).payload.safeParse(payload);
  if (result.success) return result.data;
  throw new InvalidPayloadError(
    job,
    result.error.issues.map((issue) => `${issue.path.join('.') || 'payload'}: ${issue.message}`),
  );
}
