import { parseAccept } from './parse-accept.js';

/**
 * The media type that a client wants most by its `Accept` header (RFC 9110, 12.5.1): of equal ones the first that is offered.
 *
 * @param offers types without parameters, the best first
 * @returns undefined when nothing that is acceptable can be given
 */
export function chooseMediaType<Type extends string>(
  accept: string | undefined,
  offers: readonly Type[],
): Type | undefined {
  if (accept === undefined || accept.trim() === '') return offers[0];
  const ranges = parseAccept(accept);
  const weightOf = (type: string): number => {
    const [kind = ''] = type.split('/');
    const best = [type, `${kind}/*`, '*/*'].map((value) => ranges.find((range) => range.value === value));
    return best.find((range) => range !== undefined)?.weight ?? 0;
  };
  const weighed = offers.map((type) => ({ type, weight: weightOf(type) }));
  const [wanted] = weighed.toSorted((left, right) => right.weight - left.weight);
  return wanted && wanted.weight > 0 ? wanted.type : undefined;
}
