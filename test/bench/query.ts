import type { Figure } from './figure.js';

/** `npm run bench -- query [--nodes 100] [--pods 30]`: questions about a day, while collection runs. */
export function benchQuery(nodes: number, pods: number): Promise<Figure[]> {
  throw new Error(`not yet ${nodes} ${pods}`);
}
