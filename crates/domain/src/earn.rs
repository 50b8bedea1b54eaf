//! What a sale earns (R81), by the owner's rule. Computed on reading from inputs that the sale carries,
//! never posted: two tills that each post a rounding are wrong together.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    code::{Code, Failure},
    id::RecordId,
    money::Fen,
    nouns::EarnRule,
    record::Record,
};

/// Once, in the thousandths that multipliers are written in.
pub const ONCE: i64 = 1000;

/// The most an owner may multiply by: more is a slip of the keys.
const MOST: i64 = 100 * ONCE;

/// What a rule says. A field that is missing says nothing; a newer version's are left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(rename = "EarnTerms", export_to = "nouns.ts")]
pub struct Terms {
    pub fen_per_point: Fen,
    pub multipliers: Vec<Multiplier>,
    /// The most points of one member in one business day, and in one calendar month.
    pub cap_per_day: Option<i64>,
    pub cap_per_month: Option<i64>,
    /// Points lapse at the end of the month so many months after the one in which they were earned.
    pub months_valid: Option<u32>,
    /// What a hundred points are worth: what paying with them takes off, and the figure of what is outstanding.
    pub worth_of_100: Fen,
    /// Points for who brought somebody, at that one's first purchase (R53).
    pub referral: i64,
    /// The most coins that one member gets in one business day for taking part (R78).
    pub coins_per_day: Option<i64>,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            fen_per_point: Fen(100),
            multipliers: Vec::new(),
            cap_per_day: None,
            cap_per_month: None,
            months_valid: None,
            worth_of_100: Fen(100),
            referral: 0,
            coins_per_day: None,
        }
    }
}

/// Earns more, or less, where all that it names holds. What it does not name does not matter to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export_to = "nouns.ts")]
pub struct Multiplier {
    /// Thousandths: 2000 is double, 0 earns nothing.
    pub per_mille: i64,
    pub tier: Option<String>,
    pub sku: Option<String>,
    pub category: Option<String>,
    /// 1 is Monday; none means every day.
    pub weekdays: Vec<u32>,
    /// Business days, both included.
    #[ts(as = "Option<String>")]
    pub from: Option<NaiveDate>,
    #[ts(as = "Option<String>")]
    pub until: Option<NaiveDate>,
    pub birthday_month: bool,
}

impl Default for Multiplier {
    fn default() -> Self {
        Self {
            per_mille: ONCE,
            tier: None,
            sku: None,
            category: None,
            weekdays: Vec::new(),
            from: None,
            until: None,
            birthday_month: false,
        }
    }
}

/// What a rule asks of a sale.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    pub day: NaiveDate,
    pub tier: Option<&'a str>,
    pub birthday_month: bool,
}

/// What a rule asks of a line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Goods<'a> {
    pub sku: Option<&'a str>,
    pub category: Option<&'a str>,
    pub amount: Fen,
}

impl Multiplier {
    fn asks_for_goods(&self) -> bool {
        self.sku.is_some() || self.category.is_some()
    }

    fn applies(&self, sale: Circumstances, goods: Goods) -> bool {
        let named = |wanted: &Option<String>, is: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| is == Some(wanted))
        };
        named(&self.tier, sale.tier)
            && named(&self.sku, goods.sku)
            && named(&self.category, goods.category)
            && (self.weekdays.is_empty()
                || self.weekdays.contains(&sale.day.weekday().number_from_monday()))
            && self.from.is_none_or(|from| from <= sale.day)
            && self.until.is_none_or(|until| sale.day <= until)
            && (!self.birthday_month || sale.birthday_month)
    }
}

impl Terms {
    /// As a rule's record has them; `None` where it says nothing that we understand.
    pub fn of(rule: &EarnRule) -> Option<Self> {
        serde_json::from_value(rule.terms.clone()?).ok()
    }

    /// Whether the lines of a sale must be looked at one by one.
    pub fn asks_for_goods(&self) -> bool {
        self.multipliers.iter().any(Multiplier::asks_for_goods)
    }

    pub fn asks_for_categories(&self) -> bool {
        self.multipliers.iter().any(|multiplier| multiplier.category.is_some())
    }

    /// Whether a birthday matters: where it does not, no sale says anything about one.
    pub fn asks_for_birthdays(&self) -> bool {
        self.multipliers.iter().any(|multiplier| multiplier.birthday_month)
    }

    /// Of several that apply the best counts, and none is multiplied by another. What earns less than
    /// usual goes before all: who says that gift cards earn nothing means it on double days too.
    fn per_mille(&self, sale: Circumstances, goods: Goods) -> i64 {
        let applying = self
            .multipliers
            .iter()
            .filter(|multiplier| multiplier.applies(sale, goods))
            .map(|multiplier| multiplier.per_mille.clamp(0, MOST));
        let (least, most) = applying.fold((ONCE, ONCE), |(least, most), per_mille| {
            (least.min(per_mille), most.max(per_mille))
        });
        if least < ONCE { least } else { most }
    }

