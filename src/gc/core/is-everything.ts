/** Names that no one has a reason to match but by matching everything. */
const PLAIN = ['q7.example:5000', 'zw', '0.0.1-q', 'v9.81.7', 'latest', 'W_w.x'];
const PATHS = [...PLAIN, 'k3/xv', 'k3/xv/p-9'];

/** Whether a test holds for names that have nothing in common. @param isPath whether the names may hold slashes: those of repositories */
export function isEverything(test: (text: string) => boolean, isPath: boolean): boolean {
  return (isPath ? PATHS : PLAIN).every(test);
}
