import type { JsonSchema } from '../derive/json-schema.ts';
import type { Measure, MetricDefinition, MetricField } from '../derive/metric-definitions.ts';

const text = { type: 'string' };
const whole = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const textOrNull = { type: ['string', 'null'] };
const moment = { type: 'string', format: 'date-time' };
const momentOrNull = { type: ['string', 'null'], format: 'date-time' };

/** An object that has exactly these properties. */
export function objectSchema(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', required: Object.keys(properties), properties, additionalProperties: false };
}

export const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

/** A group's value; a null value is a group, too. */
function groupSchema({ type }: MetricField): JsonSchema {
  switch (type.kind) {
    case 'integer':
    case 'bigint':
      return { type: ['integer', 'string', 'null'] };
    case 'boolean':
      return { type: ['boolean', 'null'] };
    default:
      return textOrNull;
  }
}

/** A figure: whole numbers that no double holds are text, as are decimals and timestamps. Null where no event had a value. */
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

/** Tumbling windows of event time, `[start, end)`. */
const windowSchema = objectSchema({
  start: moment,
  end: moment,
  closed: { ...flag, description: 'Events of this window are not expected any more; a late one still changes it.' },
});

export function metricAnswerSchema({ by, measures, windowSeconds }: MetricDefinition): JsonSchema {
  return objectSchema({
    name: text,
    unit: textOrNull,
    as_of: {
      ...momentOrNull,
      description: 'The newest Kafka timestamp that is counted; null before the first record.',
    },
    complete: { ...flag, description: 'False while something is still to be counted from the lake.' },
    expired: { ...whole, description: 'Events that came too late for their window.' },
    count: { ...whole, description: 'Rows that the request chooses, on all pages.' },
    next: { ...textOrNull, description: 'Asks for the rows behind these; null where there are none.' },
    data: listOf(
      objectSchema({
        group: objectSchema(Object.fromEntries(by.map((field) => [field.path, groupSchema(field)]))),
        values: objectSchema(Object.fromEntries(measures.map((measure) => [measure.name, figureSchema(measure)]))),
        ...(windowSeconds !== null && { window: windowSchema }),
      }),
    ),
  });
}

export const metricListSchema = objectSchema({
  count: whole,
  data: listOf(
    objectSchema({
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
    }),
  ),
});
