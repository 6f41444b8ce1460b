import { z } from 'zod';
import { LabelSelectorError, parseLabelSelector } from '../../core/label-selector.js';
import type { LogCondition } from '../core/filter/log-filter.js';
import { tokensOf } from '../core/filter/tokens.js';
import { LOG_LEVELS } from '../core/log-level.js';
import { parseFieldCondition } from '../core/query/parse-field-condition.js';
import { QuestionError } from '../core/query/question-error.js';
import type { LogWish } from '../core/query/to-filter.js';
import { InputIssue, repeatedChoice, repeatedField } from './repeated-field.js';

const LONGEST_NAME = 320;
const LONGEST_TEXT = 1000;

/** The parameters that select lines, in the words of asking for them or against them. */
const partsOf = (which: 'Only lines' | 'No lines') => {
  const any = which === 'Only lines' ? 'any' : 'each';
  const name = (what: string, example: string) =>
    repeatedField({
      description: `${which} of this ${what}, of ${any} of them when it is repeated.`,
      example,
      longest: LONGEST_NAME,
      parse: String,
    });
  const words = (description: string, example: string) =>
    repeatedField({ description: `${which} ${description}`, example, longest: LONGEST_TEXT, parse: tokensIn });
  return {
    namespace: name('namespace', 'shop'),
    pod: name('pod', 'web-7d4b9c-x2x8p'),
    podUid: name('uid of a pod', '0b8f5a4e-6c1d-4a57-9a51-3f6d1f6f0b9e'),
    container: name('container', 'app'),
    containerId: name('id of a container, without its runtime', '4f1c9e0d'),
    node: name('node', 'node-1'),
    workload: repeatedField({
      description: `${which} of pods of this workload, as \`Kind/name\`, of ${any} of them when it is repeated.`,
      example: 'Deployment/web',
      longest: LONGEST_NAME,
      parse: workloadIn,
    }),
    unit: name('systemd unit, or file, of a node', 'kubelet.service'),
    stream: repeatedChoice(['stdout', 'stderr'], `${which} of this stream.`),
    level: repeatedChoice(LOG_LEVELS, `${which} of this level, of ${any} of them when it is repeated.`),
    source: repeatedChoice(['kubernetes', 'bulk'], `${which} that came in this way.`),
    labelSelector: z
      .string()
      .describe(`${which} of pods with these Kubernetes labels, in the syntax of kubectl.`)
      .meta({ examples: ['app=web,tier!=cache'] })
      .transform(toLabels)
      .optional(),
    text: words('that hold all of these words, wherever they stand; case does not matter.', 'connection refused'),
    phrase: words('that hold these words next to each other, in this order; case does not matter.', 'timed out after'),
    regex: repeatedField({
      description: `${which} in which this regular expression is found (syntax of RE2, case matters unless it begins with \`(?i)\`).`,
      example: 'status=5\\d\\d',
      longest: LONGEST_TEXT,
      parse: String,
    }),
    field: repeatedField({
      description: `${which} whose structured field compares so: \`=\`, \`!=\`, \`>\`, \`>=\`, \`<\`, \`<=\` and a value; a name alone asks whether the field is there.`,
      example: 'status>=500',
      longest: LONGEST_TEXT,
      parse: fieldIn,
    }),
  };
};
type Parts = ReturnType<typeof partsOf>;
type Negated = { readonly [Part in keyof Parts as `not${Capitalize<Part>}`]: Parts[Part] };

/** The parameters of every question that say which lines are meant. All that are given must hold. */
export const filterFields = {
  ...partsOf('Only lines'),
  minLevel: z
    .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` })
    .optional()
    .describe('Only lines of this level or a worse one.')
    .meta({ examples: ['warn'] }),
  ...negated(partsOf('No lines')),
};

const LogFilterInput = z.strictObject(filterFields);
/** Which lines, as it is parsed. */
export type LogFilterInput = z.infer<typeof LogFilterInput>;

/** The same parameters sorted by whether they ask for or against. */
export function wishOf(input: LogFilterInput): LogWish {
  const { minLevel, ...parts } = input;
  const entries = Object.entries(parts);
  const isNot = entries.filter(([name]) => NEGATED.has(name)).map(([name, value]) => [positive(name), value]);
  const is = entries.filter(([name]) => POSITIVE.has(name));
  return {
    is: Object.fromEntries(is),
    isNot: Object.fromEntries(isNot) as LogWish['isNot'],
    minLevel,
  };
}

const NEGATED = new Set(Object.keys(negated(partsOf('No lines'))));
const POSITIVE = new Set([...NEGATED].map(positive));

function negated(parts: Parts): Negated {
  const entries = Object.entries(parts).map(([name, part]) => [`not${name[0]?.toUpperCase()}${name.slice(1)}`, part]);
  return Object.fromEntries(entries) as Negated;
}

/** `notPodUid` is `podUid`. */
function positive(name: string): string {
  return `${name.charAt('not'.length).toLowerCase()}${name.slice('not'.length + 1)}`;
}

function tokensIn(text: string): string[] {
  const tokens = tokensOf(text);
  if (tokens.length > 0) return tokens;
  throw new InputIssue('holds no word (a run of letters, digits and _); take regex for signs');
}

function workloadIn(text: string): string {
  if (/^[^/]+\/[^/]+$/.test(text)) return text;
  throw new InputIssue('must be Kind/name, such as Deployment/web');
}

function fieldIn(text: string): LogCondition & { readonly kind: 'field' } {
  try {
    return parseFieldCondition(text);
  } catch (error) {
    throw error instanceof QuestionError ? new InputIssue(error.message) : error;
  }
}

function toLabels(selector: string, context: z.RefinementCtx): LogCondition & { readonly kind: 'labels' } {
  try {
    return { kind: 'labels', selector, matches: parseLabelSelector(selector) };
  } catch (error) {
    if (!(error instanceof LabelSelectorError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
}
