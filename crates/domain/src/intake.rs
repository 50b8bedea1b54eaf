//! Sales that another till system tells of: what such a sale says, the records that it becomes, and
//! whether one that is there already says the same.
//!
//! Ids are derived from where a sale comes from and its number there, so that the same sale, sent
//! again, by another road or by another device, is the same record.

use std::{cmp::Ordering, collections::BTreeMap};

use chrono::Datelike;
use serde_json::{Value, json};

use crate::{
    Fen, Quantity, Record, RecordId,
    birthday::Birthday,
    day::Calendar,
    earn::{Rule, Terms},
    nouns::{Customer, Product, Sale, SaleLine},
    tier::{self, Tier},
};

/// What `source` of a sale says that came this way.
pub const SOURCE: &str = "till";

/// What the other system is called until somebody names it.
pub const DEFAULT_NAME: &str = "till";

/// The longest name a system may have.
const NAME_LIMIT: usize = 64;

/// The most lines a sale may have: more is a mistake of whoever sends it.
pub const LINE_LIMIT: usize = 500;

/// How far ahead of now a sale may lie: another system's clock is somewhat wrong now and then.
const AHEAD: i64 = 86_400_000;

/// A sale as another system tells it, understood but not yet matched with anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForeignSale {
    pub number: String,
    /// Milliseconds since 1970.
    pub sold_at: i64,
    /// A store by its name or code.
    pub store: Option<String>,
    /// E.164, or the text where it is no number.
    pub phone: Option<String>,
    pub member_no: Option<String>,
    pub lines: Vec<ForeignLine>,
    pub tenders: Vec<ForeignTender>,
    /// The number of the sale that this one gives money back for; its lines are negative then.
    pub refund_of: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForeignLine {
    pub sku: Option<String>,
    pub barcode: Option<String>,
    pub name: Option<String>,
    pub quantity: Quantity,
    pub amount: Fen,
    pub unit_price: Option<Fen>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignTender {
    pub kind: String,
    pub amount: Fen,
}

impl ForeignSale {
    pub fn total(&self) -> Fen {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// Whether it says whose it is.
    pub fn names_somebody(&self) -> bool {
        self.phone.is_some() || self.member_no.is_some()
    }

    /// Whether it lies so far ahead that its clock must be wrong.
    pub fn is_ahead(&self, now: i64) -> bool {
        self.sold_at > now.saturating_add(AHEAD)
    }
}

/// Puts them in the order in which they happened; of one moment, a sale before a refund.
pub fn in_order(sales: &mut [ForeignSale]) {
    sales.sort_by(in_time);
}

/// Which of two sales happened first.
pub fn in_time(one: &ForeignSale, other: &ForeignSale) -> Ordering {
    let key = |sale: &ForeignSale| (sale.sold_at, sale.refund_of.is_some());
    key(one).cmp(&key(other)).then_with(|| one.number.cmp(&other.number))
}

/// One sequence of sale numbers: a workspace, and what the system that counts is called there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    workspace: RecordId,
    name: String,
}

impl Origin {
    pub fn new(workspace: RecordId, name: &str) -> Self {
        Self { workspace, name: name.to_owned() }
    }

    /// The id of its sale of a number. A number names no person, so it may stand in the derivation.
    pub fn sale(&self, number: &str) -> RecordId {
        RecordId::derived(&format!("till.{}\u{1}{number}", self.name), &[self.workspace])
    }
}

/// A system's name as it is kept: what differs in case or blanks only is one system. `None` where it is none.
pub fn tidy_name(name: &str) -> Option<String> {
    let name = name.trim().to_lowercase();
    let plain = !name.is_empty() && name.len() <= NAME_LIMIT && !name.chars().any(char::is_control);
    plain.then_some(name)
}

fn line_id(sale: RecordId, position: usize) -> RecordId {
    RecordId::derived(&format!("till_line.{position}"), &[sale])
}

/// What is known, where a sale comes in, of what it names.
#[derive(Clone, Debug, Default)]
pub struct Known {
    pub customer: Option<RecordId>,
    pub store: Option<RecordId>,
    /// For each line the product that it names.
    pub products: Vec<Option<(RecordId, Product)>>,
    /// For sales before any rule.
    pub points_rule: i64,
    pub rule: Option<Rule>,
    pub tier: Option<String>,
    pub birthday_month: bool,
}

/// A sale as records, always together.
#[derive(Clone, Debug, PartialEq)]
pub struct Drafted {
    pub id: RecordId,
    pub sale: Sale,
    pub lines: Vec<(RecordId, SaleLine)>,
}

/// The records that a sale becomes. What the member's tier and birthday were is written down only
/// where the rule asks for it, so that two tills write the same.
pub fn draft(foreign: &ForeignSale, origin: &Origin, known: &Known) -> Drafted {
    let id = origin.sale(&foreign.number);
    let earns = foreign.refund_of.is_none();
    let rule = known.rule.as_ref().filter(|_| earns);
    let categories = rule.is_some_and(|rule| rule.terms.asks_for_categories());
    let unmatched = known.customer.is_none();
    let tenders: Vec<Value> = foreign
        .tenders
        .iter()
        .map(|tender| json!({ "kind": tender.kind, "amount": tender.amount }))
        .collect();
    let sale = Sale {
        receipt_number: Some(foreign.number.clone()),
        customer: known.customer,
        store: known.store,
        sold_at: Some(foreign.sold_at),
        refund_of: foreign.refund_of.as_deref().map(|number| origin.sale(number)),
        tenders: (!tenders.is_empty()).then_some(Value::Array(tenders)),
        points_rule: earns.then_some(known.points_rule),
        earn_rule: rule.map(|rule| rule.id),
        earn_tier: rule.and_then(|_| known.tier.clone()),
        earn_birthday: (rule.is_some() && known.birthday_month).then_some(true),
        // Once a sale has its customer, their file has the number.
        phone: foreign.phone.clone().filter(|_| unmatched),
        member_no: foreign.member_no.clone().filter(|_| unmatched),
        source: Some(SOURCE.to_owned()),
        ..Sale::default()
    };
    let product = |at: usize| known.products.get(at).and_then(Option::as_ref);
    let lines = foreign.lines.iter().enumerate().map(|(at, line)| {
        let (product, goods) =
            product(at).map_or((None, None), |(id, goods)| (Some(*id), Some(goods)));
        let sku = line.sku.clone().or_else(|| goods.and_then(|goods| goods.sku.clone()));
        let line = SaleLine {
            sale: Some(id),
            position: i64::try_from(at).ok(),
            product,
            name: line
                .name
                .clone()
                .or_else(|| goods.and_then(|goods| goods.name.clone()))
                .or_else(|| sku.clone())
                .or_else(|| line.barcode.clone()),
            sku,
            quantity: Some(line.quantity),
            amount: Some(line.amount),
            list_price: line.unit_price.filter(|price| line.quantity.at(*price) != line.amount),
            category: goods.filter(|_| categories).and_then(|goods| goods.category.clone()),
        };
        (line_id(id, at), line)
    });
    Drafted { id, lines: lines.collect(), sale }
}

/// What there is already under a sale's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    New,
    /// The same sale once more.
    Same,
    /// Another sum, or a refund of something else: a number was given twice, or a sale was changed.
    Differs,
}

