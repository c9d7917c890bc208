/** Text as it is, whatever it contains. */
export function Code({ children }: { readonly children: string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus scrolls by keyboard (axe: scrollable-region-focusable)
  return <pre tabIndex={0}>{children}</pre>;
}
