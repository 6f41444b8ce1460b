import type { Socket } from 'node:net';

/** Lets each of two connections get what comes through the other; when one of them ends, both do. @param open has those that are */
export function joinSockets(open: Set<Socket>, here: Socket, there: Socket): void {
  for (const [one, other] of [
    [here, there],
    [there, here],
  ] as const) {
    open.add(one);
    one.on('error', () => other.destroy());
    one.on('close', () => {
      open.delete(one);
      other.destroy();
    });
    one.pipe(other);
  }
}
