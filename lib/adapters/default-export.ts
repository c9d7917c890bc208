import { pathToFileURL } from 'node:url';

/**
 * The default export of a TypeScript or JavaScript file; TypeScript is read by the process's loader.
 * @param failed creates the error from its one-line description, which begins with the file
 */
export async function defaultExport(
  file: string,
  failed: (message: string, options: ErrorOptions) => Error,
): Promise<unknown> {
  try {
    const { default: exported }: { readonly default?: unknown } = await import(pathToFileURL(file).href);
    return exported;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw failed(`${file}: ${message.replaceAll(/\s*\n\s*/g, ' ')}`, { cause });
  }
}
