/** Formats a template's reference: the function (`Ref`, `Fn::GetAtt`, `Fn::ImportValue`, …), and its target. */
type Naming = (intrinsic: string, of: string) => string;

const braces: Naming = (intrinsic, of) => (intrinsic === 'Fn::ImportValue' ? `{import ${of}}` : `{${of}}`);

/** A template value as text, with references replaced by their names: `{Bucket83908E77.Arn}/lake/*`. */
export function textOf(value: unknown, naming: Naming = braces): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[intrinsic, of] = ['', undefined]] = Object.entries(value);
  if (intrinsic === 'Fn::Join') {
    const [separator, parts] = of as readonly [string, readonly unknown[]];
    return parts.map((part) => textOf(part, naming)).join(separator);
  }
  // A part of an ARN that is known only at deployment.
  if (intrinsic === 'Fn::Select') return '{part}';
  return naming(intrinsic, Array.isArray(of) ? of.join('.') : textOf(of, naming));
}

/** The construct's name in a logical id: `Bucket83908E77` → `Bucket`. */
export const withoutHash = (id: string) => id.replace(/[0-9A-F]{8}$/, '');
