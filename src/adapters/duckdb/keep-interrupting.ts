import type { DuckDBConnection } from '@duckdb/node-api';

const INTERRUPT_EVERY_MS = 50;

/**
 * Interrupts what runs on connections, again and again: an interrupt that comes between two statements, or before one has begun, is lost. DuckDB lets a
 * checkpoint come to its end.
 * @param connections asked each time; none of them may be closed
 * @returns ends it; to be called before one of them is closed
 */
export function keepInterrupting(connections: () => readonly DuckDBConnection[]): () => void {
  const interrupt = (): void => {
    for (const connection of connections()) connection.interrupt();
  };
  interrupt();
  const timer = setInterval(interrupt, INTERRUPT_EVERY_MS);
  return () => clearInterval(timer);
}
