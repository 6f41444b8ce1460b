/** A connection, or what stands for one. */
interface Running {
  run(sql: string): Promise<unknown>;
}

/** Rolls back what is open: whoever uses the connection next would be in it, and after a statement that failed DuckDB takes nothing but its end. Never rejects. */
export async function endTransaction(connection: Running): Promise<void> {
  try {
    await connection.run('ROLLBACK');
  } catch {
    // There is none, or it is over already; or the instance was given up or is being closed, and so is the connection.
  }
}
