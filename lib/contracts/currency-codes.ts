export const currencyCodes: readonly string[] = ['EUR'];
