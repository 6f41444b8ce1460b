import type { LogRecord } from '../log-record.js';
import { readLine } from '../read-line.js';
import type { DocumentLine } from './read-document.js';

/**
 * Makes the record of a document's line: what its text says (`read-line.ts`) and what the document says besides; a level that the document names counts more.
 * @param text the line's, with the parts that followed it
 * @param cutBytes bytes of the text that were left out
 */
export function recordOfDocument(line: DocumentLine, text = line.text, cutBytes = 0): LogRecord {
  const { timeNs, stream, origin, facts, level, fields } = line;
  const raw = { text, timeNs, ...(stream && { stream }), ...(cutBytes > 0 && { cutBytes }), ...(level && { level }) };
  const record = readLine(raw, { ...origin, ...facts, source: 'bulk' });
  if (!hasMembers(fields)) return record;
  return Object.assign(record, { fields: record.fields ? { ...fields, ...record.fields } : fields });
}

function hasMembers(fields: object): boolean {
  for (const _ in fields) return true;
  return false;
}
