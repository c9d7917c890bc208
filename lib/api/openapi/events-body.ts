import type { Contract } from '../../contracts/contract.ts';
import { jsonSchema } from '../../derive/json-schema.ts';
import { MAX_EVENT_BYTES } from '../../derive/topic.ts';
import { MAX_EVENTS, MAX_UNPACKED_BYTES, mediaTypes } from '../ingest/request-events.ts';
import type { NamedSchemas } from './named-schemas.ts';
import type { ExampleEvents, MediaType, RequestBody } from './openapi-types.ts';

type Events = ReturnType<ExampleEvents>;

/** The request body of a stream's events, in each accepted media type. */
export function eventsBody(contract: Contract, examples: Events, schemas: NamedSchemas): RequestBody {
  const event = schemas.use(jsonSchema(contract));
  const content = Object.entries(mediaTypes).map(([mediaType, layout]): [string, MediaType] => {
    switch (layout) {
      case 'json': {
        const several = { type: 'array', items: event, minItems: 1, maxItems: MAX_EVENTS };
        return [mediaType, { schema: { anyOf: [event, several] }, ...jsonExamples(examples) }];
      }
      case 'lines':
        return [mediaType, { schema: linesSchema(contract), ...linesExamples(examples) }];
      default:
        return layout satisfies never;
    }
  });
  return { required: true, description: LIMITS, content: Object.fromEntries(content) };
}

const mebibytes = (bytes: number) => `${bytes / 1024 / 1024} MiB`;

const LIMITS =
  `Plain, or with \`content-encoding: gzip\`. At most ${MAX_EVENTS} events, ${mebibytes(MAX_UNPACKED_BYTES)} when unpacked, ` +
  `and ${mebibytes(MAX_EVENT_BYTES)} in an event. Further fields are kept.`;

const linesSchema = ({ name }: Contract) => ({ type: 'string', description: `One ${name} event per line, as JSON.` });

function jsonExamples([one, ...more]: Events): Pick<MediaType, 'examples'> {
  if (one === undefined) return {};
  const several = { summary: 'Several events', value: [one, ...more] };
  return { examples: { one: { summary: 'One event', value: one }, ...(more.length > 0 && { several }) } };
}

function linesExamples(events: Events): Pick<MediaType, 'examples'> {
  if (events.length === 0) return {};
  const value = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  return { examples: { lines: { summary: 'One event per line', value } } };
}
