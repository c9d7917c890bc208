/** A page whose routes the API does not have where it is deployed. */
export function Unserved({ title }: { title: string }) {
  return (
    <>
      <h1>{title}</h1>
      <p class="empty">
        This page shows files of a pipeline on a laptop (<code>weir start</code>). In AWS the same is in Athena: the
        tables of the lake, <code>lake.dead_letters</code> included.
      </p>
    </>
  );
}
