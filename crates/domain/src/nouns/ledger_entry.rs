use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::noun;
use crate::id::RecordId;

noun! {
    /// A movement of points or coins that no sale explains: an opening balance, an adjustment, a
    /// redemption. What sales earn is computed from the sales and never posted.
    LedgerEntry(LedgerEntryId) = "ledger_entry" {
        roots: ["customer" => "customer"], read: SEE_CUSTOMERS, write: SERVE, append_only: true,
    }
    customer: id,
    /// A [`Currency`] by its name.
    currency: text,
    /// `opening`, `adjust`, `redeem`, `undo`, `pay`, `referral`, `activity`.
    kind: text,
    amount: int,
    sale: id,
    /// The reward's id.
    reward: text,
    /// What one redemption took of both currencies carries the same.
    redemption: id,
    /// The earn rule by which these points lapse; unset: never.
    earn_rule: id,
    /// The entry that this one takes back.
    reverses: id,
    /// The customer who was brought (R53).
    referred: id,
    /// What was done for the club (R78).
    contribution: id,
    /// The leave to go beyond a limit.
    approval: id,
    why: text,
    person: id,
    at: int,
}

impl LedgerEntryId {
    /// The credit for who brought somebody: there is one, whoever writes it (R53).
    pub fn referral(brought: RecordId) -> Self {
        RecordId::derived("referral", &[brought]).into()
    }
}

/// What a ledger counts. The two are never mixed (R77).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Currency {
    Points,
    Coins,
}

impl Currency {
    pub const fn as_str(self) -> &'static str {
        match self {
            Currency::Points => "points",
            Currency::Coins => "coins",
        }
    }
}
