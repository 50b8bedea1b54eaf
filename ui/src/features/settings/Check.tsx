import { Button } from "antd";
import { Check as Tick, TriangleAlert } from "lucide-react";
import type { Finding } from "../../bindings/app";
import { Refused } from "../../forms/Refused";
import { count } from "../../i18n/figures";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Section } from "../../parts/Section";
import { useAct } from "../../query/use";
import { useSession } from "../../shell/session";
import { Copying } from "./Copying";

const parts = ["pages", "search", "totals", "outbox", "schema", "stale", "rows"] as const;

/** What was looked at, by its name; of a backup also from which day it is. */
function Name({ finding }: { finding: Finding }) {
  const t = useWords();
  const format = useFormat();
  const known = parts.find((part) => part === finding.what);
  if (finding.what === "filled" && finding.at !== undefined) {
    return <>{t("settings:doctor.part.filled", { day: format.dayAndTime(new Date(finding.at)) })}</>;
  }
  return <>{known === undefined ? finding.what : t(`settings:doctor.part.${known}`)}</>;
}

/** What this is, and whether its data is sound. */
export function Check() {
  const t = useWords();
  const session = useSession();
  const examine = useAct("doctor.examine");
  const found = examine.data;
  return (
    <>
      <Section title={t("settings:about.title")}>
        <div className="col g4">
          <div>
            <b className="lg">{t("settings:about.name")}</b>{" "}
            {session !== undefined && <span className="t2">{session.version}</span>}
          </div>
          <p className="t2">{t("settings:about.what")}</p>
          <p className="t3">{t("settings:about.licence")}</p>
        </div>
      </Section>
      <Section title={t("settings:doctor.title")} note={t("settings:doctor.note")}>
        <div className="col g12 settingsbody">
          <div className="row g8">
            <Button disabled={examine.isPending} onClick={() => examine.mutate({})}>
              {t(examine.isPending ? "settings:doctor.working" : "settings:doctor.start")}
            </Button>
            {found?.healthy === false && (
              <Button disabled={examine.isPending} onClick={() => examine.mutate({ repair: true })}>
                {t("settings:doctor.repair")}
              </Button>
            )}
          </div>
          <Copying what="repair" running={examine.isPending && examine.variables.repair === true} />
          {found !== undefined && (
            <>
              <p role="status" className={found.healthy ? "ok" : "err"}>
                {t(found.healthy ? "settings:doctor.healthy" : "settings:doctor.ill")}
              </p>
              <ul className="settingslist">
                {found.findings.map((finding) => {
                  const figure = { figure: count(finding.count), count: finding.count };
                  return (
                    <li key={finding.what} className="row g12">
                      <span className={finding.ok ? "ok" : "err"}>
                        <Icon
                          of={finding.ok ? Tick : TriangleAlert}
                          label={t(finding.ok ? "settings:doctor.ok" : "settings:doctor.wrong")}
                        />
                      </span>
                      <span className="grow">
                        <Name finding={finding} />
                      </span>
                      {finding.repaired && (
                        <span className="t2">
                          {finding.what === "filled"
                            ? t("settings:doctor.filled", figure)
                            : t("settings:doctor.repaired")}
                        </span>
                      )}
                      {!finding.ok && <span className="t2">{t("settings:doctor.count", figure)}</span>}
                    </li>
                  );
                })}
              </ul>
            </>
          )}
          <Refused failure={examine.error} />
        </div>
      </Section>
    </>
  );
}
