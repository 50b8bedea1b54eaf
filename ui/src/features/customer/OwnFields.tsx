import { useWords } from "../../i18n/words";
import { Kv } from "../../parts/Kv";
import { Section } from "../../parts/Section";

function written(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Fields of the shop's own, and those a newer version wrote: shown, never dropped. */
export function OwnFields({ fields }: { fields: Readonly<Record<string, unknown>> }) {
  const t = useWords();
  const rows = Object.entries(fields).map(([label, value]) => ({ label, value: written(value) }));
  if (rows.length === 0) return null;
  return (
    <Section title={t("customer:own")}>
      <Kv rows={rows} />
    </Section>
  );
}
