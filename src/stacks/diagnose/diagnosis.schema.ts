import { z } from 'zod';
import { count, instant, text } from '../../platform/http/described.js';
import { CAUSES } from './core/finding.js';

const FindingView = z
  .object({
    apiVersion: text('API version of the object that is not ready.', 'apps/v1'),
    kind: text('Its kind.', 'Deployment'),
    namespace: text('Its namespace; absent for objects of the whole cluster.', 'shop').optional(),
    name: text('Its name.', 'try-web'),
    cause: z
      .enum(CAUSES)
      .describe('What kind of cause it is.')
      .meta({ examples: ['image'] }),
    because: z
      .array(z.string())
      .describe('Step by step, from what is seen to its cause.')
      .meta({ examples: [['Pod try-web-1 is not ready.', 'The registry has no such repository or tag.']] }),
    whatToDo: text('What mends it.', 'Correct the name or the tag of the image, or push it.'),
    logLines: z
      .array(z.string())
      .optional()
      .describe('Of a crash: the last 20 lines of the container, each cut at 500 characters.')
      .meta({ examples: [['cannot open /data: permission denied']] }),
  })
  .meta({ id: 'ReleaseFinding', description: 'Why an object of a release is not ready.' });

const PrerequisiteView = z
  .object({
    name: z
      .enum(['dns', 'service-account-ca', 'rbac', 'default-storage-class'])
      .describe('What is taken for granted.')
      .meta({ examples: ['dns'] }),
    state: z
      .enum(['met', 'notMet', 'unknown'])
      .describe('`unknown`: Quartermaster may not read it.')
      .meta({ examples: ['met'] }),
    because: text('How that is known.', 'The Service kube-system/kube-dns has ready endpoints.'),
    whatToDo: text('What mends it.', 'Install CoreDNS.').optional(),
  })
  .meta({ id: 'ReleasePrerequisite', description: 'Something that the cluster must have for any stack to work.' });

export const DiagnosisView = z
  .object({
    release: text('The release.', 'try'),
    revision: count('The revision that was looked at: the newest.', 3),
    checkedAt: instant('When it was looked at: now.'),
    notReady: count('How many of its objects are not as they were asked for.', 1),
    findings: z.array(FindingView).describe('Why, the most basic causes first.'),
    prerequisites: z.array(PrerequisiteView).describe('What the cluster must have, and whether it has it.'),
    unread: z
      .array(z.string())
      .describe('What could not be read, and why; nothing is concluded from it.')
      .meta({ examples: [['events.events.k8s.io is forbidden']] }),
  })
  .meta({ id: 'ReleaseDiagnosis', description: 'Why a release is not ready.' });
export type DiagnosisView = z.infer<typeof DiagnosisView>;
