import { Select } from "antd";
import type { Inspection } from "../../bindings/app";
import { useWords } from "../../i18n/words";
import { useFieldWords } from "./fieldWords";
import type { Mapping } from "./mapping";
import { valuesOf } from "./mapping";

interface ColumnTableProps {
  inspection: Inspection;
  mapping: Mapping;
  onChange: (mapping: Mapping) => void;
}

const shown = 3;

/** Which column is what, beside the first values that stand in it. */
export function ColumnTable({ inspection, mapping, onChange }: ColumnTableProps) {
  const t = useWords();
  const words = useFieldWords(inspection.kind);
  const sample = valuesOf(inspection).slice(0, shown);
  const taken = new Set(Object.values(mapping));
  const options = [
    { value: "", label: t("import:leave_out") },
    ...inspection.fields.map((field) => ({ value: field, label: words(field) })),
  ];
  return (
    <table className="maptable">
      <thead>
        <tr>
          <th scope="col">{t("import:column")}</th>
          <th scope="col">{t("import:sample")}</th>
          <th scope="col">{t("import:becomes")}</th>
        </tr>
      </thead>
      <tbody>
        {inspection.columns.map(({ name }, at) => {
          const field = mapping[name] ?? "";
          return (
            <tr key={`${at} ${name}`} className={field === "" ? "out" : ""}>
              <th scope="row">{name === "" ? t("import:nameless", { at: at + 1 }) : name}</th>
              <td>
                {sample
                  .map((row) => row[at] ?? "")
                  .filter((value) => value !== "")
                  .map((value, line) => (
                    <span key={line} className="cell">
                      {value}
                    </span>
                  ))}
              </td>
              <td>
                <Select
                  className="fieldselect"
                  showSearch={{ optionFilterProp: "label" }}
                  aria-label={t("import:field_of", { column: name })}
                  value={field}
                  options={options.map((option) => ({
                    ...option,
                    className: option.value !== "" && taken.has(option.value) ? "taken" : "",
                  }))}
                  onChange={(chosen) => onChange({ ...mapping, [name]: chosen })}
                />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
