/** One step into an object: a field, an item of a list by its key fields or by its value, or an item of a list that is one whole by its place. */
export type Step =
  | { readonly field: string }
  | { readonly key: Readonly<Record<string, unknown>> }
  | { readonly value: unknown }
  | { readonly index: number };

const PLAIN = /^[A-Za-z_$][\w$-]*$/;

/** A path for people: `spec.template.spec.containers[name=web].image`, `metadata.annotations["example.com/a"]`, `rules[0]`. */
export function pathText(steps: readonly Step[]): string {
  return steps.map(stepText).join('').replace(/^\./, '');
}

function stepText(step: Step): string {
  if ('field' in step) return PLAIN.test(step.field) ? `.${step.field}` : `[${JSON.stringify(step.field)}]`;
  if ('index' in step) return `[${step.index}]`;
  if ('value' in step) return `[${JSON.stringify(step.value)}]`;
  const keys = Object.entries(step.key).map(([name, value]) => `${name}=${String(value)}`);
  return `[${keys.join(',')}]`;
}
