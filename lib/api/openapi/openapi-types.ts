import type { JsonSchema } from '../../derive/json-schema.ts';

/** Example events of a stream, as a client may send them. */
export type ExampleEvents = (stream: string) => readonly Readonly<Record<string, unknown>>[];

/** @see https://spec.openapis.org/oas/v3.1.1.html */
export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  /** Path to HTTP method (lower case) to operation. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, JsonSchema>>;
  };
  readonly security: SecurityRequirements;
}

/** Scopes by security scheme. Any one of them suffices; an empty one means no authentication. */
export type SecurityRequirements = readonly Readonly<Record<string, readonly string[]>>[];

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly OperationParameter[];
  readonly requestBody?: RequestBody;
  /** The document's if omitted. */
  readonly security?: SecurityRequirements;
  /** By HTTP status. */
  readonly responses: Readonly<Record<string, OperationResponse>>;
}

interface OperationParameter {
  readonly name: string;
  readonly in: 'query' | 'header' | 'path';
  readonly required?: true;
  readonly description: string;
  readonly schema: JsonSchema;
}

export interface RequestBody {
  readonly required: true;
  readonly description: string;
  /** By media type. */
  readonly content: Readonly<Record<string, MediaType>>;
}

export interface MediaType {
  readonly schema: JsonSchema;
  readonly examples?: Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;
}

export interface OperationResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}
