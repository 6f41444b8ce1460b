import { LabelSelectorError, parseLabelSelector } from '../../core/label-selector.js';

/** Which pods' logs are collected. */
export interface LogCollectSetting {
  readonly isOff: boolean;
  /** Absent: all. */
  readonly namespaces?: readonly string[];
  readonly notNamespaces: readonly string[];
  /** In the syntax of Kubernetes label selectors. */
  readonly labels?: string;
}

const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const CLAUSE = /^(namespaces|not-namespaces|labels)=(.+)$/;

/**
 * Reads `all`, `none`, or clauses parted by semicolons, each at most once: `namespaces=shop,media`, `not-namespaces=kube-system`, `labels=app in (web,api),tier!=cache`.
 * @returns a sentence when it is none of that
 */
export function parseLogCollect(text: string): LogCollectSetting | string {
  if (text === 'all' || text === 'none') return { isOff: text === 'none', notNamespaces: [] };
  const clauses = new Map<string, string>();
  for (const clause of text.split(';').map((part) => part.trim())) {
    const [, name, value] = CLAUSE.exec(clause) ?? [];
    if (name === undefined || value === undefined || clauses.has(name))
      return 'allowed: all, none, or namespaces=a,b;not-namespaces=c;labels=SELECTOR, each part at most once';
    clauses.set(name, value.trim());
  }
  const [namespaces, notNamespaces] = ['namespaces', 'not-namespaces'].map((name) => namesOf(clauses.get(name)));
  const odd = [...(namespaces ?? []), ...(notNamespaces ?? [])].find((name) => !NAMESPACE.test(name));
  if (odd !== undefined) return `${odd} is not the name of a namespace`;
  const labels = clauses.get('labels');
  const mistake = labels === undefined ? undefined : mistakeOf(labels);
  if (mistake !== undefined) return mistake;
  return {
    isOff: false,
    ...(namespaces ? { namespaces } : {}),
    notNamespaces: notNamespaces ?? [],
    ...(labels === undefined ? {} : { labels }),
  };
}

function namesOf(value: string | undefined): string[] | undefined {
  return value?.split(',').map((name) => name.trim());
}

function mistakeOf(labels: string): string | undefined {
  try {
    parseLabelSelector(labels);
    return undefined;
  } catch (error) {
    if (error instanceof LabelSelectorError) return `labels: ${error.message}`;
    throw error;
  }
}
