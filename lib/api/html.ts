import { createHash } from 'node:crypto';
import type { ApiAnswer } from './route.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The text in HTML, between tags or inside of double quotes. */
export const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

export interface Page {
  readonly title: string;
  readonly style: string;
  /** Runs when the page is there. May ask this server, and no other. */
  readonly script?: string;
  readonly body: string;
}

/** A page that needs nothing but what it holds: its policy forbids every other style, script, request and frame. */
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