/// Compares by what it came to: the same sale by another road may have its lines drawn together, or
/// its time without seconds. `lines` are those that are here; where there are none yet, they are on their way.
pub fn standing(drafted: &Drafted, stands: Option<&Record>, lines: &[Record]) -> Standing {
    let Some(stands) = stands else { return Standing::New };
    if stands.is_deleted() {
        return Standing::Same;
    }
    let total = |line: &Record| Fen(line.int("amount").unwrap_or_default());
    let told: Fen = drafted.lines.iter().filter_map(|(_, line)| line.amount).sum();
    let same_sum = lines.is_empty() || lines.iter().map(total).sum::<Fen>() == told;
    let same = same_sum && stands.reference("refund_of") == drafted.sale.refund_of;
    if same { Standing::Same } else { Standing::Differs }
}

/// What a sale that stands without its customer says once the customer is known. A ledger's row keeps
/// what it said; this is what it did not say.
pub fn completing(
    stands: &Record,
    customer: RecordId,
    (tier, birthday_month): (Option<String>, bool),
) -> BTreeMap<String, Value> {
    let mut fields = BTreeMap::from([("customer".to_owned(), json!(customer))]);
    if let Some(tier) = tier {
        fields.insert("earn_tier".to_owned(), json!(tier));
    }
    if birthday_month {
        fields.insert("earn_birthday".to_owned(), json!(true));
    }
    fields.retain(|field, _| stands.fields.get(field).is_none_or(Value::is_null));
    fields
}

/// A sale of a member, or what was given back, for the tier that held at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sold {
    pub id: RecordId,
    pub at: i64,
    pub total: Fen,
    pub refund_of: Option<RecordId>,
}

/// The ladder, and how long a step of it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Ladder<'a> {
    pub steps: &'a [Tier],
    pub grace_days: i64,
    pub calendar: Calendar,
}

