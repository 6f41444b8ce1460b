import { parseTimeNs } from '../parse-time-ns.js';
import { isStream, type ContainerLine } from './container-line.js';

/** What `copytruncate` leaves at the head of a file. */
const LEADING_NULS = /^\0+/;

/**
 * Reads a line of a CRI log file, without its newline: `<RFC 3339 time> <stream> <tags> <content>`. Tags are parted by colons; the first is `P` for a part of a line
 * or `F`; others are passed over (kubelet, staging/src/k8s.io/cri-client/pkg/logs/logs.go). Undefined for what is no such line.
 */
export function readCriLine(line: string): ContainerLine | undefined {
  const text = line.startsWith('\0') ? line.replace(LEADING_NULS, '') : line;
  const timeEnd = text.indexOf(' ');
  const streamEnd = text.indexOf(' ', timeEnd + 1);
  if (timeEnd < 0 || streamEnd < 0) return undefined;
  const stream = text.slice(timeEnd + 1, streamEnd);
  if (!isStream(stream)) return undefined;
  const tagsEnd = text.indexOf(' ', streamEnd + 1);
  const [tag] = text.slice(streamEnd + 1, tagsEnd < 0 ? undefined : tagsEnd).split(':', 1);
  const timeNs = parseTimeNs(text.slice(0, timeEnd));
  if (timeNs === undefined || (tag !== 'P' && tag !== 'F')) return undefined;
  return { text: tagsEnd < 0 ? '' : text.slice(tagsEnd + 1), timeNs, stream, isPartial: tag === 'P' };
}
