/** An invalid deployment; the message says what was expected, what was found, and what to do. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}
