//! Tiers (R5): from what was spent in a rolling twelve months, never from a balance.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::money::Fen;

/// A step of the ladder, by its stable name; the words are the locale's or the shop's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "nouns.ts")]
pub struct Tier {
    pub name: String,
    /// Spent in twelve months from which the tier holds.
    pub from: Fen,
}

/// Where a customer stands on the ladder and what is missing for the next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "nouns.ts")]
pub struct Standing {
    pub tier: String,
    pub next: Option<String>,
    /// 还差: how much more in the same twelve months.
    pub gap: Option<Fen>,
}

/// The ladder until the owner draws another.
pub fn default_ladder() -> Vec<Tier> {
    [("plain", 0), ("silver", 100_000), ("gold", 200_000), ("platinum", 500_000)]
        .map(|(name, from)| Tier { name: name.to_owned(), from: Fen(from) })
        .to_vec()
}

/// The standing of someone who spent `spent` in the last twelve months. The ladder ascends.
pub fn standing(ladder: &[Tier], spent: Fen) -> Standing {
    let reached = ladder.iter().rposition(|tier| spent >= tier.from).unwrap_or(0);
    let next = ladder.get(reached + 1);
    Standing {
        tier: ladder.get(reached).map_or_else(|| "plain".to_owned(), |tier| tier.name.clone()),
        next: next.map(|tier| tier.name.clone()),
        gap: next.map(|tier| tier.from - spent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r5_the_gap_to_the_next_tier() {
        let standing = standing(&default_ladder(), Fen(470_000));
        assert_eq!((standing.tier.as_str(), standing.next.as_deref()), ("gold", Some("platinum")));
        assert_eq!(standing.gap, Some(Fen(30_000)));
    }

    #[test]
    fn the_top_has_no_next_and_refunds_never_leave_the_ladder() {
        assert_eq!(standing(&default_ladder(), Fen(900_000)).gap, None);
        assert_eq!(standing(&default_ladder(), Fen(-5)).tier, "plain");
    }
}
