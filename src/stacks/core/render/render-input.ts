/** For which release a stack is rendered. */
export interface RenderInput {
  /** The release's name, a DNS label of at most 40 characters. */
  readonly release: string;
  readonly namespace: string;
  /** As the stack's schema wants them, with defaults filled in; secret parameters are not looked at. */
  readonly parameters: Readonly<Record<string, unknown>>;
}
