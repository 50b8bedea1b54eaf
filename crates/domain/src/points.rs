//! What sales earn (R81). Computed from inputs on reading, never posted: two tills that each post
//! a rounding are wrong together.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::money::Fen;

/// The owner's rule, with the version that sales carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export_to = "nouns.ts")]
pub struct PointsRule {
    #[ts(type = "number")]
    pub version: i64,
    /// What earns one point. Until the owner sets rules, one full yuan.
    pub fen_per_point: Fen,
}

impl Default for PointsRule {
    fn default() -> Self {
        Self { version: 1, fen_per_point: Fen(100) }
    }
}

impl PointsRule {
    /// Points of a sale: the floor over its amount less all its refunds, never below zero.
    ///
    /// `refunded` is the sum of the refunds' totals, which are negative. Two partial refunds end
    /// where one would, and a full refund ends at exactly 0.
    pub fn points_of(self, total: Fen, refunded: Fen) -> i64 {
        (total + refunded).0.max(0) / self.fen_per_point.0.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r81_a_full_yuan_is_a_point_and_a_refund_takes_back_what_it_earned() {
        let rule = PointsRule::default();
        assert_eq!(rule.points_of(Fen(32_850), Fen(0)), 328);
        assert_eq!(rule.points_of(Fen(32_850), Fen(-10_000)), 228);
        assert_eq!(rule.points_of(Fen(32_850), Fen(-10_050) + Fen(-22_800)), 0);
        assert_eq!(rule.points_of(Fen(32_850), Fen(-40_000)), 0);
    }
}
