export interface PolicyFault {
  /** Where in the policy, as in `GcPolicy`: `['images', 'targets', 0, 'lowPercent']`. */
  readonly path: readonly (string | number)[];
  /** What is wrong and how to mend it; reads on after the field's name. */
  readonly problem: string;
  /** Allowed once the policy says `confirm: true`. */
  readonly isConfirmable: boolean;
}

type Path = PolicyFault['path'];

/** What no `confirm` allows. */
export function contradiction(path: Path, problem: string): PolicyFault {
  return { path, problem, isConfirmable: false };
}

/** What goes only with `confirm`. */
export function drastic(path: Path, problem: string): PolicyFault {
  return { path, problem, isConfirmable: true };
}
