import { chooseMediaType } from '../../core/choose-media-type.js';
import { EXPORT_FORMATS, EXPORT_TYPES, type ExportFormat } from '../metric-export.schema.js';

/**
 * The format that a client wants most by its `Accept` header: of equal ones the first of CSV, NDJSON and OpenMetrics.
 *
 * @returns undefined when nothing that is acceptable can be given
 */
export function chooseExportFormat(accept: string | undefined): ExportFormat | undefined {
  const types = EXPORT_FORMATS.map((format) => EXPORT_TYPES[format]);
  const chosen = chooseMediaType(accept, types);
  return EXPORT_FORMATS.find((format) => EXPORT_TYPES[format] === chosen);
}
