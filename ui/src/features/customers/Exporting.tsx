import { Button } from "antd";
import { Download } from "lucide-react";
import { useState } from "react";
import type { Condition } from "../../bindings/app";
import { call } from "../../host/call";
import type { Failure } from "../../host/failure";
import { toFailure } from "../../host/failure";
import { savePath } from "../../host/window";
import { useFailureWords } from "../../i18n/failure";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";

function Refused({ failure }: { failure: Failure }) {
  return (
    <span className="err sm cut" role="alert">
      {useFailureWords(failure)}
    </span>
  );
}

/** Writes everyone who meets the conditions to a file; its ending decides the kind. */
export function Exporting({
  conditions,
  searching,
}: {
  conditions: readonly Condition[];
  searching: boolean;
}) {
  const t = useWords();
  const format = useFormat();
  const [said, setSaid] = useState<{ rows: number } | { failure: Failure } | "working" | null>(null);
  const start = async () => {
    const name = t("customers:export.file", { day: format.fullDay(new Date()) });
    const path = await savePath(`${name}.csv`, [
      { name: "CSV", extensions: ["csv"] },
      { name: "Excel", extensions: ["xlsx"] },
      { name: "vCard", extensions: ["vcf"] },
      { name: "JSON", extensions: ["json"] },
    ]);
    if (path === null) return;
    setSaid("working");
    try {
      setSaid(await call("export.start", { path, kind: "customers", conditions: [...conditions] }));
    } catch (thrown) {
      setSaid({ failure: toFailure(thrown) });
    }
  };
  return (
    <>
      {searching && <span className="sm t3 cut">{t("customers:export.search")}</span>}
      {said === "working" && <span className="sm t3">{t("customers:export.working")}</span>}
      {said !== null && said !== "working" && "rows" in said && (
        <span className="sm t2 nw" role="status">
          {t("customers:export.done", { figure: count(said.rows), count: said.rows })}
        </span>
      )}
      {said !== null && said !== "working" && "failure" in said && <Refused failure={said.failure} />}
      <Button
        type="text"
        icon={<Icon of={Download} />}
        disabled={searching || said === "working"}
        onClick={() => void start()}
      >
        {t("customers:export.button")}
      </Button>
    </>
  );
}
