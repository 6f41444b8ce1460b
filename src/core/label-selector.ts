/**
 * Kubernetes label selectors: `a=b,c!=d,e in (x,y),f notin (z),g,!h,i>1,j<9`.
 *
 * Follows k8s.io/apimachinery pkg/labels/selector.go (v0.34): `==` is `=`; `!=` and `notin` also match what lacks the key; an empty value
 * may be compared with; `in` and `notin` may be keys too; an empty selector matches everything.
 */

/** Whether an object with these labels is selected. */
export type LabelPredicate = (labels: Readonly<Record<string, string>>) => boolean;

/** The text is not a label selector; `position` counts characters from 0. */
export class LabelSelectorError extends Error {
  override readonly name = 'LabelSelectorError';

  constructor(
    readonly position: number,
    readonly problem: string,
  ) {
    super(`at position ${position}: ${problem}`);
  }
}

/** One requirement of a selector, for engines that can decide it themselves; `values` of `in` and `notin` (`=` and `!=` are such with one), `bound` of `>` and `<`. */
export type LabelRequirement = { readonly key: string } & (
  | { readonly operator: 'exists' | 'absent' }
  | { readonly operator: 'in' | 'notin'; readonly values: ReadonlySet<string> }
  | { readonly operator: '>' | '<'; readonly bound: bigint }
);

interface Token {
  readonly kind: 'word' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const KEY_PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const INTEGER = /^[+-]?\d{1,18}$/;
const TOKENS = /\s*(?:(==|!=|[=!(),<>])|([^\s=!(),<>]+))/y;
const MAX_LENGTH = 16_384;

/** @throws LabelSelectorError */
export function parseLabelSelector(text: string): LabelPredicate {
  const requirements = parseLabelRequirements(text).map(predicateOf);
  return (labels) => requirements.every((matches) => matches(labels));
}

/** What a selector requires, all of it. @throws LabelSelectorError */
export function parseLabelRequirements(text: string): LabelRequirement[] {
  if (text.length > MAX_LENGTH) throw new LabelSelectorError(MAX_LENGTH, `longer than ${MAX_LENGTH} characters`);
  return new Parser(tokenize(text)).requirements();
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKENS.lastIndex = 0;
  for (let match = TOKENS.exec(text); match; match = TOKENS.exec(text)) {
    const [all, symbol, word = ''] = match;
    const found = symbol ?? word;
    tokens.push({ kind: symbol ? 'symbol' : 'word', text: found, at: match.index + all.length - found.length });
  }
  return [...tokens, { kind: 'end', text: 'the end', at: text.length }];
}

class Parser {
  private next = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  requirements(): LabelRequirement[] {
    if (this.peek().kind === 'end') return [];
    const found = [this.requirement()];
    while (this.peek().kind !== 'end') {
      this.expect(',', 'a comma or the end');
      found.push(this.requirement());
    }
    return found;
  }

  private requirement(): LabelRequirement {
    if (this.accept('!')) {
      return { key: this.key(), operator: 'absent' };
    }
    const key = this.key();
    const operator = this.peek();
    if (operator.kind === 'end' || operator.text === ',') return { key, operator: 'exists' };
    this.next += 1;
    return this.comparison(key, operator);
  }

  private comparison(key: string, operator: Token): LabelRequirement {
    switch (operator.text) {
      case '=':
      case '==':
        return { key, operator: 'in', values: new Set([this.value()]) };
      case '!=':
        return { key, operator: 'notin', values: new Set([this.value()]) };
      case 'in':
        return { key, operator: 'in', values: this.values() };
      case 'notin':
        return { key, operator: 'notin', values: this.values() };
      case '>':
      case '<':
        return { key, operator: operator.text, bound: this.integer() };
      default:
        throw new LabelSelectorError(
          operator.at,
          `found ${operator.text}, expected =, ==, !=, in, notin, <, > or a comma`,
        );
    }
  }

  private key(): string {
    const token = this.word('a label key');
    const parts = token.text.split('/');
    const [prefix, name] = parts.length === 1 ? [undefined, parts[0]] : parts;
    const isValid =
      parts.length <= 2 &&
      isName(name ?? '') &&
      (prefix === undefined || (prefix.length <= 253 && KEY_PREFIX.test(prefix)));
    if (!isValid) throw new LabelSelectorError(token.at, `${token.text} is not a label key`);
    return token.text;
  }

  /** One value; nothing before a comma or the end is the empty value. */
  private value(): string {
    if (this.peek().kind !== 'word') return '';
    const token = this.word('a label value');
    if (!isName(token.text)) throw new LabelSelectorError(token.at, `${token.text} is not a label value`);
    return token.text;
  }

  private values(): Set<string> {
    this.expect('(', 'an opening parenthesis');
    const values = new Set([this.value()]);
    while (this.accept(',')) values.add(this.value());
    this.expect(')', 'a comma or a closing parenthesis');
    return values;
  }

  private integer(): bigint {
    const token = this.word('an integer');
    if (!INTEGER.test(token.text)) throw new LabelSelectorError(token.at, `${token.text} is not an integer`);
    return BigInt(token.text.replace('+', ''));
  }

  private word(expected: string): Token {
    const token = this.peek();
    if (token.kind !== 'word') throw new LabelSelectorError(token.at, `found ${token.text}, expected ${expected}`);
    this.next += 1;
    return token;
  }

  private expect(symbol: string, expected: string): void {
    const token = this.peek();
    if (!this.accept(symbol)) throw new LabelSelectorError(token.at, `found ${token.text}, expected ${expected}`);
  }

  private accept(symbol: string): boolean {
    const token = this.peek();
    const isIt = token.kind === 'symbol' && token.text === symbol;
    if (isIt) this.next += 1;
    return isIt;
  }

  private peek(): Token {
    const token = this.tokens[this.next];
    if (!token) throw new RangeError('read past the end of the selector');
    return token;
  }
}

function isName(text: string): boolean {
  return text.length <= 63 && NAME.test(text);
}

/** Labels come from clusters: a key such as `constructor` must not find what objects inherit. */
function valueOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function predicateOf(requirement: LabelRequirement): LabelPredicate {
  const { key } = requirement;
  switch (requirement.operator) {
    case 'exists':
      return (labels) => valueOf(labels, key) !== undefined;
    case 'absent':
      return (labels) => valueOf(labels, key) === undefined;
    case 'in':
      return (labels) => isOneOf(requirement.values, valueOf(labels, key));
    case 'notin':
      return (labels) => !isOneOf(requirement.values, valueOf(labels, key));
    case '>':
      return compared(key, (label) => label > requirement.bound);
    case '<':
  }
  return compared(key, (label) => label < requirement.bound);
}

function isOneOf(values: ReadonlySet<string>, value: string | undefined): boolean {
  return value !== undefined && values.has(value);
}

function compared(key: string, holds: (label: bigint) => boolean): LabelPredicate {
  return (labels) => {
    const value = valueOf(labels, key);
    return value !== undefined && INTEGER.test(value) && holds(BigInt(value.replace('+', '')));
  };
}