    /// What counts of a sale, in thousandths of a fen.
    pub fn earning<'a>(
        &self,
        sale: Circumstances,
        total: Fen,
        lines: impl IntoIterator<Item = Goods<'a>>,
    ) -> i64 {
        let of =
            |goods: Goods| i128::from(goods.amount.0) * i128::from(self.per_mille(sale, goods));
        let earning = if self.asks_for_goods() {
            lines.into_iter().map(of).sum()
        } else {
            of(Goods { amount: total, ..Goods::default() })
        };
        i64::try_from(earning.max(0)).unwrap_or(i64::MAX)
    }

    /// Points of a sale whose `earning` counts: the floor over what is left of it, never below zero.
    ///
    /// `refunded` is the sum of the refunds' totals, which are negative. Two partial refunds end
    /// where one would, and a full refund ends at exactly 0.
    pub fn points_of(&self, earning: i64, total: Fen, refunded: Fen) -> i64 {
        let left = i128::from((total + refunded).0.max(0));
        if total.0 <= 0 {
            return 0;
        }
        let per_point = i128::from(total.0)
            .saturating_mul(i128::from(self.fen_per_point.0.max(1)))
            .saturating_mul(i128::from(ONCE));
        i64::try_from(i128::from(earning.max(0)) * left / per_point).unwrap_or(i64::MAX)
    }

    /// Refuses what no owner means.
    pub fn check(&self) -> Result<(), Failure> {
        let wrong = |field: &str| Err(Failure::new(Code::RuleInvalid).with("field", field));
        if !(1..=10_000_000).contains(&self.fen_per_point.0) {
            return wrong("fen_per_point");
        }
        if !(0..=10_000_000).contains(&self.worth_of_100.0) {
            return wrong("worth_of_100");
        }
        if !(0..=1_000_000).contains(&self.referral) {
            return wrong("referral");
        }
        if self.coins_per_day.is_some_and(|cap| cap < 0) {
            return wrong("coins_per_day");
        }
        if self.cap_per_day.is_some_and(|cap| cap < 0) {
            return wrong("cap_per_day");
        }
        if self.cap_per_month.is_some_and(|cap| cap < 0) {
            return wrong("cap_per_month");
        }
        if self.months_valid.is_some_and(|months| months > 240) {
            return wrong("months_valid");
        }
        let odd = |multiplier: &Multiplier| {
            !(0..=MOST).contains(&multiplier.per_mille)
                || multiplier.weekdays.iter().any(|day| !(1..=7).contains(day))
                || matches!((multiplier.from, multiplier.until), (Some(from), Some(until)) if until < from)
        };
        if self.multipliers.len() > 50 || self.multipliers.iter().any(odd) {
            return wrong("multipliers");
        }
        Ok(())
    }
}

/// A rule as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: RecordId,
    pub since: NaiveDate,
    pub terms: Terms,
}

impl Rule {
    /// `None` where a record is no rule that we understand.
    pub fn read(record: &Record) -> Option<Self> {
        if record.is_deleted() {
            return None;
        }
        let rule: EarnRule = record.view();
        let since = rule.since.as_deref()?.parse().ok()?;
        Some(Self { id: record.id, since, terms: Terms::of(&rule)? })
    }
}

