import { type Block, blocksOf, type Span } from '../model/markdown.ts';

/** An article of the runbook, as text: markup in it is never interpreted as HTML. */
export function Article({ markdown, title }: { readonly markdown: string; readonly title: string }) {
  return (
    <article class="runbook" aria-labelledby="article">
      <h2 id="article">{title}</h2>
      {blocksOf(markdown).map((block, index) => (
        // The order of an article's blocks is fixed.
        <BlockText key={index} block={block} />
      ))}
    </article>
  );
}

function BlockText({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus scrolls by keyboard (axe: scrollable-region-focusable)
        <pre tabIndex={0}>{block.text}</pre>
      );
    case 'item':
      return (
        <ul class="reasons">
          <li>
            <Spans spans={block.spans} />
          </li>
        </ul>
      );
    case 'text':
      return (
        <p>
          <Spans spans={block.spans} />
        </p>
      );
    default:
      return block satisfies never;
  }
}

const ELEMENTS = { plain: 'span', strong: 'strong', emphasis: 'em', code: 'code' } as const;

function Spans({ spans }: { readonly spans: readonly Span[] }) {
  return spans.map(({ kind, text }, index) => {
    const Element = ELEMENTS[kind];
    return <Element key={index}>{text}</Element>;
  });
}
