import type { ComponentChildren } from 'preact';
import { Scroll } from './scroll.tsx';

interface PlainTableProps {
  readonly id: string;
  readonly title: string;
  /** After the title. */
  readonly note?: ComponentChildren;
  readonly heads: readonly string[];
  /** The first cell names the row. */
  readonly rows: readonly (readonly ComponentChildren[])[];
}

/** A section with a table of texts. */
export function PlainTable({ id, title, note, heads, rows }: PlainTableProps) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        {title} {note !== undefined && <span class="quiet">{note}</span>}
      </h2>
      <Scroll label={`Table: ${title}`}>
        <table>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, ...cells], at) => (
              <tr key={at} data-of={id}>
                <th scope="row">{name}</th>
                {cells.map((cell, column) => (
                  <td key={heads[column + 1]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
