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
