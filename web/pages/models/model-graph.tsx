import type { ModelList, ModelNode } from '../../../lib/api/model-routes.ts';
import { shownSeconds } from '../../model/format.ts';
import { type GraphLayout, type GraphNode, type GraphPlace, graphLayout } from '../../model/graph-layout.ts';
import { linkTo, type Place } from '../../model/location.ts';
import { hourLabel, stateDot, stateText } from '../../model/model-state.ts';
import { Scroll } from '../../views/scroll.tsx';

/** A table of the lake, or a model. */
export interface ShownNode extends GraphNode {
  readonly model: ModelNode | null;
  /** The newest hour of a table of the lake. */
  readonly newestHour: string | null;
}

/** Tables of the lake, then models. */
export function nodesOf({ tables, models }: Pick<ModelList, 'tables' | 'models'>): readonly ShownNode[] {
  return [
    ...tables.map(({ table, newest_hour }) => ({ name: table, reads: [], model: null, newestHour: newest_hour })),
    ...models.map((model) => ({ name: model.model, reads: model.reads, model, newestHour: null })),
  ];
}

interface ModelGraphProps {
  readonly nodes: readonly ShownNode[];
  readonly place: Place;
  readonly nowMs: number;
  /** The node that the page is about. */
  readonly chosen?: string;
}

const WIDTH = 216;
const HEIGHT = 40;
const COLUMN = WIDTH + 56;
const ROW = HEIGHT + 10;

/** What reads what, from left to right. Each model is a link to its page. */
export function ModelGraph({ nodes, place, nowMs, chosen }: ModelGraphProps) {
  const layout = graphLayout(nodes);
  const size = { width: `${layout.columns * COLUMN - 56}px`, height: `${layout.rows * ROW}px` };
  return (
    <Scroll label="Graph of the models: what reads what, from left to right">
      <div class="graph" style={size}>
        <Edges layout={layout} chosen={chosen} />
        {nodes.map((node) => (
          <Node
            key={node.name}
            {...{ node, place, nowMs }}
            at={layout.places.get(node.name)}
            isChosen={node.name === chosen}
          />
        ))}
      </div>
    </Scroll>
  );
}

interface NodeProps extends Pick<ModelGraphProps, 'place' | 'nowMs'> {
  readonly node: ShownNode;
  readonly at: GraphPlace | undefined;
  readonly isChosen: boolean;
}

function Node({ node: { name, model, newestHour }, place, nowMs, at, isChosen }: NodeProps) {
  const style = { left: `${(at?.column ?? 0) * COLUMN}px`, top: `${(at?.row ?? 0) * ROW}px` };
  if (model === null) {
    return (
      <div class="node" style={style} data-node={name}>
        <b title={name}>{name}</b>
        <small>{newestHour === null ? 'no rows yet' : `newest hour ${hourLabel(newestHour)}`}</small>
      </div>
    );
  }
  const ran = model.last_run === null ? '' : ` · ran ${shownSeconds((nowMs - Date.parse(model.last_run)) / 1000)} ago`;
  return (
    <a
      class={`node ${model.state}`}
      style={style}
      href={linkTo(place, ['models', name])}
      aria-current={isChosen ? 'page' : undefined}
      data-node={name}
    >
      <b title={name}>{name}</b>
      <small>
        <span class={`dot ${stateDot[model.state]}`} />
        {stateText(model)}
        {ran}
      </small>
    </a>
  );
}

function Edges({ layout, chosen }: { readonly layout: GraphLayout; readonly chosen: string | undefined }) {
  return (
    <svg class="edges" width="100%" height="100%" aria-hidden="true">
      {layout.edges.map(({ from, to }) => {
        const [left, right] = [layout.places.get(from), layout.places.get(to)];
        if (left === undefined || right === undefined) return null;
        return (
          <path
            key={`${from} ${to}`}
            class={from === chosen || to === chosen ? 'chosen' : undefined}
            d={curve(left, right)}
          />
        );
      })}
    </svg>
  );
}

function curve(from: GraphPlace, to: GraphPlace): string {
  const [x1, y1] = [from.column * COLUMN + WIDTH, from.row * ROW + HEIGHT / 2];
  const [x2, y2] = [to.column * COLUMN, to.row * ROW + HEIGHT / 2];
  const bend = 28;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
