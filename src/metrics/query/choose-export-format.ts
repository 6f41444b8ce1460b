import { parseAccept } from '../compat/core/parse-accept.js';
import { EXPORT_FORMATS, EXPORT_TYPES, type ExportFormat } from '../metric-export.schema.js';

/**
 * The format that a client wants most by its `Accept` header (RFC 9110, 12.5.1): of equal ones the first of CSV, NDJSON and OpenMetrics.
 *
 * @returns undefined when nothing that is acceptable can be given
 */
export function chooseExportFormat(accept: string | undefined): ExportFormat | undefined {
  if (accept === undefined || accept.trim() === '') return 'csv';
  const ranges = parseAccept(accept);
  const weightOf = (type: string): number => {
    const [kind = ''] = type.split('/');
    const best = [type, `${kind}/*`, '*/*'].map((value) => ranges.find((range) => range.value === value));
    return best.find((range) => range !== undefined)?.weight ?? 0;
  };
  const offers = EXPORT_FORMATS.map((format) => ({ format, weight: weightOf(EXPORT_TYPES[format]) }));
  const wanted = offers.reduce((left, right) => (right.weight > left.weight ? right : left));
  return wanted.weight > 0 ? wanted.format : undefined;
}
