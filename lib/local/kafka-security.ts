import { readFile } from 'node:fs/promises';
import type { KafkaSecurity, Login, TlsMaterial } from '../adapters/kafka/kafka-security.ts';
import { settings as all, SettingError, type SettingName, type Settings } from '../settings.ts';

const TLS_SETTINGS = ['kafkaCaFile', 'kafkaCertificateFile', 'kafkaKeyFile'] as const;
const PASSWORD_SETTINGS = ['kafkaUsername', 'kafkaPassword', 'kafkaPasswordFile'] as const;

/**
 * How to connect to the brokers, from the settings and the files that they name.
 * @throws SettingError naming the setting that is missing, that conflicts with the others, or whose file is unusable.
 * Never with a secret.
 */
export async function kafkaSecurityOf(settings: Settings): Promise<KafkaSecurity> {
  const hasTls = settings.kafkaSecurity === 'ssl' || settings.kafkaSecurity === 'sasl_ssl';
  const hasSasl = settings.kafkaSecurity === 'sasl_plaintext' || settings.kafkaSecurity === 'sasl_ssl';
  if (!hasTls) refuse(settings, [...TLS_SETTINGS, 'kafkaAwsRegion'], `${all.kafkaSecurity.variable} ssl or sasl_ssl`);
  if (!hasSasl) refuse(settings, PASSWORD_SETTINGS, `${all.kafkaSecurity.variable} sasl_ssl or sasl_plaintext`);
  const tls = hasTls ? await tlsMaterial(settings) : null;
  const login = hasSasl ? await loginOf(settings, hasTls) : null;
  const { kafkaSecurity } = await import('../adapters/kafka/kafka-security.ts');
  return kafkaSecurity(tls, login);
}

/** Settings that would have no effect are refused, because the mistake would go unnoticed. */
function refuse(settings: Settings, names: readonly SettingName[], expected: string): void {
  const given = names.find((name) => settings[name] !== '');
  if (given !== undefined)
    throw new SettingError(`${all[given].variable}: expected with it ${expected}, found neither`);
}

async function tlsMaterial(settings: Settings): Promise<TlsMaterial> {
  const { kafkaCertificateFile: certificate, kafkaKeyFile: key } = settings;
  if ((certificate === '') !== (key === '')) {
    const [given, missing] =
      key === ''
        ? (['kafkaCertificateFile', 'kafkaKeyFile'] as const)
        : (['kafkaKeyFile', 'kafkaCertificateFile'] as const);
    throw new SettingError(`${all[missing].variable}: expected with ${all[given].variable}, found nothing`);
  }
  const [ca, cert, ownKey] = await Promise.all(TLS_SETTINGS.map((name) => pem(settings, name)));
  return { ...(ca && { ca }), ...(cert && { certificate: cert }), ...(ownKey && { key: ownKey }) };
}

async function pem(settings: Settings, name: (typeof TLS_SETTINGS)[number]): Promise<string | undefined> {
  if (settings[name] === '') return undefined;
  const text = await fileOf(settings, name);
  if (/^-----BEGIN [A-Z0-9 ]+-----$/m.test(text)) return text;
  throw new SettingError(`${all[name].variable}: expected a file in PEM form, found another in ${settings[name]}`);
}

async function loginOf(settings: Settings, hasTls: boolean): Promise<Login> {
  const mechanism = settings.kafkaSaslMechanism;
  if (mechanism === 'aws-msk-iam') {
    if (!hasTls)
      throw new SettingError(`${all.kafkaSecurity.variable}: expected sasl_ssl with aws-msk-iam, found sasl_plaintext`);
    refuse(settings, PASSWORD_SETTINGS, `${all.kafkaSaslMechanism.variable} plain or scram`);
    return { mechanism, region: regionOf(settings) };
  }
  refuse(settings, ['kafkaAwsRegion'], `${all.kafkaSaslMechanism.variable} aws-msk-iam`);
  const { kafkaUsername: username } = settings;
  if (username === '')
    throw new SettingError(`${all.kafkaUsername.variable}: expected a user’s name for ${mechanism}, found nothing`);
  return { mechanism, username, password: await passwordOf(settings) };
}

async function passwordOf(settings: Settings): Promise<string> {
  const [text, file] = [all.kafkaPassword.variable, all.kafkaPasswordFile.variable];
  if (settings.kafkaPassword !== '' && settings.kafkaPasswordFile !== '') {
    throw new SettingError(`${text}: expected it or ${file}, found both`);
  }
  if (settings.kafkaPassword !== '') return settings.kafkaPassword;
  if (settings.kafkaPasswordFile === '')
    throw new SettingError(`${text}: expected a password here or in ${file}, found nothing`);
  // Editors end a file with a line break, which is not part of the password.
  const password = (await fileOf(settings, 'kafkaPasswordFile')).replace(/\r?\n$/, '');
  if (password === '') throw new SettingError(`${file}: expected a password in it, found an empty file`);
  return password;
}

const REGION_OF_BROKER = /\.kafka(?:-serverless)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?:/;

/** MSK broker names contain the region. */
function regionOf({ kafkaAwsRegion, brokers }: Settings): string {
  const region = kafkaAwsRegion === '' ? REGION_OF_BROKER.exec(brokers)?.[1] : kafkaAwsRegion;
  if (region !== undefined) return region;
  throw new SettingError(
    `${all.kafkaAwsRegion.variable}: expected the region of the cluster, which its brokers’ names do not say`,
  );
}

async function fileOf(settings: Settings, name: 'kafkaPasswordFile' | (typeof TLS_SETTINGS)[number]): Promise<string> {
  try {
    return await readFile(settings[name], 'utf8');
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new SettingError(`${all[name].variable}: expected a file that can be read: ${found}`, { cause });
  }
}
