import { Button, Checkbox, Form, Input, Modal, Select } from "antd";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import type { Customer } from "../../bindings/nouns";
import { CustomerPick } from "../../forms/CustomerPick";
import type { Failure } from "../../host/failure";
import { useFailureWords } from "../../i18n/failure";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";
import { Note } from "../../parts/Note";
import { useAct, useRead } from "../../query/use";
import { useKeys } from "../../shell/hotkeys";

interface NewCustomerProps {
  onMade: (id: string) => void;
  onClose: () => void;
}

interface Typed {
  name: string;
  phone: string;
  member_no: string;
  company: string;
  remarks: string;
  tags: string[];
  referrer: string | null;
  wechat: boolean;
}

const nothing: Typed = {
  name: "",
  phone: "",
  member_no: "",
  company: "",
  remarks: "",
  tags: [],
  referrer: null,
  wechat: false,
};

function Refused({ failure }: { failure: Failure }) {
  return <Note kind="error" urgent title={useFailureWords(failure)} />;
}

/** Somebody with this number is here already: one number may belong to several, so this only says so. */
function Known({ phone, onOpen }: { phone: string; onOpen: (id: string) => void }) {
  const t = useWords();
  const digits = phone.replace(/\D/g, "");
  const known =
    useRead("customer.by_phone", { phone }, { enabled: digits.length >= 7 }).data?.customers ?? [];
  const first = known[0];
  const file = useRead("customer.show", { id: first ?? "" }, { enabled: first !== undefined }).data;
  if (first === undefined) return null;
  return (
    <Note
      kind="warning"
      title={t("customers:create.known", { name: file?.customer.name ?? "", count: known.length })}
      action={
        <Button size="small" onClick={() => onOpen(first)}>
          {t("customers:create.open")}
        </Button>
      }
    />
  );
}

/** A new customer: a name or a number is enough, the rest can come when there is time. */
export function NewCustomer({ onMade, onClose }: NewCustomerProps) {
  const t = useWords();
  const format = useFormat();
  const [typed, setTyped] = useState(nothing);
  const add = useAct("customer.add");
  const tags = useRead("tag.list", null).data ?? [];
  useKeys({}, { modal: true });
  const name = typed.name.trim();
  const phone = typed.phone.trim();
  const set = (patch: Partial<Typed>) => setTyped({ ...typed, ...patch });
  const save = () => {
    if ((name === "" && phone === "") || add.isPending) return;
    const given = (field: "phone" | "member_no" | "company" | "remarks"): Customer => {
      const value = typed[field].trim();
      return value === "" ? {} : { [field]: value };
    };
    const customer: Customer = {
      name: name === "" ? phone : name,
      ...given("phone"),
      ...given("member_no"),
      ...given("company"),
      ...given("remarks"),
      ...(typed.referrer === null ? {} : { referred_by: typed.referrer }),
      ...(typed.wechat ? { consent: { wechat: format.fullDay(new Date()) } } : {}),
    };
    add.mutate({ customer, fields: {}, tags: typed.tags }, { onSuccess: ({ id }) => onMade(id) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    const mod = event.ctrlKey || event.metaKey;
    const inLine = event.target instanceof HTMLInputElement && event.target.type === "text";
    const list = event.target instanceof Element && event.target.closest(".ant-select") !== null;
    if (mod || (inLine && !list)) {
      event.preventDefault();
      save();
    }
  };
  return (
    <Modal
      open
      width={480}
      title={t("customers:create.title")}
      okText={t("customers:create.save")}
      okButtonProps={{ disabled: name === "" && phone === "", loading: false }}
      onOk={save}
      onCancel={onClose}
    >
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- hears the fields' own keys pass */}
      <div onKeyDown={onKeyDown} data-testid="new-customer">
        <Form layout="vertical" requiredMark={false} component={false}>
          <div className="formpair">
            <Form.Item label={t("nouns:customer.name")} htmlFor="new-name">
              <Input
                id="new-name"
                // eslint-disable-next-line jsx-a11y/no-autofocus -- the dialog begins here
                autoFocus
                value={typed.name}
                onChange={(event) => set({ name: event.target.value })}
              />
            </Form.Item>
            <Form.Item label={t("nouns:customer.phone")} htmlFor="new-phone">
              <Input
                id="new-phone"
                inputMode="tel"
                value={typed.phone}
                onChange={(event) => set({ phone: event.target.value })}
              />
            </Form.Item>
            <Form.Item label={t("nouns:customer.member_no")} htmlFor="new-number">
              <Input
                id="new-number"
                value={typed.member_no}
                onChange={(event) => set({ member_no: event.target.value })}
              />
            </Form.Item>
            <Form.Item label={t("nouns:customer.company")} htmlFor="new-company">
              <Input
                id="new-company"
                value={typed.company}
                onChange={(event) => set({ company: event.target.value })}
              />
            </Form.Item>
          </div>
          <Form.Item label={t("nouns:customer.tags")} htmlFor="new-tags">
            <Select
              id="new-tags"
              mode="tags"
              value={typed.tags}
              options={tags.map((tag) => ({ value: tag.name, label: tag.name }))}
              onChange={(chosen: string[]) => set({ tags: chosen })}
            />
          </Form.Item>
          <Form.Item label={t("nouns:customer.referred_by")} htmlFor="new-referrer">
            <CustomerPick
              id="new-referrer"
              value={typed.referrer}
              onChange={(referrer) => set({ referrer })}
            />
          </Form.Item>
          <Form.Item label={t("nouns:customer.remarks")} htmlFor="new-remarks">
            <Input.TextArea
              id="new-remarks"
              autoSize={{ minRows: 2, maxRows: 5 }}
              value={typed.remarks}
              onChange={(event) => set({ remarks: event.target.value })}
            />
          </Form.Item>
          <Checkbox checked={typed.wechat} onChange={(event) => set({ wechat: event.target.checked })}>
            {t("customers:create.wechat")}
          </Checkbox>
        </Form>
        <div className="col g8 formnotes">
          <Known phone={phone} onOpen={onMade} />
          {add.error !== null && <Refused failure={add.error} />}
        </div>
      </div>
    </Modal>
  );
}
