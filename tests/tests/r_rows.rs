//! Rows of the mission that stand now, told through the command table that window and command line
//! share. Rules with a clock of their own are proved beside their code in `shuke-domain`.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use chrono::{Datelike as _, Days, FixedOffset, Months, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};
use shuke_tests::{Shop, shop::id_of};

/// Noon of some days ago in the shop's time zone, in milliseconds.
fn noon(days_ago: i64) -> i64 {
    let today = Utc::now().with_timezone(&shanghai()).date_naive();
    let day = today - TimeDelta::days(days_ago);
    let noon = day.and_hms_opt(12, 0, 0).unwrap().and_local_timezone(shanghai()).unwrap();
    noon.timestamp_millis()
}

fn shanghai() -> FixedOffset {
    FixedOffset::east_opt(8 * 3_600).unwrap()
}

fn today() -> NaiveDate {
    Utc::now().with_timezone(&shanghai()).date_naive()
}

#[tokio::test]
async fn r1_purchases_are_computed_from_sales_and_never_typed() {
    let shop = Shop::open().await;
    let typed = json!({ "name": "王敏", "habits": "下午来", "buying_habits": "买新茶", "personality": "爽快", "remarks": "老客" });
    let customer = shop.add_customer(typed.clone()).await;
    for (pieces, days_ago) in [(2, 40), (3, 30), (1, 20), (3, 6)] {
        shop.sell(&customer, pieces, 10_000, Some(noon(days_ago))).await;
    }
    let file = shop.show(&customer).await;
    let totals = &file["totals"];
    assert_eq!(
        (&totals["sales"], &totals["units"], &totals["spent"]),
        (&json!(4), &json!(9_000), &json!(40_000))
    );
    assert_eq!(
        (&totals["first_sale_at"], &totals["last_sale_at"]),
        (&json!(noon(40)), &json!(noon(6)))
    );
    for (field, value) in typed.as_object().unwrap() {
        assert_eq!(file["customer"][field], *value);
    }
    // A sale that was written later and happened earlier moves nothing but what it should.
    shop.sell(&customer, 1, 1, Some(noon(50))).await;
    let totals = &shop.show(&customer).await["totals"];
    assert_eq!(
        (&totals["first_sale_at"], &totals["last_sale_at"]),
        (&json!(noon(50)), &json!(noon(6)))
    );
    assert_eq!(totals["sales"], 5);
}

#[tokio::test]
async fn r5_a_tier_is_earned_in_twelve_months_and_the_gap_is_shown() {
    let shop = Shop::open().await;
    let customer = shop.add_customer(json!({ "name": "王敏" })).await;
    shop.sell(&customer, 1, 470_000, Some(noon(10))).await;
    let standing = shop.show(&customer).await["standing"].clone();
    assert_eq!(
        standing,
        json!({ "tier": "gold", "next": "platinum", "gap": 30_000 }),
        "4,700 of 5,000: 300 to go"
    );

    // Points are no earnings, and what lies longer back than twelve months no longer counts.
    shop.call("points.adjust", json!({ "customer": customer, "amount": 900_000, "why": "开业" }))
        .await;
    let year_and_a_day = today() - Months::new(12) - Days::new(1);
    let long_ago = year_and_a_day.and_hms_opt(3, 0, 0).unwrap().and_utc().timestamp_millis();
    shop.sell(&customer, 1, 1_000_000, Some(long_ago)).await;
    let file = shop.show(&customer).await;
    assert_eq!(file["standing"], standing);
    assert_eq!(
        (&file["totals"]["spent_12_months"], &file["totals"]["spent"]),
        (&json!(470_000), &json!(1_470_000))
    );

    // The quote says where the next sale would lead, and it leads there.
    let line = json!({ "name": "龙井", "quantity": 1_000, "amount": 30_000 });
    let quote =
        shop.call("sale.quote", json!({ "customer": customer, "lines": [line.clone()] })).await;
    assert_eq!(quote["standing_after"]["tier"], "platinum");
    shop.call("sale.add", json!({ "customer": customer, "lines": [line] })).await;
    assert_eq!(
        shop.show(&customer).await["standing"],
        json!({ "tier": "platinum", "next": null, "gap": null })
    );
}

