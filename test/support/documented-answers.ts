import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OpenApiDocument } from '../../lib/api/openapi/openapi-types.ts';

/** An answer to a request as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

/** How an answer deviates from the document; undefined if it conforms. */
export function documentedAnswers(document: OpenApiDocument) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', components: document.components });
  return (method: string, path: string, { status, type, body }: Answer): string | undefined => {
    const operation = document.paths[path]?.[method.toLowerCase()];
    if (operation === undefined) return `${method} ${path} is not documented`;
    const response = operation.responses[status];
    if (response === undefined) return `status ${status} is not documented`;
    if (response.content === undefined) return body === '' ? undefined : `a body of status ${status} is not documented`;
    const mediaType = type?.split(';')[0] ?? '';
    const documented = response.content[mediaType];
    if (documented === undefined) return `media type ${mediaType} of status ${status} is not documented`;
    if (mediaType !== 'application/json') return undefined;
    const pointer = ['paths', path, method.toLowerCase(), 'responses', String(status)].join(' ');
    const validate = ajv.compile({ ...resolved(documented.schema), title: pointer });
    return validate(JSON.parse(body)) ? undefined : `${pointer}: ${ajv.errorsText(validate.errors)}`;
  };
}

/** Resolves references, which point into the document from any schema. */
function resolved(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api#/'));
}
