import type { ApiAnswer, RevisedAnswer } from './route.ts';

/** Longer answers are computed for each request. */
const MAX_ANSWER_CHARACTERS = 64 * 1024;
const MAX_CHARACTERS = 8 * 1024 * 1024;
/** What an answer takes besides its text, roughly: many short ones must not take more memory than few long ones. */
const ENTRY_CHARACTERS = 512;

interface KeptAnswer {
  readonly revision: string;
  readonly answer: ApiAnswer & { readonly body: string };
}

/** The answers to the latest paths and queries: many clients poll the same figures, most of which have not changed. */
export interface AnswerCache {
  /** @param url path and query, which with the revision determine the answer. */
  answer(url: string, revised: RevisedAnswer): Promise<ApiAnswer>;
}

export function answerCache(): AnswerCache {
  // A map keeps the order in which answers were added: the first one is the oldest.
  const kept = new Map<string, KeptAnswer>();
  let characters = 0;

  const sizeOf = (url: string, { answer }: KeptAnswer) => url.length + answer.body.length + ENTRY_CHARACTERS;

  function forget(url: string): void {
    const known = kept.get(url);
    if (known === undefined) return;
    characters -= sizeOf(url, known);
    kept.delete(url);
  }

  function keep(url: string, entry: KeptAnswer): void {
    forget(url);
    if (entry.answer.body.length > MAX_ANSWER_CHARACTERS) return;
    kept.set(url, entry);
    characters += sizeOf(url, entry);
    for (const oldest of kept.keys()) {
      if (characters <= MAX_CHARACTERS) return;
      forget(oldest);
    }
  }

  return {
    async answer(url, { revision, answer }) {
      const known = kept.get(url);
      if (known?.revision === revision) return known.answer;
      const found = await answer();
      const made = { ...found, body: bodyText(found.body) };
      keep(url, { revision, answer: made });
      return made;
    },
  };
}

/** The text that is sent: a string as is, an object as JSON. */
export function bodyText(body: ApiAnswer['body']): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
