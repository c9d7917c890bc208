/** A name as every SQL engine reads it, whatever it is: `"order"`. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
