import { Injectable } from '@nestjs/common';
import type { StaticPodChange, StaticPodInstall, StaticPodRemoval } from './core/static-pod.js';

/**
 * Changes manifests of static pods on nodes, through their agents: for the features that need it. Nothing else can make such a task.
 *
 * A change is undone by its agent, by the agent's own timer, unless it is confirmed in time: also while this server, the API server or the agent itself is down.
 * Each method may be called again with the same change, by whoever goes on after a process that has died: it is made once, and the answer is the same.
 *
 * All of them throw ProblemError, whose detail names the node, the reason and what to do: 503 when the agent cannot be asked or did not answer within a minute, 409 when
 * the state of the change or of the manifest stands against it, 422 when the agent refuses, 400 when the change itself is not valid. They throw the signal's reason when that is
 * aborted; what the agent has begun by then is undone at its deadline.
 */
@Injectable()
export class StaticPods {
  /** Why manifests cannot be changed on the node now, as a sentence that names it; undefined when they can. */
  whyNot(_node: string): Promise<string | undefined> {
    return Promise.reject(new Error('not yet'));
  }

  /**
   * Installs a manifest, or replaces the one of its name. When this resolves the file is in the folder, durably, and the time until it must be confirmed runs.
   * @throws ProblemError 409 also when another change of the same manifest is pending, or this one was undone already; 422 naming what of `mustExist` is missing
   */
  install(_node: string, _change: StaticPodInstall, _signal: AbortSignal): Promise<StaticPodChange> {
    return Promise.reject(new Error('not yet'));
  }

  /** Takes a manifest away, to be confirmed as an installation is. `replaced` says whether one was there. */
  remove(_node: string, _change: StaticPodRemoval, _signal: AbortSignal): Promise<StaticPodChange> {
    return Promise.reject(new Error('not yet'));
  }

  /** Makes a change stay. @throws ProblemError 409 when it was undone already, or somebody else has changed the file since */
  confirm(_node: string, _changeId: string, _signal: AbortSignal): Promise<StaticPodChange> {
    return Promise.reject(new Error('not yet'));
  }

  /**
   * Undoes a change, also one that was confirmed (agents keep what was there before the last 50 changes). The state is `restored`.
   * @throws ProblemError 409 when somebody else has changed the file since, or a later change of it is pending
   */
  restore(_node: string, _changeId: string, _signal: AbortSignal): Promise<StaticPodChange> {
    return Promise.reject(new Error('not yet'));
  }

  /** The change as its agent told it last; undefined when it never told of it. An agent tells by itself what its timer undid, as soon as it reaches the server. */
  outcome(_node: string, _changeId: string): Promise<StaticPodChange | undefined> {
    return Promise.reject(new Error('not yet'));
  }
}
