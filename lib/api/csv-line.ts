/**
 * One line in the format of RFC 4180, with its end. Null is an empty field, an empty string is `""`, nested values are
 * JSON text. Values are never changed: a text such as `=1+1` stays as it is, although spreadsheets read it as a formula.
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}

function csvField(value: unknown): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
