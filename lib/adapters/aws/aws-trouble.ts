/** What to do, by AWS error code. */
const advice: Readonly<Record<string, string>> = {
  AccessDenied: 'grant the role this action',
  AccessDeniedException: 'grant the role this action',
  NoSuchBucket: 'create the bucket, or name another one',
  InvalidAccessKeyId: 'check the credentials',
  SignatureDoesNotMatch: 'check the credentials',
  ExpiredToken: 'renew the credentials',
  ExpiredTokenException: 'renew the credentials',
  UnrecognizedClientException: 'check the credentials',
  CredentialsProviderError: 'give credentials, for example by AWS_PROFILE',
  PermanentRedirect: 'use the region of the bucket',
  ECONNREFUSED: 'nothing listens there: check the endpoint',
  ENOTFOUND: 'no such host: check endpoint and network',
};

/** AWS's error code (`NoSuchKey`), otherwise the failed system call's (`ECONNRESET`), otherwise the error's name. */
export function awsCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name !== 'Error' && error.name !== 'AggregateError') return error.name;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** The HTTP status of the answer, or undefined if there was none. */
export function httpStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/**
 * An error that names the operation (`S3 PutObject`), its target, AWS's code and what to do; the original is its cause.
 */
export function awsTrouble(operation: string, target: string, error: unknown): Error {
  const code = awsCode(error);
  const status = httpStatus(error);
  const answer = status === undefined ? code : `${code}, HTTP ${status}`;
  const said = error instanceof Error && error.message !== '' && error.message !== code ? `: ${error.message}` : '';
  const hint = advice[code] === undefined ? '' : `; ${advice[code]}`;
  return new Error(`${operation} of ${target} failed (${answer})${said}${hint}`, { cause: error });
}
