import type { ExpositionFormat } from './exposition-format.js';
import { escapeText } from './open-metrics-labels.js';
import type { OpenMetricsName } from './to-open-metrics-name.js';

/** One line. */
export interface ExposedSample {
  /** As `openMetricsLabels` makes them; `''` for none. */
  readonly labels: string;
  /** In the base unit; finite. */
  readonly value: number;
  /** When it was so, ms since the epoch; absent: when it is asked for. */
  readonly atMs?: number;
}

/** All samples of one name: the formats want them together. */
export interface ExposedFamily {
  readonly name: Omit<OpenMetricsName, 'divisor'>;
  /** What it measures, in a sentence. */
  readonly help: string;
  readonly samples: Iterable<ExposedSample>;
}

/** A chunk is handed on when it has so many characters. */
const CHUNK_LENGTH = 64 * 1024;

/**
 * The families as text, in chunks of about 64 KiB that are made when they are asked for. A family without samples is left out. OpenMetrics ends with `# EOF`: a
 * text without it is not whole. Source: OpenMetrics 1.0, section 4; prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4.
 */
export function* writeExposition(families: Iterable<ExposedFamily>, format: ExpositionFormat): Generator<string> {
  let chunk = '';
  for (const { name, help, samples } of families) {
    let head = headOf(name, help, format);
    for (const { labels, value, atMs } of samples) {
      const at = atMs === undefined ? '' : ` ${format === 'openmetrics' ? atMs / 1000 : atMs}`;
      chunk += `${head}${name.sample}${labels === '' ? '' : `{${labels}}`} ${value}${at}\n`;
      head = '';
      if (chunk.length >= CHUNK_LENGTH) {
        yield chunk;
        chunk = '';
      }
    }
  }
  yield format === 'openmetrics' ? `${chunk}# EOF\n` : chunk;
}

function headOf({ family, sample, type, unit }: ExposedFamily['name'], help: string, format: ExpositionFormat): string {
  if (format === 'prometheus') {
    const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
    return `# HELP ${sample} ${escaped}\n# TYPE ${sample} ${type}\n`;
  }
  const unitLine = unit === undefined ? '' : `# UNIT ${family} ${unit}\n`;
  return `# TYPE ${family} ${type}\n${unitLine}# HELP ${family} ${escapeText(help)}\n`;
}
