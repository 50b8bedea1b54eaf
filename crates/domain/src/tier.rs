//! Tiers (R5): from what was spent in a rolling twelve months, never from a balance.

use std::collections::HashSet;

use chrono::Months;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    code::{Code, Failure},
    day::Calendar,
    money::Fen,
};

/// A step of the ladder, by its stable name; the words are the locale's or the shop's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export_to = "nouns.ts")]
pub struct Tier {
    pub name: String,
    /// Spent in twelve months from which the tier holds.
    pub from: Fen,
    /// What the shop calls it, where it has a word of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub title: Option<String>,
    /// Rights that begin with this tier (R74); the tiers above hold them too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<String>>")]
    pub rights: Vec<String>,
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

/// The most steps a ladder may have: more nobody remembers.
const STEPS: usize = 12;

/// The ladder until the owner draws another.
pub fn default_ladder() -> Vec<Tier> {
    [("plain", 0), ("silver", 100_000), ("gold", 200_000), ("platinum", 500_000)]
        .map(|(name, from)| Tier { name: name.to_owned(), from: Fen(from), ..Tier::default() })
        .to_vec()
}

/// The standing of someone who spent `spent` in the last twelve months. The ladder ascends.
pub fn standing(ladder: &[Tier], spent: Fen) -> Standing {
    kept(ladder, spent, spent)
}

/// The same where a tier is kept for a while: `held` is the most that any twelve months of the grace
/// came to, `spent` what the last twelve did.
pub fn kept(ladder: &[Tier], spent: Fen, held: Fen) -> Standing {
    let reached = ladder.iter().rposition(|tier| held.max(spent) >= tier.from).unwrap_or(0);
    let next = ladder.get(reached + 1);
    Standing {
        tier: ladder.get(reached).map_or_else(|| "plain".to_owned(), |tier| tier.name.clone()),
        next: next.map(|tier| tier.name.clone()),
        gap: next.map(|tier| tier.from - spent),
    }
}

/// The most that twelve months came to, of all that ended in the grace: from data, so that it needs no
/// memory of who stood where. `sales` are moments and amounts.
pub fn held(sales: &[(i64, Fen)], calendar: Calendar, now: i64, grace_days: i64) -> Fen {
    let window = |end: i64| {
        let from = calendar.twelve_months_before(end);
        let within = |at: i64| at >= from && (at <= end || end == now);
        sales.iter().filter(|(at, _)| within(*at)).map(|(_, amount)| *amount).sum::<Fen>()
    };
    if grace_days <= 0 {
        return window(now);
    }
    let earliest = now.saturating_sub(grace_days.saturating_mul(86_400_000));
    // A window grows where a sale comes into it and where a refund leaves it: no other end can be the best.
    let leaves = |at: i64| {
        let year_on = calendar.day_of(at).succ_opt()?.checked_add_months(Months::new(12))?;
        // One day more where the year before has a 29th of February.
        Some(
            [Some(year_on), year_on.succ_opt()]
                .into_iter()
                .flatten()
                .map(|day| calendar.start_of(day)),
        )
    };
    let turns = sales.iter().flat_map(|(at, amount)| {
        let left = (amount.0 < 0).then(|| leaves(*at)).flatten();
        left.into_iter().flatten().chain([*at])
    });
    let ends = turns.filter(|end| (earliest..now).contains(end)).chain([earliest, now]);
    ends.map(window).max().unwrap_or_default()
}

/// Rights that a tier holds: its own and those of the tiers beneath.
pub fn rights<'a>(ladder: &'a [Tier], tier: &str) -> Vec<&'a str> {
    let rank = ladder.iter().position(|step| step.name == tier).map_or(0, |rank| rank + 1);
    ladder.iter().take(rank).flat_map(|step| step.rights.iter().map(String::as_str)).collect()
}

