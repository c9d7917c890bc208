/** The styles of the `/docs` page. They are inlined so that the page works without a network. */

export const DOCS_STYLE = `
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre, textarea, output { font-family: ui-monospace, monospace; font-size: .85rem }
details { border: 1px solid #8885; border-radius: .3rem; padding: .3rem .7rem; margin: .3rem 0 }
summary { cursor: pointer } summary b { display: inline-block; min-width: 3.2rem }
label { display: block; margin: .4rem 0 } textarea { width: 100%; box-sizing: border-box }
output { display: block; white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 } pre { overflow-x: auto }
th { text-align: left; vertical-align: top; padding-right: 1rem }
`;

/**
 * Sends a form as its operation defines, and shows the answer. Paths are relative, because the page may be served below
 * another path.
 */
export const DOCS_SCRIPT = `
for (const form of document.forms) {
  const { body, type } = form.elements;
  type?.addEventListener('change', () => { body.value = type.selectedOptions[0].dataset.body });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const url = new URL(form.dataset.path, document.baseURI);
    for (const input of form.querySelectorAll('[data-in=query]')) {
      if (input.value !== '') url.searchParams.set(input.name, input.value);
    }
    const token = document.getElementById('token').value;
    const output = form.querySelector('output');
    output.textContent = '…';
    try {
      const response = await fetch(url, {
        method: form.dataset.method,
        headers: { ...(token && { authorization: 'Bearer ' + token }), ...(type && { 'content-type': type.value }) },
        ...(body && { body: body.value }),
      });
      output.textContent = response.status + ' ' + response.statusText + '\\n' + readable(await response.text());
    } catch (error) {
      output.textContent = String(error);
    }
  });
}
function readable(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2) } catch { return text }
}
`;
