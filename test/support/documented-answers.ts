import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OpenApiDocument } from '../../lib/api/openapi/openapi-types.ts';

/** An answer to a request, as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

/** What is wrong with an answer by the document: undefined where it says that such an answer is given. */
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

/** References point into the document, wherever the schema is. */
function resolved(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api#/'));
}
