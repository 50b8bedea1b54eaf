import { Button, QRCode } from "antd";
import type { Invited } from "../../bindings/app";
import { useFormat } from "../../i18n/format";
import { useWords } from "../../i18n/words";

/** A code that lets one machine in: to scan, to type, and until when. */
export function InviteCode({ invited }: { invited: Invited }) {
  const t = useWords();
  const format = useFormat();
  return (
    <div className="col g12 invitecode" data-testid="invite-code">
      <QRCode value={invited.code} size={200} bordered={false} />
      <code className="wraps">{invited.code}</code>
      <p className="t2">
        {t("settings:people.code_why", { time: format.time(new Date(invited.expires_at)) })}
      </p>
      <div>
        <Button onClick={() => void navigator.clipboard.writeText(invited.code)}>
          {t("settings:people.copy")}
        </Button>
      </div>
    </div>
  );
}
