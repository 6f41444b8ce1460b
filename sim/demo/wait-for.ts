import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from './child.js';

/** Asks again and again until there is an answer. Fails when the program that answers has ended, or after the limit. */
export async function waitFor<Answer>(
  what: string,
  limitMs: number,
  child: Child,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if (child.hasExited()) throw new Error(`${child.name} ended while waiting for ${what}; its reason stands above`);
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(500);
  }
  throw new Error(`${what} did not come within ${limitMs / 1000} s`);
}

/** A GET whose refusal or error status means: not yet. */
export async function getJson<Answer>(url: string, token?: string): Promise<Answer | undefined> {
  return answerOf(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
}

/** The same for a POST, or a PUT. */
export async function postJson<Answer>(
  url: string,
  body: object,
  token: string,
  method: 'POST' | 'PUT' = 'POST',
): Promise<Answer | undefined> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return answerOf(url, { method, headers, body: JSON.stringify(body) });
}

async function answerOf<Answer>(url: string, request: RequestInit): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, request);
    return response.ok ? ((await response.json()) as Answer) : undefined;
  } catch {
    return undefined; // nothing listens yet
  }
}