/// The tier that somebody had when a sale was made: from what was sold before it, whatever came in first.
pub fn tier_at(ladder: Ladder<'_>, sold: &[Sold], (sale, at): (RecordId, i64)) -> String {
    let before = || sold.iter().filter(|sold| sold.at <= at && sold.id != sale);
    let from = ladder.calendar.twelve_months_before(at);
    let spent: Fen = before().filter(|sold| sold.at >= from).map(|sold| sold.total).sum();
    let held = if ladder.grace_days > 0 {
        let given_back =
            |id| before().filter(move |back| back.refund_of == Some(id)).map(|back| back.total);
        let kept: Vec<(i64, Fen)> = before()
            .filter(|sold| sold.refund_of.is_none())
            .map(|sold| (sold.at, sold.total + given_back(sold.id).sum()))
            .collect();
        tier::held(&kept, ladder.calendar, at, ladder.grace_days)
    } else {
        spent
    };
    tier::kept(ladder.steps, spent, held.max(spent)).tier
}

/// Whether a rule asks what tier somebody has.
pub fn asks_for_tiers(terms: &Terms) -> bool {
    terms.multipliers.iter().any(|multiplier| multiplier.tier.is_some())
}

/// Whether a moment lies in the month of somebody's birthday. A lunar one has no month of ours.
pub fn is_birthday_month(customer: &Customer, calendar: Calendar, at: i64) -> bool {
    let solar = customer.birthday_calendar.as_deref().unwrap_or("solar") == "solar";
    let born = customer.birthday.as_deref().and_then(|text| text.parse::<Birthday>().ok());
    solar && born.is_some_and(|born| born.month == calendar.day_of(at).month())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        clock::{Clock, Stamp},
        edit,
        id::DeviceId,
    };

    const SHOP: RecordId = RecordId::from_u128(7);
    const WANG: RecordId = RecordId::from_u128(8);

    fn calendar() -> Calendar {
        Calendar::new(chrono_tz::Asia::Shanghai, 0)
    }

    fn line(amount: i64) -> ForeignLine {
        ForeignLine { quantity: Quantity::ONE, amount: Fen(amount), ..ForeignLine::default() }
    }

    fn sale(number: &str, at: i64, amounts: &[i64]) -> ForeignSale {
        ForeignSale {
            number: number.to_owned(),
            sold_at: at,
            phone: Some("+8613800138000".to_owned()),
            lines: amounts.iter().map(|amount| line(*amount)).collect(),
            ..ForeignSale::default()
        }
    }

    fn stored(drafted: &Drafted, device: u128) -> (Record, Vec<Record>) {
        let stamp = Stamp { clock: Clock::at(5), device: DeviceId::from_u128(device) };
        let lines = drafted.lines.iter();
        (
            edit::create(&drafted.sale, drafted.id, stamp).unwrap(),
            lines.map(|(id, line)| edit::create(line, *id, stamp).unwrap()).collect(),
        )
    }

    #[test]
    fn a_number_is_one_sale_of_its_system_and_of_no_other() {
        let (here, there) = (Origin::new(SHOP, "till"), Origin::new(SHOP, "cafe"));
        assert_eq!(here.sale("1001"), Origin::new(SHOP, "till").sale("1001"));
        assert_ne!(here.sale("1001"), there.sale("1001"));
        assert_ne!(here.sale("1001"), here.sale("1002"));
        assert_ne!(here.sale("1001"), Origin::new(WANG, "till").sale("1001"));
        assert_eq!(tidy_name("  Till "), Some("till".to_owned()));
        assert_eq!((tidy_name(" "), tidy_name("a\nb")), (None, None));
    }

    #[test]
    fn whose_number_it_was_is_kept_only_until_they_are_known() {
        let origin = Origin::new(SHOP, "till");
        let unmatched = draft(&sale("1", 0, &[100]), &origin, &Known::default());
        assert_eq!(unmatched.sale.phone.as_deref(), Some("+8613800138000"));
        let known = Known { customer: Some(WANG), ..Known::default() };
        assert_eq!(draft(&sale("1", 0, &[100]), &origin, &known).sale.phone, None);
        let (stands, _) = stored(&unmatched, 1);
        let fields = completing(&stands, WANG, (Some("gold".to_owned()), true));
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["customer", "earn_birthday", "earn_tier"]);
    }

    #[test]
    fn r5_the_tier_is_of_the_moment_of_the_sale_and_not_of_its_arrival() {
        let steps = tier::default_ladder();
        let ladder = Ladder { steps: &steps, grace_days: 0, calendar: calendar() };
        let sold = |id, at, total, refund_of: Option<u128>| Sold {
            id: RecordId::from_u128(id),
            at,
            total: Fen(total),
            refund_of: refund_of.map(RecordId::from_u128),
        };
        let all =
            [sold(1, 10, 150_000, None), sold(2, 20, 60_000, None), sold(3, 30, -60_000, Some(2))];
        let at = |id, at| tier_at(ladder, &all, (RecordId::from_u128(id), at));
        assert_eq!(at(9, 5), "plain", "nothing was sold yet");
        assert_eq!(at(1, 10), "plain", "a sale does not count for itself");
        assert_eq!(at(9, 25), "gold");
        assert_eq!(at(9, 35), "silver", "60,000 were given back");
        let kept = Ladder { grace_days: 30, ..ladder };
        assert_eq!(tier_at(kept, &all, (RecordId::from_u128(9), 35)), "silver");
    }

    #[test]
    fn another_sum_under_the_same_number_is_seen() {
        let origin = Origin::new(SHOP, "till");
        let first = draft(&sale("1", 0, &[100, 200]), &origin, &Known::default());
        let (stands, lines) = stored(&first, 1);
        let told = |amounts: &[i64]| draft(&sale("1", 9, amounts), &origin, &Known::default());
        assert_eq!(standing(&told(&[100, 200]), None, &[]), Standing::New);
        assert_eq!(standing(&told(&[300]), Some(&stands), &lines), Standing::Same);
        assert_eq!(standing(&told(&[301]), Some(&stands), &lines), Standing::Differs);
        assert_eq!(standing(&told(&[301]), Some(&stands), &[]), Standing::Same, "on their way");
    }

    fn some_sales() -> impl Strategy<Value = Vec<ForeignSale>> {
        let one =
            (0_usize..12, 0_i64..400, prop::collection::vec(1_i64..200_000, 1..4), any::<bool>());
        prop::collection::vec(one, 1..24).prop_map(|sales| {
            let sales = sales.into_iter().enumerate();
            let all = sales.map(|(place, (of, day, amounts, back))| {
                let mut told = sale(&place.to_string(), day * 86_400_000, &amounts);
                if back {
                    told.refund_of = Some(of.to_string());
                    told.lines.iter_mut().for_each(|line| line.amount = -line.amount);
                }
                told
            });
            all.collect()
        })
    }

    /// What somebody's sales come to in a file, taken one after the other as they stand in it.
    fn taken(sales: &[ForeignSale]) -> BTreeMap<RecordId, (Drafted, String)> {
        let origin = Origin::new(SHOP, "till");
        let steps = tier::default_ladder();
        let ladder = Ladder { steps: &steps, grace_days: 90, calendar: calendar() };
        let (mut records, mut sold) = (BTreeMap::<RecordId, (Drafted, String)>::new(), Vec::new());
        for foreign in sales {
            let known = Known { customer: Some(WANG), ..Known::default() };
            let drafted = draft(foreign, &origin, &known);
            let there = records.get(&drafted.id).map(|(there, _)| stored(there, 1));
            let stands = there.as_ref().map(|(sale, lines)| (sale, lines.as_slice()));
            match standing(&drafted, stands.map(|it| it.0), stands.map_or(&[], |it| it.1)) {
                Standing::New => {
                    let tier = tier_at(ladder, &sold, (drafted.id, foreign.sold_at));
                    sold.push(Sold {
                        id: drafted.id,
                        at: foreign.sold_at,
                        total: foreign.total(),
                        refund_of: drafted.sale.refund_of,
                    });
                    records.insert(drafted.id, (drafted, tier));
                }
                Standing::Same | Standing::Differs => {}
            }
        }
        records
    }

    proptest! {
        #[test]
        fn r81_any_order_and_any_resending_are_the_same_records(
            sales in some_sales(), seed in prop::collection::vec(any::<prop::sample::Index>(), 0..40)
        ) {
            let mut once = sales.clone();
            in_order(&mut once);
            let once = taken(&once);
            // Some of them again, and all of them in another order.
            let mut again = sales.clone();
            again.extend(seed.iter().map(|at| at.get(&sales).clone()));
            for (place, at) in seed.iter().enumerate() {
                let (one, other) = (place % again.len(), at.index(again.len()));
                again.swap(one, other);
            }
            in_order(&mut again);
            prop_assert_eq!(&once, &taken(&again));
            prop_assert_eq!(once.len(), sales.len());
            let sum = |records: &BTreeMap<RecordId, (Drafted, String)>| -> i64 {
                records.values().flat_map(|(drafted, _)| &drafted.lines).filter_map(|(_, line)| line.amount).sum::<Fen>().0
            };
            prop_assert_eq!(sum(&once), sales.iter().map(|sale| sale.total().0).sum::<i64>(), "no fen more or less");
        }
    }
}
