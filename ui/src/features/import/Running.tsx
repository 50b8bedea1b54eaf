import { Button } from "antd";
import { useEffect, useState } from "react";
import { call, onProgress } from "../../host/call";
import { count } from "../../i18n/figures";
import { useWords } from "../../i18n/words";
import { Bar } from "../../parts/Bar";

/** How far the file has come, and the way to stop. What is in stays in. */
export function Running({ dry }: { dry: boolean }) {
  const t = useWords();
  const [{ done, all }, setProgress] = useState({ done: 0, all: 0 });
  const [stopping, setStopping] = useState(false);
  useEffect(
    () =>
      onProgress((progress) => {
        if (progress.what === "import") setProgress(progress);
      }),
    [],
  );
  const words =
    all > 0
      ? t("import:running.of", { done: count(done), all: count(all), count: all })
      : t(dry ? "import:running.trying" : "import:running.begin");
  return (
    <div className="running" role="status">
      <Bar label={words} parts={[{ share: all > 0 ? done / all : 0 }]} />
      <div className="row g12">
        <span className="grow t2">{words}</span>
        <Button
          disabled={stopping}
          onClick={() => {
            setStopping(true);
            void call("import.cancel", null);
          }}
        >
          {t(stopping ? "import:running.stopping" : "import:running.stop")}
        </Button>
      </div>
    </div>
  );
}
