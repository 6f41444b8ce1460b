/** What /proc/cpuinfo says (Linux; its fields differ by architecture). */
export interface CpuInfo {
  readonly processors: number;
  /** `AuthenticAMD`; of ARM the implementer's number, `0x41`. */
  readonly vendor?: string;
  readonly model?: string;
  /** The highest of what its processors run at now. */
  readonly frequencyKhz?: number;
}

export function parseCpuinfo(text: string): CpuInfo {
  const values = (field: string): string[] =>
    [...text.matchAll(new RegExp(`^${field}[ \\t]*:[ \\t]*(.*)$`, 'gm'))].map(([, value = '']) => value.trim());
  const [vendor] = [...values('vendor_id'), ...values('CPU implementer')];
  const [model] = values('model name');
  const megahertz = values('cpu MHz')
    .map(Number)
    .filter((one) => one > 0);
  return {
    processors: values('processor').length,
    ...(vendor ? { vendor } : {}),
    ...(model ? { model } : {}),
    ...(megahertz.length > 0 ? { frequencyKhz: Math.round(Math.max(...megahertz) * 1000) } : {}),
  };
}
