import { Button, Segmented } from "antd";
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeft, FileUp } from "lucide-react";
import { useState } from "react";
import type { ImportSummary, Inspection } from "../../bindings/app";
import { call } from "../../host/call";
import type { Failure } from "../../host/failure";
import { toFailure } from "../../host/failure";
import { openPath } from "../../host/window";
import { listed } from "../../i18n/figures";
import { useLanguage } from "../../i18n/language";
import { useWords } from "../../i18n/words";
import { EmptyState } from "../../parts/EmptyState";
import { Facts } from "../../parts/Facts";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";
import { Refused } from "../../forms/Refused";
import { useKeys } from "../../shell/hotkeys";
import { ColumnTable } from "./ColumnTable";
import { useFieldWords } from "./fieldWords";
import type { Mapping } from "./mapping";
import { claimedTwice, mappingOf, tells } from "./mapping";
import { Outcome } from "./Outcome";
import { Running } from "./Running";
import "./import.css";

const kinds = ["customers", "sales", "products"] as const;
const files = [{ name: "CSV", extensions: ["csv", "txt", "tsv"] }];
/** Fields that hold several values, so several columns may feed them. */
const lists = ["tags", "other_phones"] as const;

const delimiters = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "blanks" } as const;

function isDelimiter(text: string): text is keyof typeof delimiters {
  return text in delimiters;
}

interface Work {
  path: string;
  inspection: Inspection;
  mapping: Mapping;
}

type Stage =
  | { at: "map" }
  | { at: "running"; dry: boolean }
  | { at: "tried"; summary: ImportSummary }
  | { at: "done"; summary: ImportSummary };

/** The file's name without its folders, whichever system wrote the path. */
export function nameOf(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}

function Found({ work, fixed, onKind }: { work: Work; fixed: boolean; onKind: (kind: string) => void }) {
  const t = useWords();
  const { encoding, delimiter, columns, kind } = work.inspection;
  const between = isDelimiter(delimiter) ? t(`import:delimiter.${delimiters[delimiter]}`) : delimiter;
  return (
    <div className="foundbar row g16 wrap">
      <div className="grow">
        <b className="wraps">{nameOf(work.path)}</b>
        <div className="sm t3">
          <Facts
            items={[
              encoding.toUpperCase(),
              t("import:between", { delimiter: between }),
              t("import:columns", { count: columns.length }),
            ]}
          />
        </div>
      </div>
      <Segmented
        aria-label={t("import:kind")}
        value={kind}
        disabled={fixed}
        options={kinds.map((one) => ({ value: one, label: t(`import:kinds.${one}`) }))}
        onChange={onKind}
      />
    </div>
  );
}

/** A file in: what is in it, which column is what, what would become of each row, and then what did. */
export function Screen() {
  const t = useWords();
  const language = useLanguage();
  const navigate = useNavigate();
  const [work, setWork] = useState<Work | null>(null);
  const [stage, setStage] = useState<Stage>({ at: "map" });
  const [refused, setRefused] = useState<Failure | null>(null);
  const words = useFieldWords(work?.inspection.kind ?? "customers");
  const back = () => void navigate({ to: "/customers" });
  useKeys({ "customer.back": back });

  const inspect = async (path: string, kind?: string) => {
    setRefused(null);
    try {
      const inspection = await call("import.inspect", { path, ...(kind === undefined ? {} : { kind }) });
      setWork({ path, inspection, mapping: mappingOf(inspection) });
      setStage({ at: "map" });
    } catch (thrown) {
      setRefused(toFailure(thrown));
    }
  };
  const choose = async () => {
    const path = await openPath(files);
    if (path !== null) await inspect(path);
  };
  const run = async ({ path, inspection, mapping }: Work, dry: boolean) => {
    setRefused(null);
    setStage({ at: "running", dry });
    try {
      const summary = await call("import.start", {
        path,
        kind: inspection.kind,
        map: { ...mapping },
        dry_run: dry,
      });
      setStage({ at: dry ? "tried" : "done", summary });
    } catch (thrown) {
      setRefused(toFailure(thrown));
      setStage({ at: "map" });
    }
  };

  const twice = work === null ? [] : claimedTwice(work.mapping, lists);
  const ready = work !== null && twice.length === 0 && tells(work.inspection.kind, work.mapping);
  const chooseButton = (
    <Button
      type={work === null ? "primary" : "default"}
      icon={<Icon of={FileUp} />}
      disabled={stage.at === "running"}
      onClick={() => void choose()}
    >
      {t(work === null ? "import:choose" : "import:choose_again")}
    </Button>
  );
  return (
    <div className="importing" data-testid="import">
      <header className="head">
        <Button
          type="text"
          className="back"
          aria-label={t("import:back")}
          icon={<Icon of={ArrowLeft} />}
          onClick={back}
        />
        <h1>{t("import:title")}</h1>
        <span className="grow" />
        {work !== null && chooseButton}
      </header>
      <div className="importbody scroll">
        {refused !== null && (
          <div className="importnote">
            <Refused failure={refused} />
          </div>
        )}
        {work === null && <EmptyState action={chooseButton}>{t("import:empty")}</EmptyState>}
        {work !== null && (
          <Found
            work={work}
            fixed={stage.at === "running" || stage.at === "done"}
            onKind={(kind) => void inspect(work.path, kind)}
          />
        )}
        {stage.at === "running" && <Running dry={stage.dry} />}
        {stage.at === "done" && <Outcome summary={stage.summary} dry={false} />}
        {stage.at === "tried" && <Outcome summary={stage.summary} dry />}
        {work !== null && (stage.at === "map" || stage.at === "tried") && (
          <>
            {twice.length > 0 && (
              <div className="importnote">
                <Note
                  kind="warning"
                  title={t("import:twice", { fields: listed(twice.map(words), language) })}
                />
              </div>
            )}
            {!tells(work.inspection.kind, work.mapping) && (
              <div className="importnote">
                <Note kind="warning" title={t("import:nothing_told")} />
              </div>
            )}
            <ColumnTable
              inspection={work.inspection}
              mapping={work.mapping}
              onChange={(mapping) => {
                setWork({ ...work, mapping });
                // What was tried was tried with another map.
                setStage({ at: "map" });
              }}
            />
          </>
        )}
      </div>
      {work !== null && stage.at !== "running" && (
        <footer className="importfoot">
          <span className="grow sm t3">{t(stage.at === "done" ? "import:after" : "import:safe")}</span>
          {stage.at === "done" ? (
            <Button type="primary" onClick={back}>
              {t("import:see")}
            </Button>
          ) : (
            <>
              <Button disabled={!ready} onClick={() => void run(work, true)}>
                {t("import:try")}
              </Button>
              <Button type="primary" disabled={!ready} onClick={() => void run(work, false)}>
                {t("import:start")}
              </Button>
            </>
          )}
        </footer>
      )}
    </div>
  );
}
