//! Sales from the till system that the shop already has: the watched folder, once and by hand.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};
use shuke_app::{
    App, Code,
    intake::{self, AssignRequest, IntakeRun, IntakeState, SetIntake},
};

use crate::{
    figure,
    voice::{Stop, Voice},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Intake {
    /// The folder and the last files.
    Show,
    /// Choose the folder that the other system writes into; the open window watches it.
    Set {
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
        /// What the other system is called, where there are several that count for themselves.
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// Watch no longer.
        #[arg(long)]
        off: bool,
    },
    /// Take in what lies in the folder, once.
    Run,
    /// Sales that name a phone or a card which nobody here has.
    Unmatched,
    /// Give such a sale to a customer.
    Assign { sale: String, customer: String },
}

impl Intake {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        match self {
            Intake::Show => tell(voice, &intake::show(app, ()).await?),
            Intake::Set { folder, source, off } => {
                let folder = folder.map(|folder| folder.display().to_string());
                tell(voice, &intake::set(app, SetIntake { on: !off, folder, source }).await?)
            }
            Intake::Run => {
                let runs = intake::run(app, ()).await?;
                let mut lines: Vec<String> = runs.iter().map(|run| line(voice, run)).collect();
                if lines.is_empty() {
                    lines.push(voice.text("cli:intake.nothing", &[]));
                }
                voice.answer(&Value::Array(runs.iter().map(value).collect()), &lines)
            }
            Intake::Unmatched => unmatched(app, voice).await,
            Intake::Assign { sale, customer } => {
                let sale = crate::id(&sale, Code::SaleNotFound)?.id;
                let customer = crate::id(&customer, Code::CustomerNotFound)?.id;
                let given = intake::assign(app, AssignRequest { sale, customer }).await?;
                voice.answer(&json!({ "id": given.id }), &[voice.text("cli:intake.assigned", &[])])
            }
        }
    }
}

fn value(run: &IntakeRun) -> Value {
    json!({
        "file": run.file,
        "at": figure::moment(run.at),
        "sales": run.sales,
        "created": run.created,
        "unchanged": run.unchanged,
        "matched": run.matched,
        "unmatched": run.unmatched,
        "failed": run.failed,
        "moved_to": run.moved_to,
        "report": run.report,
        "code": run.code,
    })
}

fn line(voice: Voice, run: &IntakeRun) -> String {
    let count = |number: u64| figure::count(i64::try_from(number).unwrap_or(i64::MAX));
    voice.text(
        "cli:intake.outcome",
        &[
            ("file", &run.file),
            ("sales", &count(run.sales)),
            ("created", &count(run.created)),
            ("unchanged", &count(run.unchanged)),
            ("unmatched", &count(run.unmatched)),
            ("failed", &count(run.failed)),
        ],
    )
}

fn tell(voice: Voice, state: &IntakeState) -> Result<(), Stop> {
    let folder = state.folder.clone().unwrap_or_default();
    let key = if state.on { "cli:intake.on" } else { "cli:intake.off" };
    let mut lines = vec![voice.text(key, &[("folder", &folder)])];
    if state.unmatched > 0 {
        let count = figure::count(state.unmatched);
        lines.push(voice.text("cli:intake.unmatched", &[("count", &count)]));
    }
    lines.extend(state.runs.iter().map(|run| line(voice, run)));
    let value = json!({
        "on": state.on,
        "folder": state.folder,
        "source": state.source,
        "waiting": state.waiting,
        "unmatched": state.unmatched,
        "failed": state.failed,
        "runs": state.runs.iter().map(value).collect::<Vec<_>>(),
    });
    voice.answer(&value, &lines)
}

async fn unmatched(app: &App, voice: Voice) -> Result<(), Stop> {
    let sales = intake::unmatched(app, ()).await?;
    let lines: Vec<String> = sales
        .iter()
        .map(|sale| {
            let who = sale.phone.clone().or_else(|| sale.member_no.clone()).unwrap_or_default();
            let found = sale.found.as_ref().map(|found| found.name.clone()).unwrap_or_default();
            format!(
                "{}  {}  {}  {who}  {found}",
                sale.sale,
                sale.number,
                figure::local(sale.sold_at)
            )
        })
        .collect();
    let rows: Vec<Value> = sales
        .iter()
        .map(|sale| {
            json!({
                "sale": sale.sale,
                "number": sale.number,
                "sold_at": figure::moment(sale.sold_at),
                "total_fen": sale.total,
                "refund": sale.refund,
                "phone": sale.phone,
                "member_no": sale.member_no,
                "store": sale.store,
                "found": sale.found,
            })
        })
        .collect();
    voice.answer(&Value::Array(rows), &lines)
}
