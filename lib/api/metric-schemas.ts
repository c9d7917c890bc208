import type { JsonSchema } from '../derive/json-schema.ts';
import type { Measure, MetricDefinition, MetricField } from '../derive/metric-definitions.ts';
import { MAX_LINES, MAX_ROWS } from '../pipeline/meter/metric-overview.ts';

const text = { type: 'string' };
const whole = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const textOrNull = { type: ['string', 'null'] };
const rowCount = { ...whole, description: 'Total rows that match the request, across all pages.' };
const moment = { type: 'string', format: 'date-time' };
const momentOrNull = { type: ['string', 'null'], format: 'date-time' };

type Properties = Readonly<Record<string, JsonSchema>>;

/** An object with exactly these properties; the optional ones may be absent. */
export function objectSchema(properties: Properties, optional: Properties = {}): JsonSchema {
  return {
    type: 'object',
    required: Object.keys(properties),
    properties: { ...properties, ...optional },
    additionalProperties: false,
  };
}

export const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

/** An object with arbitrary keys and these values. */
const mapOf = (values: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: values });

/** A group's value; null is a group, too. */
function groupSchema({ type, isNullable }: MetricField): JsonSchema {
  const types = () => {
    switch (type.kind) {
      case 'integer':
        return ['integer'];
      case 'bigint':
        return ['integer', 'string'];
      case 'boolean':
        return ['boolean'];
      default:
        return ['string'];
    }
  };
  return { type: [...types(), ...(isNullable ? ['null'] : [])] };
}

/** A figure. Decimals, timestamps and integers beyond a double's precision are text. Null if no event had a value. */
function figureSchema({ op, field, unit }: Measure): JsonSchema {
  const types = () => {
    switch (field?.type.kind) {
      case 'decimal':
      case 'timestamp':
        return ['string', 'null'];
      case 'double':
        return ['number', 'null'];
      default:
        return op === 'count' ? ['integer', 'string'] : ['integer', 'string', 'null'];
    }
  };
  return { type: types(), ...(unit !== null && { description: `In ${unit}.` }) };
}

const closed = {
  ...flag,
  description: 'Whether the window has ended and its allowed lateness has passed; a late event can still change it.',
};

/** Tumbling windows of event time, `[start, end)`. */
const windowSchema = objectSchema({
  start: moment,
  end: moment,
  closed,
});

export function metricAnswerSchema(definition: MetricDefinition): JsonSchema {
  const { measures, windowSeconds } = definition;
  return objectSchema({
    name: text,
    unit: textOrNull,
    as_of: {
      ...momentOrNull,
      description: 'Newest Kafka timestamp counted; null before the first record.',
    },
    complete: { ...flag, description: 'False while events are still being counted from the lake.' },
    expired: { ...whole, description: 'Events that arrived too late for their window.' },
    count: rowCount,
    next: { ...textOrNull, description: 'Token of the next page; null on the last page.' },
    data: listOf(
      objectSchema({
        group: objectSchema(groupOf(definition)),
        values: objectSchema(Object.fromEntries(measures.map((measure) => [measure.name, figureSchema(measure)]))),
        ...(windowSeconds !== null && { window: windowSchema }),
      }),
    ),
  });
}

const metricFacts = {
  name: text,
  description: text,
  unit: textOrNull,
  stream: text,
  by: listOf(text),
  figures: listOf(
    objectSchema({
      name: text,
      op: { type: 'string', enum: ['count', 'sum', 'min', 'max'] },
      field: textOrNull,
      unit: textOrNull,
    }),
  ),
  window_seconds: { type: ['integer', 'null'] },
  as_of: momentOrNull,
  complete: flag,
  expired: whole,
  href: text,
};

export const metricListSchema = objectSchema({ count: whole, data: listOf(objectSchema(metricFacts)) });

const anyFigure = { type: ['integer', 'number', 'string', 'null'] };
const anyGroup = mapOf({ type: ['string', 'integer', 'boolean', 'null'] });

/** A metric as shown on a screen, built by `metricOverview`. */
export const metricOverviewSchema = objectSchema({
  ...metricFacts,
  groups: { ...whole, description: 'Number of groups; for windowed metrics, within the range shown.' },
  total: mapOf(anyFigure),
  order: objectSchema({ figure: text, direction: { type: 'string', enum: ['ascending', 'descending'] } }),
  rows: {
    ...listOf(objectSchema({ group: anyGroup, values: mapOf(anyFigure) }, { window: windowSchema })),
    description: `The first ${MAX_ROWS} groups in that order; for windowed metrics, the newest window of each.`,
  },
  series: {
    anyOf: [
      { type: 'null' },
      objectSchema({
        starts: listOf(moment),
        lines: listOf(objectSchema({ group: anyGroup, points: listOf(anyFigure) })),
      }),
    ],
    description: `The ordering figure by window, for the ${MAX_LINES} groups with the highest values; null for metrics over all time.`,
  },
});

const nextPage = { next: { ...text, description: 'Token of the next page; absent on the last page.' } };

const groupOf = ({ by }: MetricDefinition) => Object.fromEntries(by.map((field) => [field.path, groupSchema(field)]));

const figureNamed = ({ measures }: MetricDefinition, name: string | undefined): JsonSchema => {
  const measure = measures.find((one) => one.name === name);
  return measure === undefined ? {} : figureSchema(measure);
};

/** `{"count": 2, "data": {"u1": 3}}` */
export function byKeySchema(definition: MetricDefinition): JsonSchema {
  return objectSchema(
    { count: rowCount, data: mapOf(figureNamed(definition, definition.measures[0]?.name)) },
    nextPage,
  );
}

/** `{"h1": {"Amoma": 90}}` */
export function byTwoKeysSchema(definition: MetricDefinition): JsonSchema {
  return mapOf(mapOf(figureNamed(definition, definition.measures[0]?.name)));
}

/** `{"count": 1, "data": [{"window_start": …, "country": "Italy", "amount": 70}]}` */
export function windowRowsSchema(
  definition: MetricDefinition,
  figures: Readonly<Record<string, string>>,
  extent: 'paged' | 'whole',
): JsonSchema {
  const named = Object.entries(figures).map(([name, figure]) => [name, figureNamed(definition, figure)]);
  const row = objectSchema({
    window_start: moment,
    window_end: moment,
    closed,
    ...groupOf(definition),
    ...Object.fromEntries(named),
  });
  return objectSchema({ count: rowCount, data: listOf(row) }, extent === 'paged' ? nextPage : {});
}

/** `{"count": 4}` */
export const totalSchema = objectSchema({ count: { type: ['integer', 'string'] } });
