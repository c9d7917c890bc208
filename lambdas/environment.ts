/** An invalid configuration of a function, reported when it starts. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** The named environment variables of a function, as strings. */
export type Environment<Names extends readonly string[]> = { readonly [Name in Names[number]]: string };

/**
 * Returns the function's environment variables.
 * @throws EnvironmentError that names the variable if one is missing or empty.
 */
export function readEnvironment<const Names extends readonly string[]>(
  names: Names,
  environment: Readonly<Record<string, string | undefined>>,
): Environment<Names> {
  const found = names.map((name) => {
    const value = environment[name];
    // An empty variable means the default, as in `readSettings`.
    if (value === undefined || (value === '' && !name.startsWith('WEIR_'))) {
      const state = value === undefined ? 'found nothing' : 'found an empty text';
      throw new EnvironmentError(`${name}: expected a value in the function’s environment, ${state}; deploy it again`);
    }
    return [name, value];
  });
  return Object.fromEntries(found) as Environment<Names>;
}

/**
 * Returns the region and credentials of the function, which Lambda sets.
 * @throws EnvironmentError outside Lambda, where they are not set.
 */
export function lambdaIdentity(environment: Readonly<Record<string, string | undefined>>) {
  const names = ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
  const found = readEnvironment(names, environment);
  const credentials = {
    accessKeyId: found.AWS_ACCESS_KEY_ID,
    secretAccessKey: found.AWS_SECRET_ACCESS_KEY,
    sessionToken: found.AWS_SESSION_TOKEN,
  };
  return { region: found.AWS_REGION, credentials: () => credentials };
}
