/**
 * Arithmetic between series: numbers, ids of queries, `+ - * /`, a sign, parentheses. `*` and `/` bind more strongly than `+` and `-`; equal ones go from left to
 * right.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'series'; readonly id: string }
  | { readonly kind: 'operation'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };
export type Operator = '+' | '-' | '*' | '/';

/** The text is no such expression; `position` counts characters from 0. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(
    readonly position: number,
    readonly problem: string,
  ) {
    super(`at position ${position}: ${problem}`);
  }
}

interface Token {
  readonly kind: 'number' | 'id' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z]\w*)|([-+*/()]))/y;

/**
 * @param maxDepth how deep parentheses and signs may stand in each other
 * @throws ExpressionError
 */
export function parseExpression(text: string, maxDepth: number): Expression {
  return new Parser(tokenize(text), maxDepth).whole();
}

/** The ids that an expression names, each once. */
export function idsOf(expression: Expression): string[] {
  if (expression.kind === 'number') return [];
  if (expression.kind === 'series') return [expression.id];
  return [...new Set([...idsOf(expression.left), ...idsOf(expression.right)])];
}

/** How many operators it has: how many times its series are computed with. */
export function operationsOf(expression: Expression): number {
  return expression.kind === 'operation' ? 1 + operationsOf(expression.left) + operationsOf(expression.right) : 0;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [all, number, id, symbol = ''] = match;
    end = match.index + all.length;
    const found = number ?? id ?? symbol;
    const kind = number === undefined ? (id === undefined ? 'symbol' : 'id') : 'number';
    tokens.push({ kind, text: found, at: end - found.length });
  }
  const rest = text.slice(end).trimStart();
  if (rest !== '')
    throw new ExpressionError(text.length - rest.length, `${JSON.stringify(rest[0])} has no meaning here`);
  return [...tokens, { kind: 'end', text: 'the end', at: text.length }];
}

class Parser {
  private next = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly maxDepth: number,
  ) {}

  whole(): Expression {
    const expression = this.sum();
    const token = this.peek();
    if (token.kind !== 'end')
      throw new ExpressionError(token.at, `found ${token.text}, expected an operator or the end`);
    return expression;
  }

  private sum(): Expression {
    let left = this.product();
    for (let operator = this.accept('+', '-'); operator; operator = this.accept('+', '-')) {
      left = { kind: 'operation', operator, left, right: this.product() };
    }
    return left;
  }

  private product(): Expression {
    let left = this.factor();
    for (let operator = this.accept('*', '/'); operator; operator = this.accept('*', '/')) {
      left = { kind: 'operation', operator, left, right: this.factor() };
    }
    return left;
  }

  private factor(): Expression {
    const token = this.peek();
    this.next += 1;
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'id') return { kind: 'series', id: token.text };
    if (token.text === '(') return this.inside(token, () => this.bracket());
    if (token.text === '-') return this.inside(token, () => negative(this.factor()));
    throw new ExpressionError(token.at, `found ${token.text}, expected a number, an id or a parenthesis`);
  }

  private bracket(): Expression {
    const expression = this.sum();
    const token = this.peek();
    if (token.text !== ')') throw new ExpressionError(token.at, `found ${token.text}, expected a closing parenthesis`);
    this.next += 1;
    return expression;
  }

  private inside(token: Token, parse: () => Expression): Expression {
    this.depth += 1;
    if (this.depth > this.maxDepth) throw new ExpressionError(token.at, `is more than ${this.maxDepth} deep`);
    const expression = parse();
    this.depth -= 1;
    return expression;
  }

  private accept(...operators: readonly Operator[]): Operator | undefined {
    const { kind, text } = this.peek();
    const found = kind === 'symbol' ? operators.find((operator) => operator === text) : undefined;
    if (found) this.next += 1;
    return found;
  }

  private peek(): Token {
    return this.tokens[this.next] ?? { kind: 'end', text: 'the end', at: 0 };
  }
}

function negative(expression: Expression): Expression {
  return { kind: 'operation', operator: '-', left: { kind: 'number', value: 0 }, right: expression };
}
