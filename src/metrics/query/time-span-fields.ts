import { z } from 'zod';
import { isTimeZone } from '../core/query/zone-pieces.js';
import { instantBodyField, instantField } from '../../platform/http/time-fields.js';

const FROM = {
  fallback: '-1h',
  description:
    'The start of the range, included: RFC 3339, seconds or milliseconds since 1970, `now`, `now-15m` or `-15m`.',
  example: 'now-6h',
};
const TO = {
  fallback: 'now',
  description: 'The end of the range, not included; in the same forms as `from`.',
  example: 'now',
};

/** The span of a question, as parameters of an address. */
export const spanFields = { from: instantField(FROM), to: instantField(TO) };
/** The same in a body. */
export const spanBodyFields = { from: instantBodyField(FROM), to: instantBodyField(TO) };

/** On which clock steps stand. */
export const timeZoneField = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be the name of a time zone, such as Europe/Berlin')
  .default('UTC')
  .describe(
    'Steps stand on multiples of their width on the clock of this zone (IANA name): days begin at its midnight, and are 23 or 25 hours long when clocks change.',
  )
  .meta({ examples: ['Europe/Berlin'] });
