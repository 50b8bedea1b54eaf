import { Button, Input } from "antd";
import type { InputRef } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import type { ReactNode, SubmitEvent } from "react";
import { useEffect, useId, useRef } from "react";
import { useWords } from "../../i18n/words";

/** The three ways to begin. */
export const ways = ["found", "join", "demo"] as const;
export type Way = (typeof ways)[number];

interface WayRowProps {
  way: Way;
  group: string;
  chosen: boolean;
  onChoose: () => void;
  children?: ReactNode;
}

function WayRow({ way, group, chosen, onChoose, children }: WayRowProps) {
  const t = useWords();
  return (
    <div className={chosen ? "way on" : "way"}>
      <label>
        <input
          type="radio"
          className="vh"
          name={group}
          value={way}
          checked={chosen}
          onChange={onChoose}
          data-testid={`way-${way}`}
        />
        <span className="lg">{t(`welcome:way.${way}.title`)}</span>
        <span className="t2">{t(`welcome:way.${way}.why`)}</span>
      </label>
      {chosen && children !== undefined && <div className="way-field">{children}</div>}
    </div>
  );
}

interface StartStepProps {
  way: Way;
  shop: string;
  code: string;
  onWay: (way: Way) => void;
  onShop: (shop: string) => void;
  onCode: (code: string) => void;
  onNext: () => void;
  onRestore: () => void;
}

/** Open a shop, join one, or look around. */
export function StartStep({ way, shop, code, onWay, onShop, onCode, onNext, onRestore }: StartStepProps) {
  const t = useWords();
  const group = useId();
  const shopField = useRef<InputRef>(null);
  const codeField = useRef<TextAreaRef>(null);
  useEffect(() => shopField.current?.focus(), []);
  const ready = way === "demo" || (way === "found" ? shop : code).trim() !== "";
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (ready) onNext();
    else if (way === "found") shopField.current?.focus();
    else codeField.current?.focus();
  };
  return (
    <form onSubmit={submit} className="welcome-step">
      <h1>{t("welcome:start.title")}</h1>
      <fieldset className="ways">
        <legend className="vh">{t("welcome:start.title")}</legend>
        <WayRow way="found" group={group} chosen={way === "found"} onChoose={() => onWay("found")}>
          <Input
            ref={shopField}
            size="large"
            value={shop}
            maxLength={80}
            autoComplete="off"
            aria-label={t("welcome:start.shop")}
            placeholder={t("welcome:start.shop_hint")}
            data-testid="shop-name"
            onChange={(event) => onShop(event.target.value)}
          />
        </WayRow>
        <WayRow way="join" group={group} chosen={way === "join"} onChoose={() => onWay("join")}>
          <Input.TextArea
            ref={codeField}
            value={code}
            autoSize={{ minRows: 3, maxRows: 5 }}
            spellCheck={false}
            aria-label={t("welcome:start.code")}
            placeholder={t("welcome:start.code_hint")}
            data-testid="enrol-code"
            onChange={(event) => onCode(event.target.value)}
          />
        </WayRow>
        <WayRow way="demo" group={group} chosen={way === "demo"} onChoose={() => onWay("demo")} />
      </fieldset>
      <div className="row g12">
        <Button type="primary" size="large" htmlType="submit" disabled={!ready} data-testid="welcome-next">
          {t(way === "demo" ? "welcome:start.look" : "welcome:next")}
        </Button>
        {!ready && (
          <span className="t3 sm">{t(`welcome:start.needs_${way === "join" ? "code" : "shop"}`)}</span>
        )}
        <span className="grow end">
          <Button type="text" size="large" onClick={onRestore} data-testid="welcome-restore">
            {t("welcome:start.restore")}
          </Button>
        </span>
      </div>
    </form>
  );
}
