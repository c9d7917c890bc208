import type { ComponentChildren } from 'preact';

interface ScrollProps {
  /** `Table of streams` */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Content wider than the page scrolls within its own box. */
export function Scroll({ label, children }: ScrollProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus scrolls by keyboard (axe: scrollable-region-focusable)
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
