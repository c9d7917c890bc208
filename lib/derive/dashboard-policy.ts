/**
 * The Content-Security-Policy of the dashboard: it loads nothing from other origins and cannot be framed.
 * @param connectTo other origins that its code may request: `https://issuer.example.com`
 */
export function dashboardPolicy(connectTo: readonly string[] = []): string {
  const connect = connectTo.length === 0 ? [] : [`connect-src 'self' ${connectTo.join(' ')}`];
  return ["default-src 'self'", ...connect, "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"].join(
    '; ',
  );
}
