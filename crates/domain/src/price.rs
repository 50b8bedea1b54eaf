//! What a member pays (R7): the tier's price of a product, never below its floor.

use std::collections::BTreeMap;

use crate::{
    money::{Fen, Quantity},
    nouns::Product,
    tier::Tier,
};

/// Prices by the names of tiers, as a product has them.
pub fn tier_prices(product: &Product) -> BTreeMap<String, Fen> {
    product
        .tier_prices
        .clone()
        .and_then(|prices| serde_json::from_value(prices).ok())
        .unwrap_or_default()
}

/// The price of one unit for who stands on `tier`. Where their tier has none, the one beneath that has
/// it counts: a step up never makes anything dearer by being left out. `None` where there is no list price.
pub fn member_price(product: &Product, ladder: &[Tier], tier: Option<&str>) -> Option<Fen> {
    let list = product.price?;
    let floor = product.floor_price.unwrap_or(Fen(0));
    let prices = tier_prices(product);
    let rank = tier.and_then(|tier| ladder.iter().position(|step| step.name == tier));
    let own = rank.and_then(|rank| {
        ladder.iter().take(rank + 1).rev().find_map(|step| prices.get(&step.name).copied())
    });
    let price = own.map_or(list, |own| own.min(list));
    // A floor above the list price is a slip in the product: it never makes anything dearer.
    Some(price.max(floor.min(list)))
}

/// The least that a quantity may go for; `None` where nothing is said.
pub fn least(product: &Product, quantity: Quantity) -> Option<Fen> {
    let floor = product.floor_price?;
    let floor = product.price.map_or(floor, |list| floor.min(list));
    Some(quantity.at(floor))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tier::default_ladder;

    fn product(prices: serde_json::Value, floor: Option<i64>) -> Product {
        Product {
            price: Some(Fen(10_000)),
            floor_price: floor.map(Fen),
            tier_prices: Some(prices),
            ..Product::default()
        }
    }

    #[test]
    fn r7_the_tier_price_never_goes_below_the_floor() {
        let of = |tier, floor| {
            member_price(&product(json!({ "gold": 8_800 }), floor), &default_ladder(), tier)
        };
        assert_eq!(of(Some("gold"), Some(9_000)), Some(Fen(9_000)), "list 100, VIP 88, floor 90");
        assert_eq!(of(Some("gold"), None), Some(Fen(8_800)));
        assert_eq!(of(Some("platinum"), None), Some(Fen(8_800)), "as the tier beneath");
        assert_eq!(of(Some("silver"), None), Some(Fen(10_000)));
        assert_eq!(of(None, Some(9_000)), Some(Fen(10_000)));
        assert_eq!(of(Some("unknown"), Some(12_000)), Some(Fen(10_000)), "a slip in the floor");
    }

    #[test]
    fn r7_the_least_of_a_quantity_and_of_nothing_said() {
        let least = |floor, quantity| least(&product(json!(null), floor), Quantity(quantity));
        assert_eq!(least(Some(9_000), 2_500), Some(Fen(22_500)));
        assert_eq!(least(None, 1_000), None);
    }
}
