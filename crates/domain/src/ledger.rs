//! Balances of points and coins (R77, R81): what came in and what went, in the order of time, whatever
//! order it arrived in. Caps, lapsing and undoing are computed here on reading, over the merged rows.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, Months, NaiveDate};

use crate::{day::Calendar, id::RecordId};

/// What one sale would earn on its own, and the caps of the rule it was sold under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Earned {
    pub id: RecordId,
    pub at: i64,
    pub day: NaiveDate,
    pub points: i64,
    pub cap_per_day: Option<i64>,
    pub cap_per_month: Option<i64>,
    pub months_valid: Option<u32>,
}

/// Cuts what sales earn to the caps: the earlier sale earns first. Leaves them in the order of time.
///
/// All sales of a day fill it, also those whose rule has no cap; only one with a cap is cut.
pub fn cap(sales: &mut [Earned]) {
    sales.sort_unstable_by_key(|sale| (sale.at, sale.id));
    let mut days: HashMap<NaiveDate, i64> = HashMap::new();
    let mut months: HashMap<(i32, u32), i64> = HashMap::new();
    for sale in sales {
        let day = days.entry(sale.day).or_default();
        let month = months.entry((sale.day.year(), sale.day.month())).or_default();
        let room = |cap: Option<i64>, used: i64| cap.map_or(i64::MAX, |cap| (cap - used).max(0));
        sale.points =
            sale.points.min(room(sale.cap_per_day, *day)).min(room(sale.cap_per_month, *month));
        *day = day.saturating_add(sale.points);
        *month = month.saturating_add(sale.points);
    }
}

/// The first moment at which points of a business day are gone: the end of a month, so that neither
/// the 29th of February nor the 31st of anything matters. `None` where they stay.
pub fn lapses_at(day: NaiveDate, months_valid: Option<u32>, calendar: Calendar) -> Option<i64> {
    let first = day.with_day(1)?;
    let after = first.checked_add_months(Months::new(months_valid?.saturating_add(1)))?;
    Some(calendar.start_of(after))
}

/// A ledger entry of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: RecordId,
    pub at: i64,
    pub amount: i64,
    pub reverses: Option<RecordId>,
    pub lapses_at: Option<i64>,
}

/// Entries without those that were undone, and without their undoing: as if they had never been, so
/// that points which come back lapse when they would have. Two tills that undo the same entry apart
/// undo it once.
pub fn standing(entries: &[Entry]) -> Vec<Entry> {
    let amounts: HashMap<RecordId, i64> =
        entries.iter().map(|entry| (entry.id, entry.amount)).collect();
    let undoes = |entry: &Entry| {
        let of = entry.reverses?;
        (amounts.get(&of) == Some(&entry.amount.saturating_neg())).then_some(of)
    };
    let undone: HashSet<RecordId> = entries.iter().filter_map(undoes).collect();
    entries
        .iter()
        .filter(|entry| undoes(entry).is_none() && !undone.contains(&entry.id))
        .copied()
        .collect()
}

/// One movement: in where it is positive, out where it is negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    pub id: RecordId,
    pub at: i64,
    pub amount: i64,
    pub lapses_at: Option<i64>,
}

impl From<Entry> for Movement {
    fn from(entry: Entry) -> Self {
        let Entry { id, at, amount, lapses_at, .. } = entry;
        Self { id, at, amount, lapses_at }
    }
}

/// What all movements come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Below zero where more went than there was: two tills apart may both give.
    pub amount: i64,
    /// What lapses next, and when.
    pub lapsing: i64,
    pub lapses_at: Option<i64>,
    pub lapsed: i64,
}

/// A sum that ends at what can be counted: amounts come from other machines, and may be anything.
pub fn total(amounts: impl IntoIterator<Item = i64>) -> i64 {
    amounts.into_iter().fold(0, i64::saturating_add)
}

