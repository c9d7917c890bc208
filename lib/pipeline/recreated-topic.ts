/** A topic was deleted and created again, or another one took its place: its offsets mean other records now. */
export class RecreatedTopicError extends Error {
  override readonly name = 'RecreatedTopicError';
}
