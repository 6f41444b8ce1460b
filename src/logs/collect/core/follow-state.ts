/**
 * - `following`: lines come as they are written.
 * - `waiting`: there is nothing to read yet, or not before the container's restart.
 * - `behind`: lines are read later than they are written: the stream is cut, or the store is slower.
 * - `ended`: everything is stored, and no more will come.
 * - `failed`: the cluster refuses its log; it is tried again now and then.
 */
export const FOLLOW_STATES = ['following', 'waiting', 'behind', 'ended', 'failed'] as const;
export type FollowState = (typeof FOLLOW_STATES)[number];
