import type { JsonSchema } from '../../derive/json-schema.ts';

/** The titled schemas of a document: each appears once, under its title. */
export interface NamedSchemas {
  /** A reference if the schema has a title, otherwise the schema itself. @throws if another schema has that title */
  use(schema: JsonSchema): JsonSchema;
  /** By title. */
  all(): Readonly<Record<string, JsonSchema>>;
}

export function namedSchemas(): NamedSchemas {
  const named = new Map<string, JsonSchema>();
  return {
    use: (schema) => {
      const { title, $schema: _, ...content } = schema;
      if (typeof title !== 'string') return schema;
      const before = named.get(title);
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify({ title, ...content })) {
        throw new Error(`expected one schema with the title ${title}, found two; rename one`);
      }
      named.set(title, { title, ...content });
      return { $ref: `#/components/schemas/${title}` };
    },
    all: () => Object.fromEntries(named),
  };
}
