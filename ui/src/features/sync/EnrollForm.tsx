import { Button, Input } from "antd";
import type { SubmitEvent } from "react";
import { useId, useState } from "react";
import type { Failure } from "../../host/failure";
import { useFailureWords } from "../../i18n/failure";
import { useWords } from "../../i18n/words";
import { Note } from "../../parts/Note";
import { useAct } from "../../query/use";

function Refused({ failure }: { failure: Failure }) {
  const t = useWords();
  return (
    <Note kind="error" urgent title={useFailureWords(failure)}>
      {t("sync:enrol.refused")} <code className="t3">{failure.code}</code>
    </Note>
  );
}

/** Joins the shop's server with a code; what is already here goes along into an empty server. */
export function EnrollForm({ device }: { device: string }) {
  const t = useWords();
  const id = useId();
  const [code, setCode] = useState("");
  const [name, setName] = useState(device);
  const enroll = useAct("sync.enroll");
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const whole = code.replace(/\s+/g, "");
    if (whole === "" || enroll.isPending) return;
    enroll.mutate({ code: whole, ...(name.trim() === "" ? {} : { device_name: name.trim() }) });
  };
  return (
    <form className="enrol" onSubmit={submit} aria-label={t("sync:enrol.title")} data-testid="enrol">
      <p>{t("sync:enrol.why")}</p>
      <div>
        <label htmlFor={`${id}-code`} className="t2">
          {t("sync:enrol.code")}
        </label>
        <Input.TextArea
          id={`${id}-code`}
          value={code}
          autoSize={{ minRows: 3, maxRows: 6 }}
          spellCheck={false}
          placeholder={t("sync:enrol.code_hint")}
          aria-describedby={`${id}-where`}
          onChange={(event) => setCode(event.target.value)}
        />
        <p id={`${id}-where`} className="sm t3">
          {t("sync:enrol.where")}
        </p>
      </div>
      <div>
        <label htmlFor={`${id}-name`} className="t2">
          {t("sync:device.name")}
        </label>
        <Input id={`${id}-name`} value={name} onChange={(event) => setName(event.target.value)} />
      </div>
      {enroll.error !== null && <Refused failure={enroll.error} />}
      <div className="row g12">
        <Button type="primary" htmlType="submit" disabled={code.trim() === "" || enroll.isPending}>
          {t("sync:enrol.join")}
        </Button>
        {code.trim() === "" && <span className="sm t3">{t("sync:enrol.needs_code")}</span>}
        {enroll.isPending && <span className="sm t3">{t("sync:enrol.joining")}</span>}
      </div>
    </form>
  );
}