/// What a tier is called: by the shop, or else by its name, for which the languages have words.
pub fn title(ladder: &[Tier], name: &str) -> String {
    let step = ladder.iter().find(|step| step.name == name);
    step.and_then(|step| step.title.clone()).unwrap_or_else(|| name.to_owned())
}

/// Refuses a ladder that does not ascend from nought, or whose names are no names.
pub fn check(ladder: &[Tier]) -> Result<(), Failure> {
    let wrong = |step: usize| Err(Failure::new(Code::TiersInvalid).with("step", step + 1));
    let mut names = HashSet::new();
    for (place, step) in ladder.iter().enumerate() {
        let begins =
            if place == 0 { step.from == Fen(0) } else { step.from > ladder[place - 1].from };
        let named =
            !step.name.trim().is_empty() && step.name.len() <= 40 && names.insert(&step.name);
        if !begins || !named {
            return wrong(place);
        }
    }
    if ladder.is_empty() || ladder.len() > STEPS { wrong(ladder.len()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    #[test]
    fn r5_a_tier_is_kept_for_the_grace_and_the_gap_speaks_of_what_counts() {
        let shop = Calendar::new(chrono_tz::Asia::Shanghai, 0);
        let on = |y, m, d| shop.start_of(chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap());
        let sales = [(on(2028, 2, 29) + 5, Fen(210_000)), (on(2028, 12, 1), Fen(30_000))];
        let stands = |now| {
            let (spent, held) = (held(&sales, shop, now, 0), held(&sales, shop, now, 30));
            let standing = kept(&default_ladder(), spent, held);
            (standing.tier, standing.gap.map(|gap| gap.0))
        };
        assert_eq!(stands(on(2029, 2, 28)), ("gold".to_owned(), Some(260_000)));
        assert_eq!(stands(on(2029, 3, 20)), ("gold".to_owned(), Some(470_000)), "kept");
        assert_eq!(stands(on(2029, 4, 2)), ("plain".to_owned(), Some(70_000)), "over");
    }

    #[test]
    fn ladders_ascend_from_nought_and_their_names_differ() {
        let ladder = |steps: &[(&str, i64)]| -> Vec<Tier> {
            let step = |(name, from): &(&str, i64)| Tier {
                name: (*name).to_owned(),
                from: Fen(*from),
                ..Tier::default()
            };
            steps.iter().map(step).collect()
        };
        assert!(check(&default_ladder()).is_ok() && check(&ladder(&[("a", 0)])).is_ok());
        for wrong in
            [&[][..], &[("a", 1)], &[("a", 0), ("a", 5)], &[("a", 0), ("b", 0)], &[(" ", 0)]]
        {
            assert!(check(&ladder(wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_ladder_of_before_is_still_read() {
        let old = serde_json::json!([{ "name": "plain", "from": 0 }]);
        let ladder: Vec<Tier> = serde_json::from_value(old.clone()).unwrap();
        assert_eq!(serde_json::to_value(&ladder).unwrap(), old, "and written as it was");
    }

    proptest! {
        #[test]
        fn r5_grace_only_ever_helps_and_no_day_was_better(
            sales in prop::collection::vec((0_i64..900, -20_000_i64..90_000), 0..12), grace in 0_i64..90
        ) {
            const DAY: i64 = 86_400_000;
            let shop = Calendar::new(chrono_tz::Asia::Shanghai, 0);
            let now = 900 * DAY + 7;
            let sales: Vec<_> = sales.into_iter().map(|(day, fen)| (day * DAY, Fen(fen))).collect();
            let best = held(&sales, shop, now, grace);
            prop_assert!(best >= held(&sales, shop, now, 0));
            for ago in 0..=grace {
                let end = now - ago * DAY;
                let from = shop.twelve_months_before(end);
                let then: Fen = sales.iter().filter(|(at, _)| (from..=end).contains(at)).map(|(_, fen)| *fen).sum();
                prop_assert!(best >= then, "{ago} days ago: {then:?}");
            }
        }
    }
}
