/** A block of an article. */
export type Block =
  | { readonly kind: 'text'; readonly spans: readonly Span[] }
  | { readonly kind: 'item'; readonly spans: readonly Span[] }
  | { readonly kind: 'code'; readonly text: string };

export interface Span {
  readonly kind: 'plain' | 'strong' | 'emphasis' | 'code';
  readonly text: string;
}

/** The Markdown that the runbook uses: paragraphs, list items, code blocks, and three kinds of emphasis. Links become their text. */
export function blocksOf(markdown: string): readonly Block[] {
  return markdown.split(/^```\w*\n/m).flatMap((part, index): readonly Block[] => {
    if (index % 2 === 1) return [{ kind: 'code', text: part.trimEnd() }];
    return part
      .split(/\n\s*\n|\n(?=- )/)
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .map((text) => {
        const [kind, content] = text.startsWith('- ') ? (['item', text.slice(2)] as const) : (['text', text] as const);
        return { kind, spans: spansOf(content.replaceAll(/\s*\n\s*/g, ' ')) };
      });
  });
}

const SPAN = /\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`/g;

function spansOf(text: string): readonly Span[] {
  const linkless = text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1');
  const spans: Span[] = [];
  let from = 0;
  for (const found of linkless.matchAll(SPAN)) {
    const [whole, strong, emphasis, code] = found;
    if (found.index > from) spans.push({ kind: 'plain', text: linkless.slice(from, found.index) });
    if (strong !== undefined) spans.push({ kind: 'strong', text: strong });
    else if (emphasis !== undefined) spans.push({ kind: 'emphasis', text: emphasis });
    else spans.push({ kind: 'code', text: code ?? '' });
    from = found.index + whole.length;
  }
  if (from < linkless.length) spans.push({ kind: 'plain', text: linkless.slice(from) });
  return spans;
}
