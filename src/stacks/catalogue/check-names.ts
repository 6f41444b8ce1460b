import type { RenderedStack } from '../core/rendered-stack.js';

/** Names that end up in labels of 63 characters with something behind them, and those of Services, which are DNS labels. */
const LONGEST: Readonly<Record<string, number>> = {
  StatefulSet: 52,
  CronJob: 52,
  DaemonSet: 52,
  Deployment: 52,
  Job: 63,
  Service: 63,
};

/** What is wrong with the names that objects have in a release, for a person who can choose another name for the release. */
export function checkNames({ objects, secrets }: RenderedStack): string | undefined {
  for (const { kind, metadata } of objects) {
    const longest = LONGEST[kind] ?? 253;
    if (metadata.name.length > longest)
      return `makes the name ${metadata.name}, and a ${kind}'s may have ${longest} characters`;
  }
  const tooLong = secrets.find(({ secret }) => secret.length > 253);
  return tooLong && `makes the name ${tooLong.secret}, and a Secret's may have 253 characters`;
}
