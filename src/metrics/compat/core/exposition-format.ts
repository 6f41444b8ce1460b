import { parseAccept, type Accepted } from '../../../core/parse-accept.js';

/** How metrics are written as text: OpenMetrics 1.0, or the text format 0.0.4 of Prometheus that came before it. */
export type ExpositionFormat = 'openmetrics' | 'prometheus';

export interface ChosenFormat {
  readonly format: ExpositionFormat;
  readonly contentType: string;
}

/** What can be given, the best first. The versions 1.0.0 and 0.0.1 of OpenMetrics do not differ in what is written here. */
const OFFERS = [
  { format: 'openmetrics', type: 'application', subtype: 'openmetrics-text', version: '1.0.0' },
  { format: 'openmetrics', type: 'application', subtype: 'openmetrics-text', version: '0.0.1' },
  { format: 'prometheus', type: 'text', subtype: 'plain', version: '0.0.4' },
] as const;
type Offer = (typeof OFFERS)[number];

/**
 * The format that a client wants most by its `Accept` header (RFC 9110, 12.5.1): each offer counts with the most specific range that matches it, the greatest
 * weight wins, and of equal ones the first. A range of another version does not match; parameters beside the version do not matter.
 *
 * @returns undefined when nothing that is acceptable can be given
 */
export function chooseFormat(accept: string | undefined): ChosenFormat | undefined {
  const ranges = accept === undefined || accept.trim() === '' ? undefined : parseAccept(accept);
  let chosen: { offer: Offer; weight: number } | undefined;
  for (const offer of OFFERS) {
    const weight = ranges ? weightOf(offer, ranges) : 1;
    if (weight > (chosen?.weight ?? 0)) chosen = { offer, weight };
  }
  if (!chosen) return undefined;
  const { format, type, subtype, version } = chosen.offer;
  return { format, contentType: `${type}/${subtype}; version=${version}; charset=utf-8` };
}

function weightOf(offer: Offer, ranges: readonly Accepted[]): number {
  const matching = ranges.map((range) => ({ weight: range.weight, rank: specificity(offer, range) }));
  const best = matching.reduce((left, right) => (right.rank > left.rank ? right : left), { weight: 0, rank: 0 });
  return best.weight;
}

/** 0 when the range does not match. */
function specificity({ type, subtype, version }: Offer, { value, parameters }: Accepted): number {
  if (value === '*/*') return 1;
  if (value === `${type}/*`) return 2;
  if (value !== `${type}/${subtype}`) return 0;
  const wanted = parameters.get('version');
  if (wanted === undefined) return 3;
  return wanted === version ? 4 : 0;
}