/// The rule in force on a business day: the latest, whoever made another one apart.
pub fn in_force<'a>(rules: impl IntoIterator<Item = &'a Rule>, day: NaiveDate) -> Option<&'a Rule> {
    rules.into_iter().filter(|rule| rule.since <= day).max_by_key(|rule| (rule.since, rule.id))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::points::PointsRule;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    const PLAIN: Circumstances =
        Circumstances { day: NaiveDate::MIN, tier: None, birthday_month: false };

    fn times(per_mille: i64) -> Multiplier {
        Multiplier { per_mille, ..Multiplier::default() }
    }

    fn goods<'a>(sku: &'a str, category: &'a str, amount: i64) -> Goods<'a> {
        Goods { sku: Some(sku), category: Some(category), amount: Fen(amount) }
    }

    #[test]
    fn r81_without_conditions_a_rule_earns_as_before() {
        let (terms, before) = (Terms::default(), PointsRule::default());
        for (total, refunded) in
            [(32_850, 0), (32_850, -10_000), (32_850, -32_850), (99, 0), (0, 0)]
        {
            let earning = terms.earning(PLAIN, Fen(total), []);
            assert_eq!(
                terms.points_of(earning, Fen(total), Fen(refunded)),
                before.points_of(Fen(total), Fen(refunded)),
                "{total} {refunded}"
            );
        }
    }

    #[test]
    fn r81_a_line_earns_by_its_goods_and_nothing_beats_an_exclusion() {
        let terms = Terms {
            multipliers: vec![
                Multiplier { category: Some("绿茶".into()), ..times(3000) },
                Multiplier { sku: Some("CARD".into()), ..times(0) },
                Multiplier { tier: Some("gold".into()), ..times(2000) },
            ],
            ..Terms::default()
        };
        let lines = [
            goods("LJ", "绿茶", 10_000),
            goods("CARD", "礼券", 50_000),
            goods("GW", "茶器", 8_800),
        ];
        let earned = |tier| {
            let earning = terms.earning(Circumstances { tier, ..PLAIN }, Fen(68_800), lines);
            terms.points_of(earning, Fen(68_800), Fen(0))
        };
        assert_eq!(earned(None), 300 + 88);
        assert_eq!(earned(Some("gold")), 300 + 176);
    }

    #[test]
    fn r81_days_and_birthdays_multiply_where_all_that_is_named_holds() {
        let rule = Terms {
            multipliers: vec![
                Multiplier {
                    weekdays: vec![2],
                    from: Some(day(2028, 2, 29)),
                    until: Some(day(2028, 2, 29)),
                    ..times(2000)
                },
                Multiplier { birthday_month: true, tier: Some("gold".into()), ..times(5000) },
            ],
            ..Terms::default()
        };
        let at = |day, tier, birthday_month| {
            rule.per_mille(Circumstances { day, tier, birthday_month }, Goods::default())
        };
        assert_eq!(at(day(2028, 2, 29), None, false), 2000, "a Tuesday");
        assert_eq!(at(day(2028, 3, 1), None, false), 1000);
        assert_eq!(at(day(2028, 2, 29), Some("gold"), true), 5000, "the best, and not ten times");
        assert_eq!(at(day(2028, 2, 29), None, true), 2000);
    }

    #[test]
    fn r81_of_rules_made_apart_the_later_day_holds_then_the_later_id() {
        let rule = |id, since| Rule { id: RecordId::from_u128(id), since, terms: Terms::default() };
        let rules =
            [rule(9, day(2026, 1, 1)), rule(2, day(2026, 10, 1)), rule(1, day(2026, 10, 1))];
        let on = |day| in_force(&rules, day).map(|rule| rule.id);
        assert_eq!(on(day(2025, 12, 31)), None);
        assert_eq!(on(day(2026, 9, 30)), Some(RecordId::from_u128(9)));
        assert_eq!(on(day(2026, 10, 1)), Some(RecordId::from_u128(2)));
    }

    #[test]
    fn what_no_owner_means_is_refused() {
        let wrong = [
            Terms { fen_per_point: Fen(0), ..Terms::default() },
            Terms { cap_per_day: Some(-1), ..Terms::default() },
            Terms { months_valid: Some(1000), ..Terms::default() },
            Terms { multipliers: vec![times(-1)], ..Terms::default() },
            Terms {
                multipliers: vec![Multiplier { weekdays: vec![8], ..times(1) }],
                ..Terms::default()
            },
        ];
        assert!(wrong.iter().all(|terms| terms.check().is_err()));
        assert!(Terms::default().check().is_ok());
    }

    fn a_sale() -> impl Strategy<Value = (Vec<i64>, Vec<i64>, i64)> {
        (
            prop::collection::vec(0_i64..5_000_000, 1..8),
            prop::collection::vec(0_i64..4000, 1..8),
            1_i64..2000,
        )
    }

    proptest! {
        #[test]
        fn r81_refunds_end_where_one_would_and_at_nought_in_any_order(
            (amounts, factors, fen_per_point) in a_sale(), cuts in prop::collection::vec(1_i64..1_000_000, 0..6)
        ) {
            let skus: Vec<String> = (0..amounts.len()).map(|place| place.to_string()).collect();
            let terms = Terms {
                fen_per_point: Fen(fen_per_point),
                multipliers: factors.iter().enumerate()
                    .map(|(place, per_mille)| Multiplier { sku: Some(place.to_string()), ..times(*per_mille) })
                    .collect(),
                ..Terms::default()
            };
            let lines = amounts.iter().zip(&skus)
                .map(|(amount, sku)| Goods { sku: Some(sku), category: None, amount: Fen(*amount) });
            let total = Fen(amounts.iter().sum());
            let backwards: Vec<Goods> = lines.clone().rev().collect();
            let earning = terms.earning(PLAIN, total, lines);
            prop_assert_eq!(earning, terms.earning(PLAIN, total, backwards));

            let whole = terms.points_of(earning, total, Fen(0));
            prop_assert_eq!(i128::from(whole), i128::from(earning) / i128::from(fen_per_point * ONCE) * i128::from(total.0.min(1)));
            let (mut given, mut last) = (0, whole);
            for cut in cuts {
                given = (given + cut).min(total.0);
                let points = terms.points_of(earning, total, Fen(-given));
                prop_assert!((0..=last).contains(&points), "a refund only ever takes");
                last = points;
            }
            prop_assert_eq!(terms.points_of(earning, total, -total), 0);
            prop_assert_eq!(terms.points_of(earning, total, -total - Fen(1)), 0);
        }
    }
}