/// Walks the movements in the order of time. What goes takes from the oldest that has not lapsed; where
/// there is too little, what comes later fills the hole first.
pub fn balance(mut movements: Vec<Movement>, now: i64) -> Balance {
    if movements.iter().all(|movement| movement.lapses_at.is_none()) {
        let amount = total(movements.iter().map(|movement| movement.amount));
        return Balance { amount, ..Balance::default() };
    }
    movements.sort_unstable_by_key(|movement| (movement.at, movement.amount < 0, movement.id));
    let mut lots: Vec<Movement> = Vec::new();
    let (mut oldest, mut owed, mut lapsed) = (0, 0_i64, 0_i64);
    for movement in movements {
        if movement.amount >= 0 {
            let filled = owed.min(movement.amount);
            owed -= filled;
            lots.push(Movement { amount: movement.amount - filled, ..movement });
            continue;
        }
        let mut out = movement.amount.saturating_neg();
        for lot in lots.iter_mut().skip(oldest) {
            if out == 0 {
                break;
            }
            if is_over(lot, movement.at) {
                continue;
            }
            let taken = out.min(lot.amount);
            lot.amount -= taken;
            out -= taken;
        }
        while lots.get(oldest).is_some_and(|lot| lot.amount == 0) {
            oldest += 1;
        }
        owed = owed.saturating_add(out);
    }
    let mut balance = Balance { amount: owed.saturating_neg(), ..Balance::default() };
    for lot in lots.iter().filter(|lot| lot.amount > 0) {
        if is_over(lot, now) {
            lapsed = lapsed.saturating_add(lot.amount);
            continue;
        }
        balance.amount = balance.amount.saturating_add(lot.amount);
        match (lot.lapses_at, balance.lapses_at) {
            (Some(at), Some(next)) if at == next => {
                balance.lapsing = balance.lapsing.saturating_add(lot.amount);
            }
            (Some(at), next) if next.is_none_or(|next| at < next) => {
                (balance.lapses_at, balance.lapsing) = (Some(at), lot.amount);
            }
            _ => {}
        }
    }
    balance.lapsed = lapsed;
    balance
}

