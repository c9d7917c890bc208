import { escaped, htmlPage } from '../html.ts';
import type { ApiAnswer } from '../route.ts';
import { DOCS_SCRIPT, DOCS_STYLE } from './docs-assets.ts';
import type { MediaType, OpenApiDocument, Operation } from './openapi-types.ts';

/** The document as a page: every operation, its schemas, and a form to send it. */
export function docsPage(document: OpenApiDocument): ApiAnswer {
  const { info, tags, paths } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const sections = tags.map(({ name }) => {
    const ofTag = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<h2 id="${escaped(name)}">${escaped(name)}</h2>\n${ofTag.map(operationSection).join('\n')}`;
  });
  const body = `<h1>${escaped(info.title)} ${escaped(info.version)}</h1>
<p>${prose(info.description)} The same for programs: <a href="openapi.json">openapi.json</a> (OpenAPI ${document.openapi}).</p>
<nav>${tags.map(({ name }) => `<a href="#${escaped(name)}">${escaped(name)}</a>`).join(' ')}</nav>
<label>Token, where the server asks for one <input id="token" type="password" autocomplete="off"></label>
${sections.join('\n')}
<h2 id="schemas">schemas</h2>
${Object.entries(document.components.schemas).map(schemaSection).join('\n')}`;
  return htmlPage({ title: `${info.title} API`, style: DOCS_STYLE, script: DOCS_SCRIPT, body });
}

interface PlacedOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function operationSection({ path, method, operation }: PlacedOperation): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  // The browser sends conditional headers itself.
  const asked = parameters.filter(({ in: place }) => place === 'query');
  const fields = asked.map(
    ({ name, description, schema }) =>
      `<label>${escaped(name)} <input name="${escaped(name)}" data-in="query" placeholder="${escaped(kindOf(schema))}"> ${prose(description)}</label>`,
  );
  const answers = Object.entries(responses).map(
    ([status, { description }]) => `<tr><th>${status}</th><td>${prose(description)}</td></tr>`,
  );
  return `<details id="${escaped(operationId)}"><summary><b>${method}</b> <code>${escaped(path)}</code> ${escaped(summary)}</summary>
${description === undefined ? '' : `<p>${prose(description)}</p>\n`}<form data-method="${method}" data-path="${escaped(path.slice(1))}">
${[...fields, ...(requestBody ? [`<p>${prose(requestBody.description)}</p>`, bodyField(requestBody.content)] : [])].join('\n')}
<button>Send</button>
<output></output>
</form>
<table>${answers.join('')}</table>
${Object.entries(responses['200']?.content ?? responses['202']?.content ?? {})
  .map(([type, { schema }]) => schemaSection([`answer, ${type}`, schema]))
  .join('\n')}
</details>`;
}

/** Selectors for the media type and the example, and the body field. */
function bodyField(content: Readonly<Record<string, MediaType>>): string {
  const choices = Object.entries(content).flatMap(([type, { examples }]) =>
    Object.values(examples ?? { empty: { summary: 'No example', value: '' } }).map(({ summary, value }) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
      return { type, summary, text };
    }),
  );
  const options = choices.map(
    ({ type, summary, text }) =>
      `<option value="${escaped(type)}" data-body="${escaped(text)}">${escaped(type)}: ${escaped(summary)}</option>`,
  );
  return `<label>Body <select name="type">${options.join('')}</select></label>
<textarea name="body" rows="12" spellcheck="false">${escaped(choices[0]?.text ?? '')}</textarea>`;
}

function schemaSection([name, schema]: readonly [string, unknown]): string {
  return `<details><summary>${escaped(name)}</summary><pre>${escaped(JSON.stringify(schema, null, 2))}</pre></details>`;
}

/** Escaped text; spans in back quotes become code. */
const prose = (text: string) => escaped(text).replaceAll(/`([^`]*)`/g, '<code>$1</code>');

function kindOf({ type, format, default: fallback }: Readonly<Record<string, unknown>>): string {
  const kind = String(format ?? type ?? '');
  return fallback === undefined ? kind : `${kind}, ${String(fallback)} if left out`;
}
