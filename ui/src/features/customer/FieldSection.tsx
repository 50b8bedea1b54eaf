import { Button } from "antd";
import { Pencil } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useId, useState } from "react";
import type { CustomerFile } from "../../bindings/app";
import type { Customer } from "../../bindings/nouns";
import { Refused } from "../../forms/Refused";
import { call } from "../../host/call";
import { typedPhone } from "../../i18n/phone";
import { useWords } from "../../i18n/words";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import type { KvRow } from "../../parts/Kv";
import { Kv } from "../../parts/Kv";
import { Masked } from "../../parts/Masked";
import { Note } from "../../parts/Note";
import { useAct } from "../../query/use";
import { onMac } from "../../shell/keys";
import { FieldControl } from "./FieldControl";
import type { SectionPlan } from "./sections";
import { changes } from "./sections";
import { useShown } from "./values";

interface FieldSectionProps {
  file: CustomerFile;
  plan: SectionPlan;
  editing: boolean;
  onEdit: (editing: boolean) => void;
}

function asTyped(customer: Customer): Customer {
  return customer.phone === undefined ? customer : { ...customer, phone: typedPhone(customer.phone) };
}

function Editor({ file, plan, onClose }: { file: CustomerFile; plan: SectionPlan; onClose: () => void }) {
  const t = useWords();
  // A mask is nothing to type on: the field stands empty, and what is left empty stays as it is.
  const [shown] = useState<Customer>(() =>
    asTyped(
      Object.fromEntries(Object.entries(file.customer).filter(([field]) => !file.masked.includes(field))),
    ),
  );
  const [draft, setDraft] = useState<Customer>(shown);
  const [leaving, setLeaving] = useState(false);
  const edit = useAct("customer.edit");
  const save = async (sure: boolean) => {
    const fields = changes(shown, draft, plan.fields);
    if (Object.keys(fields).length === 0) {
      onClose();
      return;
    }
    const moves = "store" in fields || "owner" in fields || "shared_with" in fields;
    // Whoever hands a customer over hears first that they will not see them any more.
    if (moves && !sure) {
      const { leaves } = await call("customer.would_leave", { id: file.id, fields });
      if (leaves) {
        setLeaving(true);
        return;
      }
    }
    edit.mutate({ id: file.id, fields }, { onSuccess: onClose });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      onClose();
    } else if (event.key === "Enter" && (onMac ? event.metaKey : event.ctrlKey)) {
      event.preventDefault();
      void save(leaving);
    }
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the fields' own keys pass
    <div className="fieldedit" onKeyDown={onKeyDown}>
      {plan.fields.map((field, at) => (
        <div key={field.id}>
          <label htmlFor={`field-${field.id}`} className="t3">
            {t(`nouns:customer.${field.id}`)}
          </label>
          <div>
            <FieldControl
              plan={field}
              draft={draft}
              first={at === 0}
              onChange={(patch) => {
                setLeaving(false);
                setDraft({ ...draft, ...patch });
              }}
            />
            {file.masked.includes(field.id) && <span className="t3 sm">{t("customer:masked_keeps")}</span>}
          </div>
        </div>
      ))}
      {leaving && (
        <Note kind="warning" urgent title={t("customer:leaving.title")}>
          {t("customer:leaving.why")}
        </Note>
      )}
      <Refused failure={edit.error} />
      <div className="row g8">
        <Button onClick={() => void save(leaving)}>
          {t(leaving ? "customer:leaving.sure" : "customer:save")}
          <Kbd>{onMac ? "⌘↵" : "Ctrl ↵"}</Kbd>
        </Button>
        <Button type="text" onClick={onClose}>
          {t("customer:cancel")}
        </Button>
      </div>
    </div>
  );
}

/** What is known of somebody under one heading; typed over in its place. */
export function FieldSection({ file, plan, editing, onEdit }: FieldSectionProps) {
  const t = useWords();
  const heading = useId();
  const shown = useShown(file);
  const rows = plan.fields.flatMap((field): KvRow[] => {
    const found = shown(field);
    if (found === null) return [];
    const label = t(`nouns:customer.${field.id}`);
    if (!file.masked.includes(field.id)) return [{ label, ...found }];
    const value = (
      <Masked key={file.id} customer={file.id} field={field.id} name={label}>
        {found.value}
      </Masked>
    );
    return [{ label, ...found, value }];
  });
  const title = t(`customer:section.${plan.id}`);
  return (
    <section className="sec fieldsec" aria-labelledby={heading}>
      <div className="sechead">
        <h2 id={heading}>{title}</h2>
        {!editing && (
          <button
            type="button"
            className="bare t3 fieldpen"
            aria-label={t("customer:edit_section", { section: title })}
            onClick={() => onEdit(true)}
          >
            <Icon of={Pencil} size={14} />
          </button>
        )}
      </div>
      {editing ? (
        <Editor file={file} plan={plan} onClose={() => onEdit(false)} />
      ) : rows.length > 0 ? (
        <Kv rows={rows} />
      ) : (
        <button type="button" className="bare t3" onClick={() => onEdit(true)}>
          {t(`customer:ask.${plan.id}`)}
        </button>
      )}
    </section>
  );
}
