import { Controller, Get } from '@nestjs/common';
import { Operation } from '../platform/http/operation.js';
import { CurrentCaller, type Caller } from './caller.js';
import { Me } from './me.schema.js';

/** Who calls. */
@Controller('api/v1/me')
export class MeController {
  @Get()
  @Operation({
    id: 'getMe',
    summary: 'Who you are to this API',
    area: 'service',
    verb: 'get',
    role: 'viewer',
    scope: 'namespaced',
    answer: Me,
  })
  me(@CurrentCaller() caller: Caller): Me {
    return meOf(caller);
  }
}

/** What a caller is told of itself. */
export function meOf({ name, kind, tokenId, role, namespaces, user }: Caller): Me {
  if (kind === 'agent') throw new Error('The guard lets no agent in here');
  return {
    name,
    kind,
    ...(tokenId === undefined ? {} : { tokenId }),
    ...(role === undefined ? {} : { role }),
    ...(kind === 'token' && namespaces ? { namespaces: [...namespaces] } : {}),
    ...(user ? { groups: [...user.groups] } : {}),
  };
}
