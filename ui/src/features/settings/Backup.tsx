import { Button } from "antd";
import { Check } from "lucide-react";
import { useRef, useState } from "react";
import { Refused } from "../../forms/Refused";
import { RestoreForm } from "../../forms/RestoreForm";
import { savePath } from "../../host/window";
import { decimal } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";
import { Copying } from "./Copying";
import { Daily } from "./Daily";

const kinds = [{ name: "Shuke", extensions: ["shuke"] }];

function Make() {
  const t = useWords();
  const format = useFormat();
  const make = useAct("backup.make");
  const start = async () => {
    const path = await savePath(t("settings:backup.file", { day: format.fullDay(new Date()) }), kinds);
    if (path !== null) make.mutate({ path });
  };
  return (
    <Section title={t("settings:backup.file_title")} note={t("settings:backup.note")}>
      <div className="col g12 settingsbody">
        <p className="t2">{t("settings:backup.why")}</p>
        <div>
          <Button disabled={make.isPending} onClick={() => void start()}>
            {t(make.isPending ? "settings:backup.making" : "settings:backup.save")}
          </Button>
        </div>
        <Copying running={make.isPending} />
        {make.data !== undefined && (
          <p className="ok row g8" role="status">
            <Icon of={Check} />
            <span className="wraps">
              {t("settings:backup.made", {
                path: make.data.path,
                size: decimal(make.data.bytes / 1_048_576, 1),
              })}
            </span>
          </p>
        )}
        <Refused failure={make.error} />
      </div>
    </Section>
  );
}

/** A backup that was chosen from the list; the turn tells the same one chosen again from one that was left. */
interface Chosen {
  path: string;
  turn: number;
}

function Restore({ chosen }: { chosen: Chosen | null }) {
  const t = useWords();
  const [done, setDone] = useState(false);
  return (
    <Section title={t("rescue:restore.title")} note={t("rescue:restore.note")}>
      <div className="col g12 settingsbody">
        <RestoreForm key={chosen?.turn} replaces chosen={chosen?.path ?? null} onDone={() => setDone(true)} />
        {done && (
          <p className="ok row g8" role="status">
            <Icon of={Check} />
            {t("rescue:restore.done")}
          </p>
        )}
      </div>
    </Section>
  );
}

/** Copies of everything, and the way back to one. */
export function Backup() {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const form = useRef<HTMLDivElement>(null);
  const restore = (path: string) => {
    setChosen((before) => ({ path, turn: (before?.turn ?? 0) + 1 }));
    form.current?.scrollIntoView({ block: "center" });
  };
  return (
    <>
      <Daily onRestore={restore} />
      <Make />
      <div ref={form}>
        <Restore chosen={chosen} />
      </div>
    </>
  );
}
