/** One argument of a component. */
export interface Flag {
  /** Without its dashes. */
  readonly name: string;
  readonly value: string;
}

/** `--name=value`, `--name value` and `--name` (true), in their order; what is no flag, such as the program's name, is left out. */
export function parseFlags(args: readonly unknown[]): readonly Flag[] {
  return args.flatMap((arg, place) => {
    const [, name, value] = /^--?([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(String(arg)) ?? [];
    if (name === undefined) return [];
    const next = args[place + 1];
    return [{ name, value: value ?? (typeof next === 'string' && !next.startsWith('-') ? next : 'true') }];
  });
}

/** What a flag says, the last time that it stands there. */
export function flagValue(flags: readonly Flag[], name: string): string | undefined {
  return flags.findLast((flag) => flag.name === name)?.value;
}

/** The flags with one of this value alone, where it stood first or at the end. */
export function withFlag(flags: readonly Flag[], name: string, value: string): readonly Flag[] {
  const at = flags.findIndex((flag) => flag.name === name);
  if (at < 0) return [...flags, { name, value }];
  return flags.flatMap((flag, place) => {
    if (flag.name !== name) return [flag];
    return place === at ? [{ name, value }] : [];
  });
}

/** As they stand in a command. */
export function flagArgs(flags: readonly Flag[]): readonly string[] {
  return flags.map(({ name, value }) => `--${name}=${value}`);
}