fn is_over(lot: &Movement, at: i64) -> bool {
    lot.lapses_at.is_some_and(|lapses| lapses <= at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(n: u128) -> RecordId {
        RecordId::from_u128(n)
    }

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    fn moved(n: u128, at: i64, amount: i64, lapses_at: Option<i64>) -> Movement {
        Movement { id: id(n), at, amount, lapses_at }
    }

    fn earned(n: u128, at: i64, points: i64, cap_per_day: Option<i64>) -> Earned {
        Earned {
            id: id(n),
            at,
            day: day(2026, 9, 1 + u32::try_from(at / 10).unwrap()),
            points,
            cap_per_day,
            cap_per_month: Some(100),
            months_valid: None,
        }
    }

    #[test]
    fn r81_the_earlier_sale_of_a_day_earns_first_and_the_cap_is_never_passed() {
        let mut sales =
            [earned(3, 5, 20, Some(30)), earned(1, 1, 25, Some(30)), earned(2, 12, 90, None)];
        cap(&mut sales);
        assert_eq!(sales.map(|sale| sale.points), [25, 5, 70]);
    }

    #[test]
    fn r81_points_lapse_at_the_end_of_a_month_in_the_shops_own_time() {
        let shop = Calendar::new(chrono_tz::Asia::Shanghai, 4 * 60);
        let over = |day, months| lapses_at(day, Some(months), shop).unwrap();
        for (earned, months, last) in [
            (day(2028, 2, 29), 12, day(2029, 2, 28)),
            (day(2027, 2, 28), 12, day(2028, 2, 29)),
            (day(2026, 1, 31), 1, day(2026, 2, 28)),
            (day(2026, 12, 5), 0, day(2026, 12, 31)),
        ] {
            let end = over(earned, months);
            assert_eq!(shop.day_of(end - 1), last);
            assert_ne!(shop.day_of(end), last, "the small hours still belong to the last day");
        }
        assert_eq!(lapses_at(day(2026, 1, 1), None, shop), None);
        let there = Calendar::new(chrono_tz::America::New_York, 0);
        assert_ne!(over(day(2026, 1, 1), 1), lapses_at(day(2026, 1, 1), Some(1), there).unwrap());
    }

    #[test]
    fn r77_the_oldest_goes_first_and_what_lapses_next_is_known() {
        let moves = vec![
            moved(1, 10, 100, Some(50)),
            moved(2, 20, 100, Some(80)),
            moved(3, 30, -130, None),
            moved(4, 40, 10, Some(80)),
        ];
        let at = |now| balance(moves.clone(), now);
        assert_eq!(at(45), Balance { amount: 80, lapsing: 80, lapses_at: Some(80), lapsed: 0 });
        assert_eq!(at(80), Balance { amount: 0, lapsing: 0, lapses_at: None, lapsed: 80 });
    }

    #[test]
    fn r77_two_tills_give_the_same_points_and_what_comes_later_fills_the_hole() {
        let mut moves =
            vec![moved(1, 1, 100, Some(900)), moved(2, 2, -100, None), moved(3, 2, -100, None)];
        assert_eq!(balance(moves.clone(), 5).amount, -100);
        moves.push(moved(4, 6, 250, Some(900)));
        let balance = balance(moves, 7);
        assert_eq!((balance.amount, balance.lapsing), (150, 150));
    }

    #[test]
    fn r77_an_entry_that_is_undone_twice_is_undone_once() {
        let entry = |n, amount, reverses: Option<u128>| Entry {
            id: id(n),
            at: 1,
            amount,
            reverses: reverses.map(id),
            lapses_at: None,
        };
        let ledger = [
            entry(1, 500, None),
            entry(2, -300, None),
            entry(3, 300, Some(2)),
            entry(4, 300, Some(2)),
        ];
        assert_eq!(standing(&ledger), [ledger[0]]);
        assert_eq!(standing(&ledger[2..]).len(), 2, "what it undoes is not here yet");
        let half = [entry(2, -300, None), entry(5, 100, Some(2))];
        assert_eq!(standing(&half).len(), 2, "a part is no undoing");
    }

    fn movements() -> impl Strategy<Value = Vec<Movement>> {
        let one = (0_i64..100, -60_i64..100, prop::option::of(0_i64..60));
        prop::collection::vec(one, 0..24).prop_map(|moves| {
            moves
                .into_iter()
                .zip(1..)
                .map(|((at, amount, months), n)| {
                    let lapses_at = months.filter(|_| amount >= 0).map(|months| at + months);
                    moved(n, at, amount, lapses_at)
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn r77_no_point_is_made_or_lost_in_whatever_order_rows_arrive(
            moves in movements(), turned in any::<prop::sample::Index>(), now in 0_i64..200
        ) {
            let sum: i64 = moves.iter().map(|movement| movement.amount).sum();
            let found = balance(moves.clone(), now);
            prop_assert_eq!(found.amount + found.lapsed, sum);
            prop_assert!(found.lapsing <= found.amount.max(0) + moves.iter().map(|m| m.amount.max(0)).sum::<i64>());
            prop_assert_eq!(found.lapses_at.is_some(), found.lapsing > 0);
            prop_assert!(found.lapses_at.is_none_or(|at| at > now));
            let mut shuffled = moves.clone();
            shuffled.reverse();
            if !shuffled.is_empty() {
                let by = turned.index(shuffled.len());
                shuffled.rotate_left(by);
            }
            prop_assert_eq!(balance(shuffled, now), found);
            let later = balance(moves, now + 50);
            prop_assert!(later.lapsed >= found.lapsed, "what lapsed stays so");
        }

        #[test]
        fn r81_caps_hold_in_whatever_order_sales_arrive(
            sales in prop::collection::vec((0_i64..30, 0_i64..60, prop::option::of(0_i64..40)), 0..20)
        ) {
            let made: Vec<Earned> =
                sales.iter().zip(1..).map(|((at, points, cap), n)| earned(n, *at, *points, *cap)).collect();
            let (mut one, mut other) = (made.clone(), made.clone());
            other.reverse();
            cap(&mut one);
            cap(&mut other);
            prop_assert_eq!(&one, &other);
            prop_assert!(one.iter().map(|sale| sale.points).sum::<i64>() <= 100);
            let lowest = made.iter().filter_map(|sale| sale.cap_per_day).min();
            for cut in &one {
                let whole = made.iter().find(|sale| sale.id == cut.id).unwrap();
                prop_assert!((0..=whole.points).contains(&cut.points));
                prop_assert!(cut.cap_per_day.is_none_or(|cap| cut.points <= cap));
                if lowest.is_none() && one.iter().map(|sale| sale.points).sum::<i64>() < 100 {
                    prop_assert_eq!(cut.points, whole.points);
                }
            }
        }
    }
}
