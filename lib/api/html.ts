import { createHash } from 'node:crypto';
import type { ApiAnswer } from './route.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The text escaped for HTML, between tags or in double quotes. */
export const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

export interface Page {
  readonly title: string;
  readonly style: string;
  /** Runs when the page has loaded. It can send requests to this server only. */
  readonly script?: string;
  readonly body: string;
}

/** A self-contained page: its policy forbids all other styles, scripts, requests and frames. */
export function htmlPage({ title, style, script, body }: Page): ApiAnswer {
  const policy = [
    "default-src 'none'",
    `style-src ${digestSource(style)}`,
    ...(script === undefined ? [] : [`script-src ${digestSource(script)}`, "connect-src 'self'"]),
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return {
    type: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': policy, 'referrer-policy': 'no-referrer' },
    body: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style></head>
<body>
${body}
${script === undefined ? '' : `<script>${script}</script>\n`}</body>
</html>
`,
  };
}

const digestSource = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
