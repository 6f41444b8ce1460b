import { parse } from 'yaml';
import type { Told } from './core/control-plane-facts.js';

/** A configuration in YAML, or that it is none. */
export function parseYaml(text: string, what: string): Told<unknown> {
  try {
    return { value: parse(text, { maxAliasCount: 0 }) as unknown };
  } catch {
    return { unknown: `${what} is no YAML` };
  }
}
