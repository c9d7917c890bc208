/** A deployment that cannot work; the message says what was found, what was expected and what to do. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}
