//! Points and coins.

use clap::Subcommand;
use serde_json::{Value, json};
use shuke_app::{
    App, Code,
    points::{self, Adjust, Balances},
};

use crate::{
    figure, id,
    table::{self, Lean},
    voice::{Stop, Voice},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Points {
    /// Balances and what they are made of.
    Show { customer: String },
    /// Add to a balance or take from it, with the reason.
    Adjust {
        customer: String,
        /// How many; negative takes away.
        #[arg(value_name = "N", allow_negative_numbers = true)]
        amount: i64,
        #[arg(long, value_name = "TEXT")]
        why: String,
        /// `points` or `coins`.
        #[arg(long, default_value = "points", value_parser = ["points", "coins"])]
        currency: String,
    },
}

impl Points {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        let balances = match self {
            Points::Show { customer } => {
                points::show(app, id(&customer, Code::CustomerNotFound)?).await?
            }
            Points::Adjust { customer, amount, why, currency } => {
                let customer = id(&customer, Code::CustomerNotFound)?.id;
                let currency = Some(currency);
                points::adjust(app, Adjust { customer, amount, why, currency, consent: None })
                    .await?
            }
        };
        voice.answer(&value(&balances), &lines(voice, &balances))
    }
}

pub(crate) fn value(balances: &Balances) -> Value {
    let entries: Vec<Value> = balances
        .entries
        .iter()
        .map(|entry| {
            json!({
                "id": entry.id,
                "kind": entry.kind,
                "currency": entry.currency,
                "amount": entry.amount,
                "at": figure::moment(entry.at),
                "why": entry.why,
                "person": entry.person,
                "redemption": entry.redemption,
                "undone": entry.undone,
            })
        })
        .collect();
    let expiring = balances
        .expiring
        .map(|expiring| json!({ "points": expiring.points, "at": figure::moment(expiring.at) }));
    json!({
        "points": balances.points,
        "coins": balances.coins,
        "expiring": expiring,
        "entries": entries,
    })
}

pub(crate) fn lines(voice: Voice, balances: &Balances) -> Vec<String> {
    let (points, coins) = (figure::count(balances.points), figure::count(balances.coins));
    let mut lines =
        vec![voice.text("cli:points.balances", &[("points", &points), ("coins", &coins)])];
    let rows: Vec<Vec<String>> = balances
        .entries
        .iter()
        .map(|entry| {
            vec![
                figure::local(entry.at),
                figure::count(entry.amount),
                voice
                    .known(&format!("customer:points.kind.{}", entry.kind))
                    .unwrap_or_else(|| entry.kind.clone()),
                entry.why.clone().unwrap_or_default(),
                entry.person.clone().unwrap_or_default(),
            ]
        })
        .collect();
    lines.extend(table::lines(
        &[Lean::Left, Lean::Right, Lean::Left, Lean::Left, Lean::Left],
        &rows,
    ));
    lines
}
