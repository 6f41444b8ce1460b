import type { FastifyReply } from 'fastify';
import { chooseMediaType } from '../../core/choose-media-type.js';
import { ProblemError } from '../../platform/errors.js';
import { toYaml } from './to-yaml.js';

const TYPES = ['application/json', 'application/yaml'] as const;

/**
 * An answer as JSON, or its objects as YAML where `Accept` wants that rather.
 *
 * @throws ProblemError NOT_ACCEPTABLE
 */
export function asAccepted<View extends { readonly objects: readonly object[] }>(
  view: View,
  accept: string | undefined,
  reply: Pick<FastifyReply, 'header'>,
): View | string {
  const type = chooseMediaType(accept, TYPES);
  if (type === undefined) throw new ProblemError('NOT_ACCEPTABLE', `There are ${TYPES.join(' and ')}.`);
  void reply.header('vary', 'accept');
  if (type === 'application/json') return view;
  void reply.header('content-type', 'application/yaml; charset=utf-8');
  return toYaml(view.objects);
}
