import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../auth/caller.js';
import { Operation } from '../platform/http/operation.js';
import { pageOf, type Page } from '../platform/http/paging.js';
import {
  contentOf,
  NewSchedule,
  ScheduleChange,
  ScheduleList,
  SchedulePath,
  ScheduleQuery,
  scheduleView,
  ScheduleView,
} from './schedule.schema.js';
import { ScheduleService } from './schedule.service.js';

/** What runs when. */
@Controller('api/v1/schedules')
export class SchedulesController {
  constructor(private readonly schedules: ScheduleService) {}

  @Get()
  @Operation({
    id: 'listSchedules',
    summary: 'All schedules by name, those built in too',
    area: 'schedules',
    verb: 'list',
    role: 'viewer',
    scope: 'cluster',
    answer: ScheduleList,
  })
  async list(@Query({ schema: ScheduleQuery }) page: ScheduleQuery): Promise<Page<ScheduleView>> {
    return pageOf(
      (await this.schedules.list()).map((schedule) => scheduleView(schedule)),
      page,
      ({ name }) => [name],
    );
  }

  @Post()
  @Operation({
    id: 'createSchedule',
    summary: 'Make a schedule',
    area: 'schedules',
    verb: 'create',
    role: 'operator',
    scope: 'cluster',
    status: 201,
    answer: ScheduleView,
    errors: ['CONFLICT', 'UNPROCESSABLE'],
  })
  async create(
    @Body({ schema: NewSchedule }) { name, ...content }: NewSchedule,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScheduleView> {
    return created(scheduleView(await this.schedules.create(name, contentOf(content), caller)), reply);
  }

  @Get(':schedule')
  @Operation({
    id: 'getSchedule',
    summary: 'One schedule and when it runs next',
    area: 'schedules',
    verb: 'get',
    role: 'viewer',
    scope: 'cluster',
    answer: ScheduleView,
    errors: ['NOT_FOUND'],
  })
  async get(@Param({ schema: SchedulePath }) { schedule }: SchedulePath): Promise<ScheduleView> {
    return scheduleView(await this.schedules.get(schedule));
  }

  @Put(':schedule')
  @Operation({
    id: 'updateSchedule',
    summary: 'Change what a schedule runs, and when',
    area: 'schedules',
    verb: 'update',
    role: 'operator',
    scope: 'cluster',
    answer: ScheduleView,
    errors: ['NOT_FOUND', 'CONFLICT', 'UNPROCESSABLE'],
  })
  async update(
    @Param({ schema: SchedulePath }) { schedule }: SchedulePath,
    @Body({ schema: ScheduleChange }) content: ScheduleChange,
    @CurrentCaller() caller: Caller,
  ): Promise<ScheduleView> {
    return scheduleView(await this.schedules.update(schedule, contentOf(content), caller));
  }

  @Delete(':schedule')
  @Operation({
    id: 'deleteSchedule',
    summary: 'Remove a schedule',
    area: 'schedules',
    verb: 'delete',
    role: 'operator',
    scope: 'cluster',
    status: 204,
    errors: ['NOT_FOUND', 'CONFLICT'],
  })
  async remove(@Param({ schema: SchedulePath }) { schedule }: SchedulePath): Promise<void> {
    await this.schedules.remove(schedule);
  }
}

function created(schedule: ScheduleView, reply: FastifyReply): ScheduleView {
  void reply.header('location', `/api/v1/schedules/${schedule.name}`);
  return schedule;
}
