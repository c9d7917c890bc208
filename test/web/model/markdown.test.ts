import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../../web/model/markdown.ts';

const plain = (text: string) => ({ kind: 'plain', text });

describe('an article', () => {
  it('has paragraphs, items and code, with what is emphasised in them', () => {
    const text =
      '**Do.** By what\nwas found:\n- *Disabled*: see `Health`\n- see [that](x.md#y)\n\n```sh\na --b\n\n- c\n```\n\nEnd.';
    expect(blocksOf(text)).toEqual([
      { kind: 'text', spans: [{ kind: 'strong', text: 'Do.' }, plain(' By what was found:')] },
      {
        kind: 'item',
        spans: [{ kind: 'emphasis', text: 'Disabled' }, plain(': see '), { kind: 'code', text: 'Health' }],
      },
      { kind: 'item', spans: [plain('see that')] },
      { kind: 'code', text: 'a --b\n\n- c' },
      { kind: 'text', spans: [plain('End.')] },
    ]);
  });

  it('that has no text has no blocks', () => {
    expect(blocksOf('')).toEqual([]);
  });

  it('of the runbook keeps every word', () => {
    const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
    const words = (text: string) => text.match(/[a-z]{3,}/gi)?.join(' ');
    const shown = blocksOf(runbook).map((block) =>
      block.kind === 'code' ? block.text : block.spans.map(({ text }) => text).join(''),
    );
    expect(words(shown.join('\n'))).toBe(words(runbook.replaceAll(/\]\([^)]*\)/g, '').replaceAll(/^```\w+$/gm, '')));
  });
});
