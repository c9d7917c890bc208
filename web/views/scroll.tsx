import type { ComponentChildren } from 'preact';

interface ScrollProps {
  /** `Table of streams` */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** What is wider than the page scrolls in itself. */
export function Scroll({ label, children }: ScrollProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus scrolls by keyboard (axe: scrollable-region-focusable)
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
