/**
 * A parsed number as people read it. Mainland mobiles go 3 4 4; other numbers are grouped as the core's phone
 * library wrote them, and a number that could not be parsed is shown as it was typed.
 */
export function phone(number: string): string {
  const [main = "", extension] = number.split(/(?:;ext=|\s*(?:ext\.?|x|转|轉)\s*)/i);
  const bare = main.replace(/[\s-]/g, "");
  const mobile = /^(?:\+86)?(1[3-9]\d)(\d{4})(\d{4})$/.exec(bare);
  const written = mobile ? `${mobile[1] ?? ""} ${mobile[2] ?? ""} ${mobile[3] ?? ""}` : grouped(bare, main);
  return extension === undefined || extension === "" ? written : `${written}-${extension}`;
}

function grouped(bare: string, asTyped: string): string {
  const landline = /^(?:\+86|0)(10|2\d|[3-9]\d{2})(\d{3,4})(\d{4})$/.exec(bare);
  if (landline) return `0${landline[1] ?? ""} ${landline[2] ?? ""} ${landline[3] ?? ""}`;
  const taiwanMobile = /^(?:\+886|0)(9\d{2})(\d{3})(\d{3})$/.exec(bare);
  if (taiwanMobile) return `0${taiwanMobile[1] ?? ""} ${taiwanMobile[2] ?? ""} ${taiwanMobile[3] ?? ""}`;
  const hongKong = /^\+852(\d{4})(\d{4})$/.exec(bare);
  if (hongKong) return `${hongKong[1] ?? ""} ${hongKong[2] ?? ""}`;
  return asTyped.trim();
}

/** Eight digits of a member number are read in fours. */
export function memberNo(number: string): string {
  return /^\d{8}$/.test(number) ? `${number.slice(0, 4)} ${number.slice(4)}` : number;
}

/** A number as it is typed over: in groups, and with its country, so that a part of it may be changed anywhere. */
export function typedPhone(number: string): string {
  const [, country, first, ...rest] =
    /^\+(86)(1[3-9]\d)(\d{4})(\d{4})$/.exec(number) ??
    /^\+(886)(9\d{2})(\d{3})(\d{3})$/.exec(number) ??
    /^\+(852)(\d{4})(\d{4})$/.exec(number) ??
    [];
  return country === undefined ? number : [`+${country}`, first, ...rest].join(" ");
}
