import { createHash } from 'node:crypto';
import { isPage } from './authenticator.js';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;min-height:100vh;place-items:center;color-scheme:light dark}
form,main{width:min(24rem,90vw);display:grid;gap:.75rem}h1{font-size:1.25rem;margin:0}input,button{font:inherit;padding:.5rem}
[role=alert]{border-left:3px solid #c33;padding-left:.5rem;margin:0}`;

/** Nothing but this page's own style and a form to ourselves. */
export const LOGIN_CONTENT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** The log-in page: a form that sends a token and where to go on. @param problem why the log-in before failed */
export function loginPage(next: string, problem?: string): string {
  return page(
    'Log in',
    `<form method="post" action="/login">
<h1>Quartermaster</h1>
${problem === undefined ? '' : `<p role="alert">${escape(problem)}</p>\n`}<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<input type="hidden" name="next" value="${escape(next)}">
<button>Log in</button>
</form>`,
  );
}

/** The page after a log-out. */
export function loggedOutPage(): string {
  return page('Logged out', '<main>\n<h1>Quartermaster</h1>\n<p>Logged out. <a href="/login">Log in</a></p>\n</main>');
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Quartermaster</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

/** The page to go to after a log-in: one of our own, never another host's address, and fit for a header: visible ASCII without backslash. */
export function nextPage(next: string | undefined): string {
  return next !== undefined && isPage(next) && /^[!-[\]-~]*$/.test(next) ? next : '/docs';
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
