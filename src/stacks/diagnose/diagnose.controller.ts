import { Controller, Get, Param } from '@nestjs/common';
import { CurrentCaller, type Caller } from '../../auth/caller.js';
import { Operation } from '../../platform/http/operation.js';
import { ReleasePath } from '../releases/release.schema.js';
import { DiagnoseRelease } from './diagnose-release.service.js';
import { DiagnosisView } from './diagnosis.schema.js';

/** Why a release is not ready, for those who look at it. */
@Controller('api/v1/releases')
export class DiagnoseController {
  constructor(private readonly diagnosing: DiagnoseRelease) {}

  @Get(':release/diagnose')
  @Operation({
    id: 'diagnoseRelease',
    summary: 'Why what is not ready is not, down to its cause, and what to do',
    description:
      'Objects outside of the namespaces that the caller is limited to are left out. Log lines of crashes are shown to a Kubernetes user who may `get` `pods/log` there.',
    area: 'releases',
    verb: 'get',
    role: 'viewer',
    scope: 'namespaced',
    answer: DiagnosisView,
    errors: ['NOT_FOUND', 'UNPROCESSABLE'],
  })
  async diagnose(
    @Param({ schema: ReleasePath }) { release }: ReleasePath,
    @CurrentCaller() caller: Caller,
  ): Promise<DiagnosisView> {
    const { checkedAtMs, findings, prerequisites, unread, ...rest } = await this.diagnosing.diagnose(caller, release);
    return {
      ...rest,
      checkedAt: new Date(checkedAtMs).toISOString(),
      findings: findings.map(({ ref, because, logLines, ...finding }) => ({
        ...ref,
        ...finding,
        because: [...because],
        ...(logLines ? { logLines: [...logLines] } : {}),
      })),
      prerequisites: [...prerequisites],
      unread: [...unread],
    };
  }
}
