import { Button } from "antd";
import { useCanGoBack, useNavigate, useParams, useRouter } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import { TaskForm } from "../../forms/TaskForm";
import { call } from "../../host/call";
import { useFormat } from "../../i18n/format";
import { useNow } from "../../i18n/now";
import { useWords } from "../../i18n/words";
import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { Icon } from "../../parts/Icon";
import { Note } from "../../parts/Note";
import { offerUndo } from "../../parts/UndoToast";
import { useRead } from "../../query/use";
import { useKeys } from "../../shell/hotkeys";
import { Away } from "./Away";
import { FieldSection } from "./FieldSection";
import { FileConflicts } from "./FileConflicts";
import { FileHead } from "./FileHead";
import { FileTimeline } from "./FileTimeline";
import { HistoryPane } from "./HistoryPane";
import type { NoteHandle } from "./NoteBox";
import { NoteBox } from "./NoteBox";
import { OwnFields } from "./OwnFields";
import { PointsPane } from "./PointsPane";
import { ReceiptDrawer } from "./ReceiptDrawer";
import type { SectionId } from "./sections";
import { sections } from "./sections";
import { TasksPane } from "./TasksPane";
import { TierPane } from "./TierPane";
import "./customer.css";

/** The address names the file; another address is another file, drawn anew. */
export function Screen() {
  const { id }: { id?: unknown } = useParams({ strict: false });
  return typeof id === "string" ? <File key={id} id={id} /> : null;
}

/** Everything that is known of one customer. */
export function File({ id }: { id: string }) {
  const t = useWords();
  const format = useFormat();
  const now = useNow();
  const navigate = useNavigate();
  const { history } = useRouter() as { history: { back: () => void } };
  const canGoBack = useCanGoBack();
  const { data: file, error, refetch } = useRead("customer.show", { id });
  const [editing, setEditing] = useState<SectionId | null>(null);
  const [receipt, setReceipt] = useState<string | null>(null);
  const [planning, setPlanning] = useState(false);
  const note = useRef<NoteHandle>(null);
  const today = format.fullDay(now);
  const back = () => {
    if (canGoBack) history.back();
    else void navigate({ to: "/customers" });
  };
  const remove = async (name: string) => {
    await call("customer.delete", { id });
    offerUndo(t("customer:deleted_toast", { name }), () => void call("customer.restore", { id }));
    back();
  };
  const openReceipt = useCallback((sale: string) => setReceipt(sale), []);
  useKeys({
    "customer.back": back,
    "customer.note": () => note.current?.focus(),
    "customer.edit": () => setEditing(editing ?? "reach"),
  });
  if (error !== null) {
    return (
      <>
        <header className="head">
          <Button
            type="text"
            className="backward"
            aria-label={t("customer:back")}
            icon={<Icon of={ArrowLeft} />}
            onClick={back}
          />
          <h1>{t("shell:room.customers")}</h1>
        </header>
        <Failed failure={error} onRetry={() => void refetch()} />
      </>
    );
  }
  if (file === undefined) return <Bars count={5} />;
  if (file.away) return <Away file={file} onBack={back} />;
  const name = file.customer.name ?? "";
  return (
    <article className="file" aria-label={name} data-testid="customer-file" data-id={id}>
      <FileHead
        file={file}
        onBack={back}
        onVisit={() => setPlanning(true)}
        onNote={() => note.current?.focus()}
        onDelete={() => void remove(name)}
      />
      <div className="fileside scroll">
        {file.deleted && (
          <div className="filenote">
            <Note
              kind="warning"
              title={t("customer:deleted")}
              action={
                <Button size="small" onClick={() => void call("customer.restore", { id })}>
                  {t("customer:restore")}
                </Button>
              }
            />
          </div>
        )}
        <FileConflicts id={id} />
        {sections.map((plan) => (
          <FieldSection
            key={plan.id}
            file={file}
            plan={plan}
            editing={editing === plan.id}
            onEdit={(on) => setEditing(on ? plan.id : null)}
          />
        ))}
        <OwnFields fields={file.own_fields} />
      </div>
      <div className="filemiddle">
        <FileTimeline id={id} onReceipt={openReceipt}>
          <NoteBox customer={id} handle={note} />
        </FileTimeline>
      </div>
      <div className="fileright scroll">
        {file.customer.taboo !== undefined && (
          <div className="filenote">
            <Note kind="error" title={file.customer.taboo}>
              {t("customer:taboo")}
            </Note>
          </div>
        )}
        <TierPane file={file} />
        <TasksPane id={id} today={today} onNew={() => setPlanning(true)} />
        <PointsPane id={id} />
        <HistoryPane id={id} name={name} />
      </div>
      {receipt !== null && <ReceiptDrawer id={receipt} onClose={() => setReceipt(null)} />}
      {planning && <TaskForm today={today} customer={{ id, name }} onClose={() => setPlanning(false)} />}
    </article>
  );
}
