import { invalidInput, ProblemError } from '../../platform/errors.js';
import type { RenderInput } from '../core/render/render-input.js';
import { renderStack } from '../core/render/render-stack.js';
import type { RenderedStack } from '../core/rendered-stack.js';
import type { Stack } from '../core/render/stack.js';
import { checkNames } from './check-names.js';
import { ParameterCheck } from './parameter-check.js';
import type { StackOrigin } from './stack-origin.js';

/** A usable stack and where it comes from. */
export interface CatalogueStack {
  readonly stack: Stack;
  readonly origin: StackOrigin;
}

/** A folder, or what was fetched, that holds no usable stack. */
export interface UnusableStack {
  /** The folder's name, or the one that it was added by. */
  readonly name: string;
  readonly problem: string;
  readonly origin: StackOrigin;
}

/** The stacks that can be deployed at one moment: those that come with Quartermaster and the user's own. */
export class StackCatalogue {
  readonly #stacks: ReadonlyMap<string, CatalogueStack>;
  /** Made when a stack is first rendered: a check takes a megabyte, and most processes render few stacks. */
  readonly #checks = new Map<string, ParameterCheck>();

  /** @param stacks as `loadStack` gives them: whole, and with a usable schema of parameters */
  constructor(
    stacks: readonly CatalogueStack[],
    readonly unusable: readonly UnusableStack[] = [],
  ) {
    this.#stacks = new Map(stacks.map((known) => [known.stack.name, known]));
  }

  /** All usable stacks, by name. */
  list(): CatalogueStack[] {
    return [...this.#stacks.values()].toSorted((left, right) => (left.stack.name < right.stack.name ? -1 : 1));
  }

  /** Whether there is one of this name, usable or not. */
  has(name: string): boolean {
    return this.#stacks.has(name) || this.unusable.some((stack) => stack.name === name);
  }

  /** @throws as `get` */
  originOf(name: string): StackOrigin {
    return this.#known(name).origin;
  }

  /** @throws ProblemError NOT_FOUND; UNPROCESSABLE when it is there and cannot be used */
  get(name: string): Stack {
    return this.#known(name).stack;
  }

  /**
   * A stack's objects for one release, with defaults filled in.
   *
   * @throws ProblemError NOT_FOUND; UNPROCESSABLE, also for what is no release; INVALID_INPUT with JSON pointers under `/parameters`
   */
  render(name: string, { release, namespace, parameters }: RenderInput): RenderedStack {
    const { stack } = this.#known(name);
    if (stack.notARelease !== undefined)
      throw new ProblemError('UNPROCESSABLE', `The stack ${name} cannot be a release: ${stack.notARelease}.`);
    const rendered = renderStack(stack, { release, namespace, parameters: this.parametersOf(name, parameters) });
    const problem = checkNames(rendered);
    if (problem !== undefined) throw invalidInput('/release', problem);
    return rendered;
  }

  /** The parameters with defaults filled in and without the secret ones: what may be kept. @throws ProblemError as `render` */
  parametersOf(name: string, given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { stack } = this.#known(name);
    const checked = this.#checkOf(stack).check(given);
    if ('errors' in checked) {
      const { errors } = checked;
      const detail = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
      throw new ProblemError('INVALID_INPUT', detail, { errors });
    }
    const secret = new Set(stack.secrets.map(({ parameter }) => parameter));
    return Object.fromEntries(Object.entries(checked.parameters).filter(([parameter]) => !secret.has(parameter)));
  }

  /** The given values of secret parameters, by parameter. @throws ProblemError as `get` */
  secretValues(name: string, given: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
    const secret = new Set(this.#known(name).stack.secrets.map(({ parameter }) => parameter));
    return new Map(
      Object.entries(given).filter(
        (entry): entry is [string, string] => secret.has(entry[0]) && typeof entry[1] === 'string',
      ),
    );
  }

  #checkOf(stack: Stack): ParameterCheck {
    let check = this.#checks.get(stack.name);
    if (!check) this.#checks.set(stack.name, (check = ParameterCheck.of(stack)));
    return check;
  }

  #known(name: string): CatalogueStack {
    const found = this.#stacks.get(name);
    if (found) return found;
    const broken = this.unusable.find((stack) => stack.name === name);
    if (broken) throw new ProblemError('UNPROCESSABLE', `The stack ${name} cannot be used: ${broken.problem}`);
    throw new ProblemError('NOT_FOUND', `There is no stack ${name}.`);
  }
}
