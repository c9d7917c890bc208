import type { QueryTable } from '../../../lib/api/query-routes.ts';
import { linkTo, type Place } from '../../model/location.ts';

interface TablesProps {
  readonly tables: readonly QueryTable[];
  readonly place: Place;
}

/** What can be queried: each table with its columns, and statements to begin with. */
export function Tables({ tables, place }: TablesProps) {
  return (
    <section class="tables" aria-labelledby="tables">
      <h2 id="tables">Tables</h2>
      <ul>
        {tables.map(({ name, columns, examples }) => (
          <li key={name}>
            <details>
              <summary>{name}</summary>
              <ul class="examples">
                {examples.map(({ title, sql }) => (
                  <li key={sql}>
                    <a href={linkTo(place, ['query'], { sql })}>{title}</a>
                  </li>
                ))}
              </ul>
              <dl class="columns">
                {columns.map((column) => (
                  <div key={column.name}>
                    <dt>{column.name}</dt>
                    <dd>{column.type.toLowerCase()}</dd>
                  </div>
                ))}
              </dl>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
