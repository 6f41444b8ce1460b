import type { Socket } from 'node:net';
import type { PoolClient } from 'pg';

/** What node-postgres keeps of a client beyond its types. */
interface OpenClient {
  readonly connection: { readonly stream: Partial<Pick<Socket, 'setTimeout' | 'on' | 'destroy'>> };
  readonly readyForQuery: boolean;
}

/**
 * Ends a connection on which the server says nothing for so long although it was asked something. A server that is gone with its machine ends nothing by itself:
 * TCP would wait for it for a quarter of an hour, and so would whoever asked, and all the connections of the pool.
 *
 * @param ms more than the server lets a statement take
 */
export function endWhenSilent(client: PoolClient, ms: number): void {
  const open = client as unknown as OpenClient;
  const { stream } = open.connection;
  stream.setTimeout?.(ms);
  stream.on?.('timeout', () => {
    if (!open.readyForQuery) stream.destroy?.(new Error(`The server of the records has said nothing for ${ms} ms`));
  });
}

/** Lets a statement of this client take as long as it takes. */
export function waitForSilent(client: PoolClient): void {
  (client as unknown as OpenClient).connection.stream.setTimeout?.(0);
}
