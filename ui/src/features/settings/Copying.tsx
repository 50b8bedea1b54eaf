import { call } from "../../host/call";
import { useWords } from "../../i18n/words";
import { Stoppable } from "../../parts/Stoppable";
import { useProgress } from "../../query/progress";

/** How far a backup or a repair is, while it runs, and the way to stop it: nothing half done stays. */
export function Copying({ running, what = "backup" }: { running: boolean; what?: "backup" | "repair" }) {
  const t = useWords();
  const progress = useProgress(what, running);
  if (!running) return null;
  const share = progress === null || progress.all === 0 ? 0 : progress.done / progress.all;
  return (
    <Stoppable
      label={t(what === "backup" ? "settings:backup.making" : "settings:doctor.repairing")}
      share={share}
      stop={t("settings:backup.stop")}
      stopping={t("settings:backup.stopping")}
      onStop={() => void call("backup.cancel", null)}
    />
  );
}
