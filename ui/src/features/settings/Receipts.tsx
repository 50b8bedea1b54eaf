import { Button, Input, Radio } from "antd";
import { useState } from "react";
import { Refused } from "../../forms/Refused";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { Section } from "../../parts/Section";
import { useAct, useRead } from "../../query/use";

/** In letters on a line: paper of 80 mm, and of 58. */
const widths = [48, 32] as const;

/** Where this till's receipts are printed. Blank: by the system's own dialog. */
export function Receipts() {
  const t = useWords();
  const { data, error, refetch } = useRead("printer.show", null);
  const set = useAct("printer.set");
  const [typed, setTyped] = useState<string | null>(null);
  if (error !== null) return <Failed failure={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Bars count={3} />;
  const address = typed ?? data.address ?? "";
  const changed = address.trim() !== (data.address ?? "");
  const save = () => set.mutate({ ...data, address: address.trim() }, { onSuccess: () => setTyped(null) });
  return (
    <Section title={t("settings:receipts.title")} note={t("settings:receipts.note")}>
      <form
        className="col g12 settingsbody"
        onSubmit={(event) => {
          event.preventDefault();
          if (changed) save();
        }}
      >
        <label className="col g4">
          <span className="sm t2">{t("settings:receipts.address")}</span>
          <Input
            value={address}
            placeholder="tcp://10.0.0.9:9100"
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        <p className="sm t3">{t("settings:receipts.ways")}</p>
        <Radio.Group
          aria-label={t("settings:receipts.paper")}
          value={data.columns ?? widths[0]}
          onChange={({ target }) => set.mutate({ ...data, columns: Number(target.value) })}
          options={widths.map((columns) => ({
            value: columns,
            label: t(columns === 48 ? "settings:receipts.wide" : "settings:receipts.narrow"),
          }))}
        />
        <Refused failure={set.error} />
        <div className="row g8">
          <Button htmlType="submit" disabled={set.isPending}>
            {t("settings:save")}
          </Button>
        </div>
      </form>
    </Section>
  );
}
