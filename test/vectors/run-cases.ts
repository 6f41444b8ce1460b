type Runners = Readonly<Record<string, (given: never) => string | undefined>>;

/**
 * Runs all cases of a file: lists of cases by their kind. A list of a kind that there is no runner for fails, case by case, and so does a
 * case that throws. @returns one line for each case that differs
 */
export function runCases(
  runners: Runners,
  file: Readonly<Record<string, unknown>>,
): { passed: number; failures: string[] } {
  let passed = 0;
  const failures: string[] = [];
  for (const [kind, cases] of Object.entries(file)) {
    if (!Array.isArray(cases)) continue;
    for (const given of cases as { readonly id?: unknown; readonly name?: unknown }[]) {
      const difference = run(Object.hasOwn(runners, kind) ? runners[kind] : undefined, given);
      if (difference === undefined) passed += 1;
      else failures.push(`${kind} ${String(given.id)} (${String(given.name)}): ${difference}`);
    }
  }
  return { passed, failures };
}

function run(runner: ((given: never) => string | undefined) | undefined, given: object): string | undefined {
  if (!runner) return 'cases of this kind are not known';
  try {
    return runner(given as never);
  } catch (error) {
    return `throws ${String(error)}`;
  }
}
