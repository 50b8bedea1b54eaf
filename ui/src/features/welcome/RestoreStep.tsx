import { Button } from "antd";
import type { HomeState } from "../../bindings/app";
import { RestoreForm } from "../../forms/RestoreForm";
import { useWords } from "../../i18n/words";

/** A shop that was somewhere else before: its backup, and the words where its key is not here. */
export function RestoreStep({ onBack, onDone }: { onBack: () => void; onDone: (home: HomeState) => void }) {
  const t = useWords();
  return (
    <section className="welcome-step" data-testid="welcome-restoring">
      <h1>{t("rescue:restore.title")}</h1>
      <p className="t2 why">{t("rescue:restore.fresh")}</p>
      <RestoreForm replaces={false} size="large" onDone={onDone} />
      <div>
        <Button type="text" size="large" onClick={onBack}>
          {t("welcome:back")}
        </Button>
      </div>
    </section>
  );
}
