import { Bars } from "../../parts/Bars";
import { Failed } from "../../parts/Failed";
import { TouchSizes } from "../../theme/ThemeRoot";
import { Counter } from "./Counter";
import "./counter.css";
import "./hits.css";
import "./card.css";
import "./sale.css";
import "./steps.css";
import "./narrow.css";
import { useKeeper } from "./keeper";

/** The counter, in sizes for a finger. */
export function Screen() {
  const keeper = useKeeper();
  if (keeper.failure !== null) return <Failed failure={keeper.failure} onRetry={keeper.retry} />;
  if (keeper.kept === null) return <Bars count={3} />;
  return (
    <TouchSizes>
      <Counter kept={keeper.kept} unsaved={keeper.unsaved} change={keeper.change} />
    </TouchSizes>
  );
}
