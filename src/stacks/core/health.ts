/** How far an object is: `terminating` is being deleted, `failed` will not come to what was asked without help. */
export interface Health {
  readonly state: 'current' | 'inProgress' | 'failed' | 'terminating' | 'notFound';
  /** A sentence, such as `2 of 3 replicas are ready.` */
  readonly message: string;
}
