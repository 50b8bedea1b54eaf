//! One customer's figures from what was gathered of them: sales, ledger entries, and the rules they came under.

use std::collections::HashMap;

use shuke_domain::{
    Fen, RecordId,
    ledger::{self, Earned, Entry, Movement},
    tier,
};

use crate::{rules::Rules, totals::Totals};

/// A row of a customer's sales; the customer alone where there are none.
#[derive(sqlx::FromRow)]
pub(crate) struct SaleRow {
    pub(crate) row: i64,
    /// Only where a rule is carried: it decides which of two sales of one moment earns first.
    pub(crate) id: Option<Vec<u8>>,
    pub(crate) total: Option<i64>,
    pub(crate) units: Option<i64>,
    pub(crate) sold_at: Option<i64>,
    pub(crate) refund: bool,
    pub(crate) refunded: i64,
    pub(crate) earn_rule: Option<Vec<u8>>,
    pub(crate) earning: Option<i64>,
}

/// What is gathered of one customer before it is reckoned.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) totals: Totals,
    /// Empty where no rules were ever set: then every sale earns for itself.
    pub(crate) earned: Vec<Earned>,
    /// What was kept of each sale, for the grace of tiers.
    pub(crate) kept: Vec<(i64, Fen)>,
    pub(crate) points: Vec<Entry>,
    pub(crate) coins: Vec<Entry>,
    /// Coins for taking part, which a day has only so many of.
    pub(crate) parts: HashMap<RecordId, Earned>,
}

impl Gathered {
    pub(crate) fn sale(&mut self, sale: &SaleRow, rules: &Rules) {
        let Some(total) = sale.total else { return };
        let totals = &mut self.totals;
        let sold_at = sale.sold_at.unwrap_or_default();
        totals.units = totals.units.saturating_add(sale.units.unwrap_or_default());
        totals.spent = totals.spent.saturating_add(total);
        if sold_at >= rules.twelve_months_from {
            totals.spent_12_months = totals.spent_12_months.saturating_add(total);
        }
        if sale.refund {
            return;
        }
        totals.sales += 1;
        totals.first_sale_at =
            Some(totals.first_sale_at.map_or(sold_at, |first| first.min(sold_at)));
        totals.last_sale_at = Some(totals.last_sale_at.map_or(sold_at, |last| last.max(sold_at)));
        if rules.grace > 0 && sold_at >= rules.held_from() {
            self.kept.push((sold_at, Fen(total.saturating_add(sale.refunded))));
        }
        let id = |bytes: &Option<Vec<u8>>| bytes.as_deref().and_then(RecordId::from_slice);
        let rule = id(&sale.earn_rule);
        let points = rules.points_of(rule, sale.earning, (total, sale.refunded));
        if rules.earn.is_empty() {
            totals.points = totals.points.saturating_add(points);
            return;
        }
        let terms = rules.terms(rule);
        self.earned.push(Earned {
            id: id(&sale.id).unwrap_or(RecordId::from_u128(0)),
            at: sold_at,
            day: rules.calendar.day_of(sold_at),
            points,
            cap_per_day: terms.and_then(|terms| terms.cap_per_day),
            cap_per_month: terms.and_then(|terms| terms.cap_per_month),
            months_valid: terms.and_then(|terms| terms.months_valid),
        });
    }

    /// Coins that stand, those for taking part within the cap of their day (R78).
    fn coins(&mut self) -> i64 {
        let standing = ledger::standing(&self.coins);
        let mut parts: Vec<Earned> =
            standing.iter().filter_map(|entry| self.parts.remove(&entry.id)).collect();
        let uncapped = ledger::total(parts.iter().map(|part| part.points));
        ledger::cap(&mut parts);
        let capped = ledger::total(parts.iter().map(|part| part.points));
        let all = ledger::total(standing.iter().map(|entry| entry.amount));
        all.saturating_sub(uncapped.saturating_sub(capped))
    }

    pub(crate) fn reckon(mut self, rules: &Rules) -> Totals {
        ledger::cap(&mut self.earned);
        let lot = |earned: &Earned| Movement {
            id: earned.id,
            at: earned.at,
            amount: earned.points,
            lapses_at: ledger::lapses_at(earned.day, earned.months_valid, rules.calendar),
        };
        let mut movements: Vec<Movement> = self.earned.iter().map(lot).collect();
        movements.extend(ledger::standing(&self.points).into_iter().map(Movement::from));
        let points = ledger::balance(movements, rules.now);
        let coins = self.coins();
        if rules.grace > 0 {
            let held = tier::held(&self.kept, rules.calendar, rules.now, rules.grace);
            self.totals.held_12_months = Some(held.0);
        }
        Totals {
            points: self.totals.points.saturating_add(points.amount),
            coins,
            expiring: points.lapsing,
            expires_at: points.lapses_at,
            ..self.totals
        }
    }
}
