import { pathToFileURL } from 'node:url';

/**
 * What a TypeScript or JavaScript file exports as its default; TypeScript is read as the process's loader reads it.
 * @param failed makes the error out of what is wrong, in one line that begins with the file.
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
