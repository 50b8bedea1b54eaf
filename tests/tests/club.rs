//! The club (R5, R7, R74, R77, R81): rules as data, rewards for points and coins, prices by tier, through the
//! command table; and two tills apart, as real processes, on both databases.

use serde_json::{Value, json};
use shuke_tests::{
    Device, Place, Server, Shop, binaries, on_each_database, shop::id_of, sync_until_quiet,
};

const DAY: i64 = 86_400_000;

fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

async fn set_rule(shop: &Shop, terms: Value) -> String {
    id_of(&shop.call("rules.set", json!({ "terms": terms })).await)
}

async fn give(shop: &Shop, customer: &str, points: i64, coins: i64) {
    for (currency, amount) in [("points", points), ("coins", coins)] {
        if amount != 0 {
            let request = json!({ "customer": customer, "amount": amount, "why": "开业", "currency": currency });
            shop.call("points.adjust", request).await;
        }
    }
}

async fn reward(shop: &Shop, reward: Value) -> String {
    id_of(&shop.call("reward.add", json!({ "reward": reward })).await)
}

#[tokio::test]
async fn r77_a_reward_needs_both_and_what_is_short_deducts_nothing() {
    let shop = Shop::open().await;
    let customer = shop.add_customer(json!({ "name": "王敏" })).await;
    give(&shop, &customer, 2_100, 40).await;
    let gift = reward(&shop, json!({ "name": "手作茶席课", "points": 2_000, "coins": 50 })).await;
    let ask = json!({ "customer": customer, "reward": gift });
    let failure = shop.try_call("reward.redeem", ask.clone()).await.unwrap_err();
    assert_eq!(failure.code.as_str(), "reward.coins_short");
    assert_eq!(failure.params["coins"], 10, "差 10");
    let listed = shop.call("reward.list", json!({ "customer": customer })).await;
    assert_eq!(listed[0]["refusal"]["params"]["coins"], 10, "said before anyone asks");
    let balances = shop.call("points.show", json!({ "id": customer })).await;
    assert_eq!((&balances["points"], &balances["coins"]), (&json!(2_100), &json!(40)));
    assert_eq!(balances["entries"].as_array().unwrap().len(), 2, "nothing was written");

    give(&shop, &customer, 0, 10).await;
    let redeemed = shop.call("reward.redeem", ask.clone()).await;
    let balances = &redeemed["balances"];
    assert_eq!((&balances["points"], &balances["coins"]), (&json!(100), &json!(0)));
    assert_eq!(shop.show(&customer).await["standing"]["tier"], "plain", "never counts as earning");
    let both: Vec<&Value> = balances["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["redemption"] == redeemed["redemption"])
        .collect();
    assert_eq!(both.len(), 2, "one redemption, two ledgers");

    let undo = json!({ "redemption": redeemed["redemption"] });
    let balances = shop.call("reward.undo", undo.clone()).await;
    assert_eq!((&balances["points"], &balances["coins"]), (&json!(2_100), &json!(50)));
    assert_eq!(shop.refused("reward.undo", undo).await, "reward.undone");
    assert_eq!(balances["entries"].as_array().unwrap().len(), 7, "history stays");
}

#[tokio::test]
async fn r74_a_right_that_is_not_held_is_refused_with_the_reason() {
    let shop = Shop::open().await;
    let tiers = json!([
        { "name": "plain", "from": 0 },
        { "name": "vip", "from": 200_000, "title": "老友", "rights": ["vip_gift"] },
    ]);
    shop.call("tiers.set", json!({ "tiers": tiers, "grace_days": 30 })).await;
    let gift = reward(&shop, json!({ "name": "贵宾礼", "needs": "vip_gift" })).await;
    let regular = shop.add_customer(json!({ "name": "李雷" })).await;
    let ask = |customer: &str| json!({ "customer": customer, "reward": gift });
    let failure = shop.try_call("reward.redeem", ask(&regular)).await.unwrap_err();
    assert_eq!(failure.code.as_str(), "reward.right_missing");
    assert_eq!(failure.params["right"], "vip_gift");

    let friend = shop.add_customer(json!({ "name": "王敏" })).await;
    shop.sell(&friend, 1, 200_000, None).await;
    assert_eq!(shop.show(&friend).await["standing"]["tier"], "vip");
    shop.call("reward.redeem", ask(&friend)).await;
    shop.call("reward.edit", json!({ "id": gift, "fields": { "active": false } })).await;
    assert_eq!(shop.refused("reward.redeem", ask(&friend)).await, "reward.not_offered");
    assert_eq!(shop.points(&friend).await, 2_000, "the gift cost nothing");

    let odd = json!({ "tiers": [{ "name": "a", "from": 5 }], "grace_days": 0 });
    assert_eq!(shop.refused("tiers.set", odd).await, "tiers.invalid");
}

#[tokio::test]
async fn r5_a_tier_is_kept_for_the_grace_and_not_longer() {
    let shop = Shop::open().await;
    let customer = shop.add_customer(json!({ "name": "王敏" })).await;
    // Twelve months and ten days ago.
    shop.sell(&customer, 1, 300_000, Some(now() - 376 * DAY)).await;
    assert_eq!(shop.show(&customer).await["standing"]["tier"], "plain");
    let ladder = shop.call("rules.show", json!(null)).await["tiers"].clone();
    let keep = |days: i64| json!({ "tiers": ladder, "grace_days": days });
    shop.call("tiers.set", keep(30)).await;
    let standing = shop.show(&customer).await["standing"].clone();
    assert_eq!((&standing["tier"], &standing["gap"]), (&json!("gold"), &json!(500_000)));
    let gold = json!({ "conditions": [{ "field": "tier", "is": "one_of", "value": ["gold"] }] });
    assert_eq!(shop.call("customer.count", gold).await["count"], 1, "and is found by it");
    shop.call("tiers.set", keep(5)).await;
    assert_eq!(shop.show(&customer).await["standing"]["tier"], "plain");
}

#[tokio::test]
async fn r7_a_member_pays_the_tier_price_and_never_less_than_the_floor() {
    let shop = Shop::open().await;
    let product = json!({
        "sku": "LJ", "name": "龙井", "price": 10_000, "floor_price": 9_000, "tier_prices": { "gold": 8_800 },
    });
    shop.call("product.add", json!({ "product": product })).await;
    let customer = shop.add_customer(json!({ "name": "王敏" })).await;
    shop.sell(&customer, 1, 200_000, None).await;
    let sale = |amount: i64| json!({ "customer": customer, "lines": [{ "sku": "LJ", "quantity": 2_000, "amount": amount }] });
    let quote = shop.call("sale.quote", sale(20_000)).await;
    assert_eq!(quote["member_prices"], json!([9_000]), "list 100, VIP 88, floor 90");
    let quote = shop.call("sale.quote", sale(17_600)).await;
    assert_eq!(quote["below_floor"], 1);
    let failure = shop.try_call("sale.add", sale(17_999)).await.unwrap_err();
    assert_eq!(failure.code.as_str(), "sale.below_floor");
    assert_eq!((&failure.params["floor"], &failure.params["line"]), (&json!(18_000), &json!(1)));
    assert_eq!(shop.call("sale.add", sale(18_000)).await["points"], 180);
}

#[tokio::test]
async fn r81_rules_are_data_and_what_was_sold_keeps_the_rule_it_was_sold_under() {
    let shop = Shop::open().await;
    let month =
        chrono::Utc::now().with_timezone(&chrono::FixedOffset::east_opt(8 * 3_600).unwrap());
    let born = format!("--{}", month.format("%m-15"));
    let customer = shop.add_customer(json!({ "name": "王敏", "birthday": born })).await;
    let tea = json!({ "sku": "LJ", "name": "龙井", "category": "绿茶", "price": 10_000 });
    shop.call("product.add", json!({ "product": tea })).await;
    let sale = |sku: &str, amount: i64| json!({ "customer": customer, "lines": [{ "sku": sku, "quantity": 1_000, "amount": amount }] });
    let before = shop.call("sale.add", sale("LJ", 10_000)).await;
    assert_eq!(before["points"], 100);

    let terms = json!({
        "fen_per_point": 100,
        "multipliers": [
            { "per_mille": 3_000, "category": "绿茶" },
            { "per_mille": 2_000, "birthday_month": true },
            { "per_mille": 0, "sku": "CARD" },
        ],
    });
    let line = json!({ "category": "绿茶", "amount": 10_000 });
    let tried = shop.call("rules.preview", json!({ "terms": terms, "lines": [line] })).await;
    assert_eq!((&tried["points"], &tried["points_now"]), (&json!(300), &json!(100)));
    set_rule(&shop, terms).await;
    assert_eq!(shop.call("sale.quote", sale("LJ", 10_000)).await["points"], 300);
    let green = shop.call("sale.add", sale("LJ", 10_050)).await;
    assert_eq!(green["points"], 301);
    assert_eq!(shop.call("sale.add", sale("CARD", 50_000)).await["points"], 0);
    assert_eq!(
        shop.call("sale.add", sale("CUP", 5_000)).await["points"],
        100,
        "their birthday month"
    );
    assert_eq!(shop.points(&customer).await, 501);

    // A later change of the product, and of the rule, leaves what was sold alone.
    set_rule(&shop, json!({ "fen_per_point": 1_000 })).await;
    assert_eq!(shop.call("sale.add", sale("LJ", 10_000)).await["points"], 10);
    assert_eq!(shop.points(&customer).await, 511);
    let part = json!({ "sale": id_of(&green), "amount": 3_333 });
    let first = shop.call("sale.refund", part).await["points"].as_i64().unwrap();
    let rest = shop.call("sale.refund", json!({ "sale": id_of(&green) })).await;
    assert_eq!(first + rest["points"].as_i64().unwrap(), -301, "to exactly nothing");
    assert_eq!(shop.points(&customer).await, 210);

    let past = json!({ "terms": {}, "since": "2020-01-01" });
    assert_eq!(shop.refused("rules.set", past).await, "rule.invalid");
    let odd = json!({ "terms": { "fen_per_point": 0 } });
    assert_eq!(shop.refused("rules.set", odd).await, "rule.invalid");
}

#[tokio::test]
async fn r81_caps_and_lapsing_are_computed_on_reading() {
    let shop = Shop::open().await;
    let customer = shop.add_customer(json!({ "name": "王敏" })).await;
    set_rule(&shop, json!({ "fen_per_point": 100, "cap_per_day": 300, "months_valid": 12 })).await;
    assert_eq!(shop.sell(&customer, 1, 25_000, None).await["points"], 250);
    let line = json!({ "sku": "TEA", "quantity": 1_000, "amount": 25_000 });
    let ask = json!({ "customer": customer, "lines": [line] });
    assert_eq!(shop.call("sale.quote", ask).await["points"], 50, "what the cap leaves");
    let second = shop.sell(&customer, 1, 25_000, None).await;
    assert_eq!((&second["points"], &second["balance"]), (&json!(50), &json!(300)));
    assert_eq!(shop.call("sale.show", json!({ "id": id_of(&second) })).await["points"], 50);
    let balances = shop.call("points.show", json!({ "id": customer })).await;
    assert_eq!(balances["expiring"]["points"], 300);
    assert!(balances["expiring"]["at"].as_i64().unwrap() > now() + 360 * DAY);
    let club = shop.call("club.show", json!(null)).await;
    assert_eq!((&club["points"], &club["liability"]), (&json!(300), &json!(300)));
    assert_eq!(club["lapses"][0]["points"], 300);
    assert_eq!(club["tiers"][0]["members"], 1);
}

fn two_at(place: &Place) -> (Server, Device, Device) {
    let server = Server::start(place);
    let first = Device::enrolled(&server.init("熟客小店"));
    let second = Device::enrolled(&server.invite("counter"));
    (server, first, second)
}

#[test]
fn r77_two_tills_give_the_same_points_apart_and_both_are_kept_and_seen() {
    if !binaries::are_built(&["shukectl", "shuke-server"]) {
        return;
    }
    on_each_database(|place| {
        let (_server, a, b) = two_at(place);
        let wang = a.add_customer("王敏", &[]);
        a.call(
            "rules.set",
            &json!({ "terms": { "fen_per_point": 100, "worth_of_100": 200, "months_valid": 24 } }),
        );
        a.call("reward.add", &json!({ "reward": { "name": "茶包", "points": 100 } }));
        a.sell(&wang, 10_000);
        sync_until_quiet(&[&a, &b]);
        assert_eq!((a.points(&wang), b.points(&wang)), (100, 100));
        assert_eq!(b.refused(&["call", "rules.set", "{\"terms\":{}}"]), "right.missing");

        // Apart: the same hundred points, given twice; one till sells meanwhile.
        let here = a.run(&["reward", "redeem", &wang, "茶包"]);
        let there = b.run(&["reward", "redeem", &wang, "茶包"]);
        assert_eq!((&here["points"], &there["points"]), (&json!(0), &json!(0)));
        assert_eq!(b.refused(&["reward", "redeem", &wang, "茶包"]), "reward.points_short");
        b.sell(&wang, 3_000);

        sync_until_quiet(&[&a, &b]);
        assert_eq!(a.dump(), b.dump());
        assert_eq!((a.points(&wang), b.points(&wang)), (-70, -70), "both are kept");
        let club = a.call("club.show", &json!(null));
        let exception = &club["exceptions"][0];
        assert_eq!((&exception["points"], &exception["effect"]), (&json!(-70), &json!(140)));
        assert_eq!(exception["redemptions"].as_array().map(Vec::len), Some(2));
        assert_eq!(b.refused(&["call", "club.show", "null"]), "right.missing");

        // Both undo the same redemption apart: it comes back once.
        let redemption = there["redemption"].as_str().unwrap_or_default();
        a.run(&["reward", "undo", redemption]);
        b.run(&["reward", "undo", redemption]);
        sync_until_quiet(&[&a, &b]);
        assert_eq!(a.dump(), b.dump());
        assert_eq!((a.points(&wang), b.points(&wang)), (30, 30));
        assert!(
            a.call("club.show", &json!(null))["exceptions"].as_array().is_some_and(Vec::is_empty)
        );
    });
}
