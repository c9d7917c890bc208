import type { ComponentChildren } from 'preact';
import { drawn, fieldLabel, figureLabel, figureUnit, groupText, shownValue } from '../model/format.ts';
import type { Figure, ShownMetric } from '../model/overview.ts';
import { Scroll } from './scroll.tsx';

type Row = ShownMetric['rows'][number];

interface GroupTableProps {
  readonly metric: ShownMetric;
  readonly rows: readonly Row[];
  /** An additional last column. */
  readonly last?: { readonly title: ComponentChildren; cell(row: Row): ComponentChildren };
}

/** Groups with their figures, and a bar for the figure that they are ordered by. */
export function GroupTable({ metric, rows, last }: GroupTableProps) {
  const { by, figures, order, description } = metric;
  const ordering = figures.filter(({ name }) => name === order.figure);
  const shown = [...ordering, ...figures.filter(({ name }) => name !== order.figure)];
  const greatest = Math.max(...rows.map((row) => drawn(row.values[order.figure] ?? null) ?? 0), 0);
  return (
    <Scroll label={`Table: ${description}`}>
      <table class="groups">
        <thead>
          <tr>
            {by.map((path) => (
              <th key={path} scope="col">
                {fieldLabel(path)}
              </th>
            ))}
            <td class="bar-head" />
            {shown.map((figure) => (
              <FigureHead key={figure.name} figure={figure} />
            ))}
            {last && (
              <th scope="col" class="number">
                {last.title}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={JSON.stringify(row.group)}>
              {by.map((path, index) => (
                <GroupCell key={path} text={groupText(row.group[path])} isFirst={index === 0} />
              ))}
              <td class="bar">
                <Bar value={drawn(row.values[order.figure] ?? null)} greatest={greatest} />
              </td>
              {shown.map((figure) => (
                <td key={figure.name} class="number" data-figure={figure.name}>
                  {shownValue(row.values[figure.name] ?? null)}
                </td>
              ))}
              {last && <td class="number quiet">{last.cell(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function FigureHead({ figure }: { figure: Figure }) {
  const unit = figureUnit(figure);
  return (
    <th scope="col" class="number" title={unit ?? undefined}>
      {figureLabel(figure)}
      {unit !== null && <span class="unit">{unit}</span>}
    </th>
  );
}

function GroupCell({ text, isFirst }: { text: string; isFirst: boolean }) {
  return isFirst ? (
    <th scope="row" title={text}>
      {text}
    </th>
  ) : (
    <td title={text}>{text}</td>
  );
}

function Bar({ value, greatest }: { value: number | null; greatest: number }) {
  const share = value === null || greatest <= 0 ? 0 : Math.max(0, value / greatest);
  return (
    <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect width={(share * 100).toFixed(1)} height="8" />
    </svg>
  );
}