#[tokio::test]
async fn r12_all_departments_write_one_timeline() {
    let shop = Shop::open().await;
    let customer = shop.add_customer(json!({ "name": "王敏" })).await;
    let other = shop.add_customer(json!({ "name": "李雷" })).await;
    shop.sell(&customer, 1, 9_900, Some(noon(5))).await;
    for (kind, text, days_ago) in
        [("visit", "试了新茶", 4), ("call", "约了周五", 3), ("note", "花粉过敏", 2)]
    {
        let said =
            json!({ "customer": customer, "kind": kind, "text": text, "at": noon(days_ago) });
        shop.call("interaction.add", said).await;
    }
    shop.call(
        "interaction.add",
        json!({ "customer": other, "kind": "note", "text": "别人的", "at": noon(1) }),
    )
    .await;
    shop.call("task.add", json!({ "customer": customer, "title": "送样品" })).await;
    shop.call("points.adjust", json!({ "customer": customer, "amount": 5, "why": "补登" })).await;

    let all = shop.call("customer.timeline", json!({ "id": customer })).await;
    let entries = all["entries"].as_array().unwrap();
    let mut kinds: Vec<&str> =
        entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[2..], ["note", "call", "visit", "sale"], "newest first");
    kinds.sort_unstable();
    assert_eq!(kinds, ["call", "note", "points", "sale", "task", "visit"]);
    assert!(entries.windows(2).all(|pair| pair[0]["at"].as_i64() >= pair[1]["at"].as_i64()));
    assert!(!all.to_string().contains("别人的"));

    // Page by page it is the same list.
    let mut paged: Vec<Value> = Vec::new();
    let mut before = Value::Null;
    loop {
        let page = shop
            .call("customer.timeline", json!({ "id": customer, "limit": 2, "before": before }))
            .await;
        paged.extend(page["entries"].as_array().unwrap().iter().cloned());
        before = page["next"].clone();
        if before.is_null() {
            break;
        }
    }
    assert_eq!(&paged, entries);
    let sales = shop.call("customer.timeline", json!({ "id": customer, "kinds": ["sale"] })).await;
    assert_eq!(sales["entries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn r14_one_record_may_be_customer_and_distributor_at_once() {
    let shop = Shop::open().await;
    let fields = json!({ "name": "杭州茶行", "kind": "company", "parties": ["distributor"] });
    let company = shop.add_customer(fields).await;
    shop.sell(&company, 1, 100, None).await;
    assert_eq!(shop.call("customer.count", json!({})).await["count"], 1);
    let edit = json!({ "id": company, "fields": { "parties": ["distributor", "supplier"] } });
    shop.call("customer.edit", edit).await;
    assert_eq!(shop.call("customer.count", json!({})).await["count"], 1);
    let file = shop.show(&company).await;
    assert_eq!(
        (&file["customer"]["parties"], &file["totals"]["sales"]),
        (&json!(["distributor", "supplier"]), &json!(1))
    );
}

#[tokio::test]
async fn r31_a_number_opens_its_file_and_an_unknown_one_a_draft() {
    let shop = Shop::open().await;
    let customer = shop.add_customer(json!({ "name": "王敏", "phone": "138-0571-6688" })).await;
    let family = shop.add_customer(json!({ "name": "王父", "phone": "13805716688" })).await;
    for written in ["13805716688", "+86 138 0571 6688", "008613805716688", "１３８０５７１６６８８"]
    {
        let answer = shop.call("customer.by_phone", json!({ "phone": written })).await;
        let mut found: Vec<&str> =
            answer["customers"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        found.sort_unstable();
        let mut both = [customer.as_str(), family.as_str()];
        both.sort_unstable();
        assert_eq!(found, both, "{written}");
        assert_eq!(answer["phone"], "+8613805716688");
    }
    let unknown = shop.call("customer.by_phone", json!({ "phone": "139 0571 0000" })).await;
    assert_eq!(
        unknown,
        json!({ "phone": "+8613905710000", "customers": [] }),
        "a draft begins with its number"
    );

    // The call is logged in one step more.
    let said =
        json!({ "customer": customer, "kind": "call", "text": "问营业时间", "direction": "in" });
    shop.call("interaction.add", said).await;
    let timeline = shop.call("customer.timeline", json!({ "id": customer })).await;
    assert_eq!(
        (&timeline["entries"][0]["kind"], &timeline["entries"][0]["title"]),
        (&json!("call"), &json!("问营业时间"))
    );
    // Deleted, the number is unknown again.
    shop.call("customer.delete", json!({ "id": family })).await;
    let answer = shop.call("customer.by_phone", json!({ "phone": "13805716688" })).await;
    assert_eq!(answer["customers"], json!([customer]));
}

#[tokio::test]
async fn r67_days_that_matter_are_seen_a_week_ahead() {
    let shop = Shop::open().await;
    let born = |ahead: u64, years: Option<i32>| {
        let day = today() + Days::new(ahead);
        match years {
            // The 29th of February has no neighbour in other years: the unit tests have it.
            Some(years) => format!("{:04}-{}", day.year() - years, day.format("%m-%d")),
            None => format!("--{}", day.format("%m-%d")),
        }
    };
    let leaping = |ahead: u64| (today() + Days::new(ahead)).format("%m-%d").to_string() == "02-29";
    for (name, ahead, years) in
        [("今天", 0, Some(32)), ("三天后", 3, None), ("一周后", 7, Some(36)), ("太远", 8, Some(40))]
    {
        if !leaping(ahead) {
            shop.add_customer(json!({ "name": name, "birthday": born(ahead, years) })).await;
        }
    }
    let today_screen = shop.call("today.show", json!({ "mine": false })).await;
    let rows = today_screen["birthdays"].as_array().unwrap();
    let got: Vec<(&str, &str, Option<i64>)> = rows
        .iter()
        .map(|row| {
            (row["name"].as_str().unwrap(), row["on"].as_str().unwrap(), row["age"].as_i64())
        })
        .collect();
    let days: Vec<String> = [0, 3, 7].map(|ahead| (today() + Days::new(ahead)).to_string()).into();
    let expected: Vec<_> =
        [("今天", &days[0], Some(32)), ("三天后", &days[1], None), ("一周后", &days[2], Some(36))]
            .into_iter()
            .zip([0, 3, 7])
            .filter(|(_, ahead)| !leaping(*ahead))
            .map(|((name, day, age), _)| (name, day.as_str(), age))
            .collect();
    assert_eq!(got, expected);
    assert_eq!(today_screen["date"], today().to_string());
    let refused = shop
        .refused("customer.add", json!({ "customer": { "name": "x", "birthday": "1991-02-29" } }))
        .await;
    assert_eq!(refused, "field.invalid");
}

#[tokio::test]
async fn r77_points_and_coins_are_two_ledgers() {
    let shop = Shop::open().await;
    let customer = shop.add_customer(json!({ "name": "王敏" })).await;
    shop.sell(&customer, 1, 210_000, None).await;
    let coins = json!({ "customer": customer, "amount": 40, "why": "来店", "currency": "coins" });
    let balances = shop.call("points.adjust", coins).await;
    assert_eq!((&balances["points"], &balances["coins"]), (&json!(2_100), &json!(40)));
    let why = json!({ "customer": customer, "amount": 1, "why": " " });
    assert_eq!(shop.refused("points.adjust", why).await, "why.missing");
}

#[tokio::test]
async fn r81_points_are_there_in_the_same_second_and_a_refund_takes_them_back() {
    let shop = Shop::open().await;
    let customer = shop.add_customer(json!({ "name": "王敏" })).await;
    let sale = shop.sell(&customer, 1, 32_850, None).await;
    assert_eq!((&sale["points"], &sale["balance"]), (&json!(328), &json!(328)));
    assert_eq!(shop.points(&customer).await, 328);

    let id = id_of(&sale);
    let refund = shop.call("sale.refund", json!({ "sale": id, "amount": 10_000 })).await;
    assert_eq!((&refund["points"], &refund["refunded_fen"]), (&json!(-100), &json!(10_000)));
    assert_eq!(shop.points(&customer).await, 228);

    // Never more than is left, never a refund of a refund; then the rest, to exactly nothing.
    assert_eq!(
        shop.refused("sale.refund", json!({ "sale": id, "amount": 22_851 })).await,
        "sale.refund_too_high"
    );
    assert_eq!(
        shop.refused("sale.refund", json!({ "sale": id_of(&refund) })).await,
        "sale.refund_of_refund"
    );
    let rest = shop.call("sale.refund", json!({ "sale": id })).await;
    assert_eq!((&rest["points"], &rest["refunded_fen"]), (&json!(-228), &json!(22_850)));
    let file = shop.show(&customer).await;
    assert_eq!(
        (&file["points"], &file["totals"]["spent"], &file["totals"]["sales"]),
        (&json!(0), &json!(0), &json!(1))
    );
    assert_eq!(shop.refused("sale.refund", json!({ "sale": id })).await, "sale.refund_too_high");

    // Two sales are floored each by itself.
    shop.sell(&customer, 1, 150, None).await;
    shop.sell(&customer, 1, 150, None).await;
    assert_eq!(shop.points(&customer).await, 2);
}

#[tokio::test]
async fn a_sale_without_goods_or_of_less_than_nothing_is_refused() {
    let shop = Shop::open().await;
    let customer = shop.add_customer(json!({ "name": "王敏" })).await;
    let empty = json!({ "customer": customer, "lines": [] });
    assert_eq!(shop.refused("sale.add", empty).await, "sale.empty");
    let negative = json!({ "customer": customer, "lines": [{ "sku": "TEA", "quantity": -1_000, "amount": 100 }] });
    assert_eq!(shop.refused("sale.add", negative).await, "sale.line_invalid");
    assert_eq!(shop.show(&customer).await["totals"]["sales"], 0);
}

#[tokio::test]
async fn where_there_is_no_server_nothing_waits_for_one() {
    let shop = Shop::open().await;
    let customer = shop.add_customer(json!({ "name": "王敏" })).await;
    let sale = id_of(&shop.sell(&customer, 1, 100, None).await);
    shop.call("task.add", json!({ "customer": customer, "title": "送样品" })).await;
    assert_eq!(shop.show(&customer).await["waiting"], false);
    assert_eq!(shop.call("sale.show", json!({ "id": sale })).await["waiting"], false);
    for (name, rows) in [
        ("customer.timeline", json!({ "id": customer })),
        ("customer.list", json!({})),
        ("today.show", json!({ "mine": false })),
    ] {
        let answer = shop.call(name, rows).await.to_string();
        assert!(
            answer.contains("\"waiting\":false") && !answer.contains("\"waiting\":true"),
            "{name}: {answer}"
        );
    }
    assert_eq!(shop.call("sync.status", json!(null)).await["state"], "alone");
}
