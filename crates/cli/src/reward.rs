//! Rewards: what is offered, and what is given for points and coins.

use clap::Subcommand;
use serde_json::{Value, json};
use shuke_app::{
    App, Code,
    reward::{self, ListRequest, Redeem, UndoRedemption},
};

use crate::{
    figure, id, points,
    table::{self, Lean},
    voice::{Stop, Voice},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Reward {
    /// What is offered; for a customer also why they may not have it.
    List {
        #[arg(long, value_name = "ID")]
        customer: Option<String>,
    },
    /// Give a reward for points and coins, or say what is missing.
    Redeem {
        customer: String,
        /// Its id or its whole name.
        reward: String,
    },
    /// Take a redemption back.
    Undo { redemption: String },
}

impl Reward {
    pub(crate) async fn run(self, app: &App, voice: Voice) -> Result<(), Stop> {
        match self {
            Reward::List { customer } => list(app, voice, customer).await,
            Reward::Redeem { customer, reward } => {
                let customer = id(&customer, Code::CustomerNotFound)?.id;
                let reward = reward::named(app, &reward).await?;
                let redeemed =
                    reward::redeem(app, Redeem { customer, reward, consent: None }).await?;
                let mut value = points::value(&redeemed.balances);
                value["redemption"] = json!(redeemed.redemption);
                let mut lines = vec![
                    voice.text("cli:reward.redeemed", &[("name", &redeemed.reward)]),
                    redeemed.redemption.to_string(),
                ];
                lines.extend(points::lines(voice, &redeemed.balances));
                voice.answer(&value, &lines)
            }
            Reward::Undo { redemption } => {
                let redemption = id(&redemption, Code::RewardNotFound)?.id;
                let balances = reward::undo(app, UndoRedemption { redemption }).await?;
                let mut lines = vec![voice.text("cli:reward.undone", &[])];
                lines.extend(points::lines(voice, &balances));
                voice.answer(&points::value(&balances), &lines)
            }
        }
    }
}

async fn list(app: &App, voice: Voice, customer: Option<String>) -> Result<(), Stop> {
    let customer = customer.map(|text| id(&text, Code::CustomerNotFound)).transpose()?;
    let request = ListRequest { customer: customer.map(|customer| customer.id), all: None };
    let rewards = reward::list(app, request).await?;
    let value: Vec<Value> = rewards
        .iter()
        .map(|row| {
            json!({
                "id": row.id,
                "name": row.reward.name,
                "points": row.reward.points.unwrap_or_default(),
                "coins": row.reward.coins.unwrap_or_default(),
                "refusal": row.refusal,
            })
        })
        .collect();
    let rows: Vec<Vec<String>> = rewards
        .iter()
        .map(|row| {
            vec![
                row.reward.name.clone().unwrap_or_default(),
                figure::count(row.reward.points.unwrap_or_default()),
                figure::count(row.reward.coins.unwrap_or_default()),
                row.id.to_string(),
            ]
        })
        .collect();
    let lines = if rows.is_empty() {
        vec![voice.text("cli:reward.none", &[])]
    } else {
        table::lines(&[Lean::Left, Lean::Right, Lean::Right, Lean::Left], &rows)
    };
    voice.answer(&json!(value), &lines)
}
