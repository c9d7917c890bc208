/**
 * CloudFront's function for requests of files: it redirects to the dashboard, whose page is that of its folder.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export const DASHBOARD_PATHS = `function handler(event) {
  var request = event.request;
  if (request.uri === '/' || request.uri === '/dashboard') {
    return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/dashboard/' } } };
  }
  if (request.uri === '/dashboard/') request.uri = '/dashboard/index.html';
  return request;
}
`;
