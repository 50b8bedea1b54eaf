import { Select } from "antd";
import { useState } from "react";
import { useWords } from "../i18n/words";
import { phone } from "../i18n/phone";
import { useRead } from "../query/use";

interface CustomerPickProps {
  id: string;
  value: string | null;
  onChange: (customer: string | null) => void;
}

/** Someone found by the one search, inside a form. */
export function CustomerPick({ id, value, onChange }: CustomerPickProps) {
  const t = useWords();
  const [text, setText] = useState("");
  const hits =
    useRead("customer.search", { text, limit: 8 }, { enabled: text.trim() !== "" }).data?.hits ?? [];
  const chosen = useRead("customer.show", { id: value ?? "" }, { enabled: value !== null }).data;
  const found = hits.map((hit) => ({
    value: hit.id,
    label: hit.name,
    contact: hit.phone === null ? hit.contact : phone(hit.phone),
  }));
  const options =
    chosen !== undefined && !found.some((option) => option.value === chosen.id)
      ? [
          ...found,
          { value: chosen.id, label: chosen.customer.name ?? "", contact: chosen.customer.phone ?? "" },
        ]
      : found;
  return (
    <Select
      id={id}
      value={value}
      allowClear
      showSearch={{ filterOption: false, onSearch: setText }}
      placeholder={t("task:customer_placeholder")}
      notFoundContent={text.trim() === "" ? t("task:customer_type") : t("task:customer_none")}
      options={options}
      optionRender={({ data }) => (
        <span className="row g8">
          <span className="grow cut">{data.label}</span>
          <span className="t3">{data.contact}</span>
        </span>
      )}
      onChange={(customer: string | null | undefined) => onChange(customer ?? null)}
    />
  );
}
