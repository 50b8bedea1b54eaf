//! The counter and its club (R6, R9, R41, R53, R75, R76, R78, R80, R81, R83): coupons, limits and leave,
//! activities, draws, referrals and shifts, through the command table; and tills apart, as real processes.

use std::collections::BTreeMap;

use chrono::Datelike;
use serde_json::{Value, json};
use shuke_tests::{
    Device, Place, Server, Shop, binaries, on_each_database, shop::id_of, sync_until_quiet,
};

const DAY: i64 = 86_400_000;
const PROGRAMS: &[&str] = &["shukectl", "shuke-server"];

fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

fn line(list: i64, amount: i64) -> Value {
    json!({ "sku": "TEA", "name": "龙井", "quantity": 1_000, "amount": amount, "list_price": list })
}

/// A birthday so many days from today, by the shop's calendar.
fn born_in(days: i64) -> String {
    let today = (chrono::Utc::now() + chrono::TimeDelta::hours(8)).date_naive();
    let day = today + chrono::TimeDelta::days(days);
    // Born in a leap year, so that no day is missing.
    format!("1992-{:02}-{:02}", day.month(), day.day())
}

#[tokio::test]
async fn r6_a_birthday_coupon_is_there_seven_days_before_and_once_a_year() {
    let shop = Shop::open().await;
    let coupon =
        json!({ "name": "生日礼", "kind": "birthday", "off": 5_000, "from_total": 20_000 });
    let coupon = id_of(&shop.call("coupon.add", json!({ "coupon": coupon })).await);
    let late = shop.add_customer(json!({ "name": "李雷", "birthday": born_in(8) })).await;
    let near = shop.add_customer(json!({ "name": "王敏", "birthday": born_in(7) })).await;
    let sale = |customer: &str, amount: i64| json!({ "customer": customer, "lines": [line(30_000, amount)], "coupon": coupon });
    assert_eq!(shop.refused("sale.add", sale(&late, 30_000)).await, "coupon.not_yet");
    assert_eq!(shop.refused("sale.add", sale(&near, 19_999)).await, "coupon.total_short");
    let quote = shop.call("sale.quote", sale(&near, 30_000)).await;
    assert_eq!((&quote["total"], &quote["coupon_off"]), (&json!(25_000), &json!(5_000)));
    assert_eq!(quote["discount"], 0, "what a coupon takes off is nobody's discount");
    let sold = shop.call("sale.add", sale(&near, 30_000)).await;
    assert_eq!((&sold["total_fen"], &sold["points"]), (&json!(25_000), &json!(250)));
    let receipt = shop.call("sale.show", json!({ "id": sold["id"] })).await;
    assert_eq!(receipt["coupon"], json!({ "name": "生日礼", "off": 5_000 }));
    assert_eq!(shop.refused("sale.add", sale(&near, 30_000)).await, "coupon.used");
    let listed = shop.call("coupon.list", json!({ "customer": near })).await;
    assert_eq!(listed[0]["refusal"]["code"], "coupon.used");
    // What is given back whole gives the coupon back.
    shop.call("sale.refund", json!({ "sale": sold["id"] })).await;
    assert_eq!(shop.points(&near).await, 0);
    shop.call("sale.add", sale(&near, 30_000)).await;
    let came = shop.call("coupon.list", json!({ "all": true })).await;
    assert_eq!((&came[0]["times"], &came[0]["amount"]), (&json!(1), &json!(5_000)));
}

#[tokio::test]
async fn r41_up_to_200_yuan_goes_and_201_waits_for_a_manager() {
    let shop = Shop::open().await;
    let owner = shop.call("home.state", json!(null)).await["person"]["id"].clone();
    shop.call("people.set_pin", json!({ "person": owner, "pin": "4071" })).await;
    let li = json!({ "name": "小李", "role": "counter", "pin": "7294" });
    let li = id_of(&shop.call("people.add", li).await);
    let limit = json!({ "role": "counter", "caps": { "discount": 20_000, "goodwill": 100 } });
    shop.call("limits.set", limit.clone()).await;
    shop.call("people.sign_in", json!({ "person": li, "pin": "7294" })).await;
    assert_eq!(shop.refused("limits.set", limit).await, "right.missing");
    let customer = shop.add_customer(json!({ "name": "王敏" })).await;
    let sale = |off: i64, consent: Value| json!({ "customer": customer, "lines": [line(100_000, 100_000 - off)], "consent": consent });
    shop.call("sale.add", sale(20_000, json!(null))).await;
    let refused = shop.try_call("sale.add", sale(20_100, json!(null))).await.unwrap_err();
    assert_eq!(refused.code.as_str(), "approval.needed");
    assert_eq!(
        (&refused.params["allowed"], &refused.params["amount"]),
        (&json!(20_000), &json!(20_100))
    );
    let quote = shop.call("sale.quote", sale(20_100, json!(null))).await;
    assert_eq!(quote["approval"]["code"], "approval.needed", "said before anyone pays");

    // A manager's PIN on the spot; one's own is none, and a wrong one waits.
    let by = |person: &Value, pin: &str| json!({ "by": "pin", "person": person, "pin": pin });
    let own = sale(20_100, by(&json!(li), "7294"));
    assert_eq!(shop.refused("sale.add", own).await, "right.missing");
    let wrong = sale(20_100, by(&owner, "1111"));
    assert_eq!(shop.refused("sale.add", wrong).await, "pin.wrong");
    shop.call("sale.add", sale(20_100, by(&owner, "4071"))).await;

    // Or a question that waits.
    let ask =
        json!({ "matter": "discount", "amount": 30_000, "customer": customer, "why": "老顾客" });
    let asked = id_of(&shop.call("approval.ask", ask).await);
    let with = json!({ "by": "approval", "id": asked });
    assert_eq!(shop.refused("sale.add", sale(30_000, with.clone())).await, "approval.waits");
    let decide = json!({ "id": asked, "give": true });
    assert_eq!(shop.refused("approval.decide", decide.clone()).await, "right.missing");
    shop.call("people.sign_in", json!({ "person": owner, "pin": "4071" })).await;
    let waiting = shop.call("approval.list", json!(null)).await;
    assert_eq!(waiting["waiting"][0]["customer_name"], "王敏");
    shop.call("approval.decide", decide.clone()).await;
    assert_eq!(shop.refused("approval.decide", decide).await, "approval.decided");
    shop.call("people.sign_in", json!({ "person": li, "pin": "7294" })).await;
    assert_eq!(shop.refused("sale.add", sale(30_001, with.clone())).await, "approval.other");
    shop.call("sale.add", sale(30_000, with.clone())).await;
    assert_eq!(shop.refused("sale.add", sale(30_000, with)).await, "approval.spent");

    // Points for nothing have a limit of their own.
    let goodwill = |amount: i64| json!({ "customer": customer, "amount": amount, "why": "久等" });
    shop.call("points.adjust", goodwill(100)).await;
    assert_eq!(shop.refused("points.adjust", goodwill(101)).await, "approval.needed");
}

#[tokio::test]
async fn r53_who_brought_somebody_is_credited_once_and_never_for_themselves() {
    let shop = Shop::open().await;
    shop.call("rules.set", json!({ "terms": { "referral": 200 } })).await;
    let friend = shop.add_customer(json!({ "name": "王敏" })).await;
    let brought = shop.add_customer(json!({ "name": "李雷", "referred_by": friend })).await;
    let themselves = json!({ "id": friend, "fields": { "referred_by": friend } });
    assert_eq!(shop.refused("customer.edit", themselves).await, "referral.self");
    assert_eq!(shop.points(&friend).await, 0, "not before anything is bought");
    shop.sell(&brought, 1, 10_000, None).await;
    assert_eq!(shop.points(&friend).await, 200);
    shop.sell(&brought, 1, 10_000, None).await;
    assert_eq!((shop.points(&friend).await, shop.points(&brought).await), (200, 200));
    assert_eq!(shop.show(&brought).await["referrer_name"], "王敏");
}

#[tokio::test]
async fn r78_r83_coins_stop_at_the_cap_repeats_earn_nothing_and_what_is_turned_down_goes_back() {
    let shop = Shop::open().await;
    shop.call("rules.set", json!({ "terms": { "coins_per_day": 30 } })).await;
    let coins = |name: &str, amount: i64, reviewed: bool| {
        let terms = json!({ "kind": "coins", "amount": amount, "reviewed": reviewed });
        json!({ "activity": { "name": name, "terms": terms } })
    };
    let visit = id_of(&shop.call("activity.add", coins("到店", 35, false)).await);
    let post = id_of(&shop.call("activity.add", coins("晒单", 5, true)).await);
    let member = shop.add_customer(json!({ "name": "王敏" })).await;
    let takes = |activity: &str, text: &str| json!({ "activity": activity, "customer": member, "text": text });
    let added = shop.call("contribution.add", takes(&visit, "")).await;
    assert_eq!((&added["coins"], &added["balances"]["coins"]), (&json!(30), &json!(30)), "35 → 30");

    let other = shop.add_customer(json!({ "name": "李雷" })).await;
    let takes = |text: String| json!({ "activity": post, "customer": other, "text": text });
    let mut ids = Vec::new();
    for place in 0..10 {
        let added = shop.call("contribution.add", takes(format!("第{place}款很好喝"))).await;
        assert_eq!((&added["waits"], &added["coins"]), (&json!(true), &json!(0)));
        ids.push(added["id"].clone());
    }
    let again = takes("第 0 款，很好喝！".into());
    assert_eq!(shop.refused("contribution.add", again).await, "activity.repeated");
    assert_eq!(shop.refused("contribution.add", takes("。".into())).await, "activity.text_missing");
    let coins_of =
        async || shop.call("points.show", json!({ "id": other })).await["coins"].as_i64().unwrap();
    shop.call("contribution.review", json!({ "ids": ids, "accept": true })).await;
    assert_eq!(coins_of().await, 30, "ten times five within the cap of a day");
    shop.call("contribution.review", json!({ "ids": ids, "accept": false, "why": "重复" })).await;
    assert_eq!(coins_of().await, 0);
    let entries = shop.call("points.show", json!({ "id": other })).await["entries"].clone();
    let undone = entries.as_array().unwrap().iter().filter(|entry| entry["kind"] == "undo").count();
    assert_eq!(
        (undone, entries.as_array().unwrap().len()),
        (10, 20),
        "10 reversals, history stays"
    );
    let refused = json!({ "ids": ids, "accept": true });
    assert_eq!(shop.refused("contribution.review", refused).await, "activity.reviewed");
}

#[tokio::test]
async fn r9_units_go_by_tier_then_by_joining_and_the_rest_waits() {
    let shop = Shop::open().await;
    let trial = json!({ "name": "新茶试用", "terms": { "kind": "trial", "units": 10 } });
    let trial = id_of(&shop.call("activity.add", json!({ "activity": trial })).await);
    let mut members = Vec::new();
    for place in 0..14 {
        let joined = format!("2024-01-{:02}", 20 - place);
        let name = format!("会员{place:02}");
        let id = shop.add_customer(json!({ "name": name, "joined_on": joined })).await;
        if place % 2 == 1 {
            shop.sell(&id, 1, 300_000, None).await;
        }
        shop.call("activity.join", json!({ "activity": trial, "customer": id })).await;
        members.push(id);
    }
    let again = json!({ "activity": trial, "customer": members[0] });
    assert_eq!(shop.refused("activity.join", again).await, "activity.again");
    let page = shop.call("activity.show", json!({ "id": trial })).await;
    let waiting: Vec<&str> = page["people"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|taken| taken["place"]["is"] == "waiting")
        .map(|taken| taken["name"].as_str().unwrap())
        .collect();
    assert_eq!(waiting, ["会员06", "会员04", "会员02", "会员00"], "plain, and joined last");
}

#[tokio::test]
async fn r76_a_draw_again_three_months_later_and_never_more_prizes_than_there_are() {
    let shop = Shop::open().await;
    let draw = json!({ "name": "季度抽奖", "terms": { "kind": "draw", "every_months": 3 } });
    let draw = id_of(&shop.call("activity.add", json!({ "activity": draw })).await);
    let join = |customer: &str| json!({ "activity": draw, "customer": customer });
    let first = shop.add_customer(json!({ "name": "王敏" })).await;
    assert_eq!(shop.refused("activity.join", join(&first)).await, "draw.no_lot");
    let lot =
        json!({ "activity": draw, "tickets": 12, "prizes": [{ "name": "保温杯", "count": 3 }] });
    let lot = id_of(&shop.call("draw.hand_out", lot).await);
    // Who stands at the till does not see what comes next.
    let owner = shop.call("home.state", json!(null)).await["person"]["id"].clone();
    shop.call("people.set_pin", json!({ "person": owner, "pin": "4071" })).await;
    let li = json!({ "name": "小李", "role": "counter", "pin": "7294" });
    let li = id_of(&shop.call("people.add", li).await);
    shop.call("people.sign_in", json!({ "person": li, "pin": "7294" })).await;
    let seen = shop.call("draw.replay", json!({ "id": lot })).await;
    assert_eq!((&seen["seed"], &seen["tickets"]), (&json!(""), &json!([])));
    shop.call("people.sign_in", json!({ "person": owner, "pin": "4071" })).await;
    let mut won = Vec::new();
    for place in 0..12 {
        let member = if place == 0 {
            first.clone()
        } else {
            shop.add_customer(json!({ "name": format!("会员{place}") })).await
        };
        let taken = shop.call("activity.join", join(&member)).await;
        won.push(taken["won"].clone());
    }
    assert_eq!(won.iter().filter(|won| won.is_string()).count(), 3);
    assert_eq!(shop.refused("activity.join", join(&first)).await, "draw.not_yet");
    let late = shop.add_customer(json!({ "name": "来晚了" })).await;
    assert_eq!(shop.refused("activity.join", join(&late)).await, "draw.no_lot", "never a 4th");
    let replay = shop.call("draw.replay", json!({ "id": lot })).await;
    assert_eq!(replay["fair"], true);
    let said: Vec<Value> =
        replay["tickets"].as_array().unwrap().iter().map(|ticket| ticket["won"].clone()).collect();
    assert_eq!(said, won, "as it was drawn");
    let in_use = json!({ "lot": lot });
    assert_eq!(shop.refused("draw.reclaim", in_use).await, "lot.in_use");
}

#[tokio::test]
async fn a_shift_knows_what_should_be_in_the_drawer() {
    let shop = Shop::open().await;
    shop.call("rules.set", json!({ "terms": { "worth_of_100": 100 } })).await;
    let shift = id_of(&shop.call("shift.open", json!({ "float": 50_000 })).await);
    assert_eq!(shop.refused("shift.open", json!({ "float": 0 })).await, "shift.open");
    let member = shop.add_customer(json!({ "name": "王敏" })).await;
    shop.call("points.adjust", json!({ "customer": member, "amount": 3_000, "why": "开业" })).await;
    let sale = |amount: i64, tenders: Value| json!({ "customer": member, "lines": [line(amount, amount)], "tenders": tenders });
    let cash = sale(10_000, json!([{ "kind": "cash", "amount": 10_000 }]));
    let cash = shop.call("sale.add", cash).await;
    let mixed =
        json!([{ "kind": "points", "amount": 2_000 }, { "kind": "wechat_pay", "amount": 3_000 }]);
    let mixed = shop.call("sale.add", sale(5_000, mixed)).await;
    assert_eq!(
        (&mixed["points"], &mixed["balance"]),
        (&json!(50), &json!(3_000 + 100 + 50 - 2_000))
    );
    let too_much = sale(90_000, json!([{ "kind": "points", "amount": 90_000 }]));
    assert_eq!(shop.refused("sale.add", too_much).await, "reward.points_short");
    shop.call("sale.refund", json!({ "sale": cash["id"], "amount": 2_500 })).await;
    let close = json!({ "id": shift, "counted": 57_000, "note": "少了零钱" });
    let report = shop.call("shift.close", close.clone()).await;
    assert_eq!(report["expected"], 50_000 + 10_000 - 2_500);
    assert_eq!(report["difference"], -500);
    let counts = (&report["sales"], &report["refunds"], &report["sold"], &report["refunded"]);
    assert_eq!(counts, (&json!(2), &json!(1), &json!(15_000), &json!(-2_500)));
    let tenders: BTreeMap<String, i64> = report["tenders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sum| (sum["kind"].as_str().unwrap().into(), sum["amount"].as_i64().unwrap()))
        .collect();
    let expected = [("cash", 7_500), ("points", 2_000), ("wechat_pay", 3_000)];
    assert_eq!(tenders, expected.map(|(kind, sum)| (kind.to_owned(), sum)).into());
    assert_eq!(shop.refused("shift.close", close).await, "shift.closed");
    shop.sell(&member, 1, 100, Some(now() - DAY)).await;
    assert_eq!(
        shop.call("shift.show", json!({ "id": shift })).await["sales"],
        2,
        "closed is closed"
    );
}

#[tokio::test]
async fn r80_who_moved_to_the_product_that_replaces_another_and_who_was_lost() {
    let shop = Shop::open().await;
    let product = async |sku: &str| {
        let product = json!({ "product": { "sku": sku, "name": sku, "price": 10_000 } });
        id_of(&shop.call("product.add", product).await)
    };
    let (old, new) = (product("旧款").await, product("新款").await);
    let edit = |successor: &str| json!({ "id": old, "fields": { "successor": successor } });
    assert_eq!(shop.refused("product.edit", edit(&old)).await, "field.invalid");
    shop.call("product.edit", edit(&new)).await;
    for place in 0..20 {
        let member = shop.add_customer(json!({ "name": format!("会员{place}") })).await;
        let buys = |product: &str| {
            let line = json!({ "product": product, "quantity": 1_000, "amount": 10_000 });
            json!({ "customer": member, "lines": [line] })
        };
        shop.call("sale.add", buys(&old)).await;
        if place < 13 {
            shop.call("sale.add", buys(&new)).await;
        }
    }
    let page = shop.call("product.show", json!({ "id": old })).await;
    let moved = &page["successor"];
    assert_eq!((&moved["buyers"], &moved["moved"]), (&json!(20), &json!(13)), "65 %");
    assert_eq!(moved["lost"].as_array().unwrap().len(), 7);
}

#[tokio::test]
async fn a_gift_is_given_from_what_lies_at_the_till_and_counted_there() {
    let shop = Shop::open().await;
    let reward = json!({ "reward": { "name": "茶包", "points": 10, "stocked": true } });
    let gift = id_of(&shop.call("reward.add", reward).await);
    let member = shop.add_customer(json!({ "name": "王敏" })).await;
    shop.call("points.adjust", json!({ "customer": member, "amount": 100, "why": "开业" })).await;
    let redeem = json!({ "customer": member, "reward": gift });
    assert_eq!(shop.refused("reward.redeem", redeem.clone()).await, "stock.short");
    assert_eq!(shop.points(&member).await, 100, "nothing was deducted");
    shop.call("stock.deliver", json!({ "reward": gift, "pieces": 2 })).await;
    let pieces = async || shop.call("stock.list", json!(null)).await[0]["pieces"].clone();
    let given = shop.call("reward.redeem", redeem.clone()).await;
    assert_eq!(pieces().await, 1);
    shop.call("reward.undo", json!({ "redemption": given["redemption"] })).await;
    assert_eq!(pieces().await, 2);
    shop.call("stock.count", json!({ "reward": gift, "pieces": 1, "why": "破了一个" })).await;
    shop.call("reward.redeem", redeem.clone()).await;
    assert_eq!(shop.refused("reward.redeem", redeem).await, "stock.short");
    let movements = shop.call("stock.movements", json!({ "id": gift })).await;
    let kinds: Vec<(&str, i64)> = movements
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["kind"].as_str().unwrap(), row["pieces"].as_i64().unwrap()))
        .collect();
    assert_eq!(kinds, [("give", -1), ("count", -1), ("undo", 1), ("give", -1), ("deliver", 2)]);
}

#[tokio::test]
async fn a_receipt_goes_to_the_printer_with_points_gap_and_a_cut() {
    let shop = Shop::open().await;
    let member = shop.add_customer(json!({ "name": "王敏" })).await;
    let sold = shop.sell(&member, 1, 32_850, None).await;
    let print = json!({ "id": sold["id"] });
    assert_eq!(shop.refused("receipt.print", print.clone()).await, "printer.none");
    let printer = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", printer.local_addr().unwrap());
    shop.call("printer.set", json!({ "address": address })).await;
    let heard = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut printer.accept().unwrap().0, &mut bytes).unwrap();
        bytes
    });
    shop.call("receipt.print", print.clone()).await;
    let bytes = heard.join().unwrap();
    let said = encoding_rs::GB18030.decode(&bytes).0.into_owned();
    for word in ["西湖茶舍", "王敏", "328.50", "本单得分", "328", "再买"] {
        assert!(said.contains(word), "{word} in {said}");
    }
    assert!(bytes.windows(2).any(|part| part == b"\x1dV"), "a cut");
    assert_eq!(shop.refused("receipt.print", print).await, "printer.silent", "nobody listens");
}

#[test]
fn r75_the_shared_order_decides_and_until_then_a_till_says_so() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place: &Place| {
        let server = Server::start(place);
        let a = Device::enrolled(&server.init("西湖茶舍"));
        let b = Device::enrolled(&server.invite("counter"));
        let terms = json!({ "kind": "activation", "every": 4, "gift": "帆布袋" });
        let activity = json!({ "activity": { "name": "开卡礼", "terms": terms } });
        let activity = id_of(&a.call("activity.add", &activity));
        let members: Vec<String> =
            (0..10).map(|n| a.add_customer(&format!("会员{n}"), &[])).collect();
        sync_until_quiet(&[&a, &b]);
        // Both work alone; two members activate at both.
        for (place, member) in members.iter().enumerate() {
            let join = json!({ "activity": activity, "customer": member });
            if place % 2 == 0 || place == 1 {
                let taken = a.call("activity.join", &join);
                assert_eq!(taken["place"]["is"], "pending", "待确认");
            }
            if place % 2 == 1 || place == 0 {
                b.call("activity.join", &join);
            }
        }
        sync_until_quiet(&[&a, &b]);
        assert_eq!(a.dump(), b.dump());
        let page = |till: &Device| {
            till.call("activity.show", &json!({ "id": activity }))["people"].clone()
        };
        let of = |people: &Value, is: &str| -> Vec<Value> {
            let people = people.as_array().unwrap().iter();
            people.filter(|taken| taken["place"]["is"] == is).cloned().collect()
        };
        let (here, there) = (page(&a), page(&b));
        assert_eq!(of(&here, "again").len(), 2, "each member activates once");
        assert_eq!(of(&here, "pending").len(), 0);
        let wins = |people: &Value| -> Vec<(Value, Value)> {
            let counted = of(people, "counted").into_iter();
            counted
                .filter(|taken| taken["place"]["wins"] == true)
                .map(|taken| (taken["place"]["place"].clone(), taken["customer"].clone()))
                .collect()
        };
        assert_eq!(
            wins(&here).iter().map(|win| &win.0).collect::<Vec<_>>(),
            [&json!(4), &json!(8)]
        );
        assert_eq!(wins(&here), wins(&there), "all tills say the same");
    });
}

#[test]
fn r6_r76_tills_apart_keep_both_uses_of_a_coupon_and_never_draw_the_same_prize() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place: &Place| {
        let server = Server::start(place);
        let a = Device::enrolled(&server.init("西湖茶舍"));
        let b = Device::enrolled(&server.invite("manager"));
        let coupon = json!({ "coupon": { "name": "老友券", "kind": "open", "off": 1_000 } });
        let coupon = id_of(&a.call("coupon.add", &coupon));
        let draw = json!({ "name": "抽奖", "terms": { "kind": "draw", "every_months": 3 } });
        let draw = id_of(&a.call("activity.add", &json!({ "activity": draw })));
        let members: Vec<String> =
            (0..8).map(|n| a.add_customer(&format!("会员{n}"), &[])).collect();
        sync_until_quiet(&[&a, &b]);
        let lot =
            json!({ "activity": draw, "tickets": 4, "prizes": [{ "name": "杯", "count": 2 }] });
        a.call("draw.hand_out", &lot);
        b.call("draw.hand_out", &lot);
        let sale =
            json!({ "customer": members[0], "lines": [line(5_000, 5_000)], "coupon": coupon });
        a.call("sale.add", &sale);
        b.call("sale.add", &sale);
        for (place, member) in members.iter().enumerate() {
            let till = if place % 2 == 0 { &a } else { &b };
            till.call("activity.join", &json!({ "activity": draw, "customer": member }));
        }
        sync_until_quiet(&[&a, &b]);
        assert_eq!(a.dump(), b.dump());
        for till in [&a, &b] {
            let page = till.call("activity.show", &json!({ "id": draw }));
            let people = page["people"].as_array().unwrap();
            assert_eq!(people.iter().filter(|taken| taken["won"] == "杯").count(), 4);
            for lot in page["lots"].as_array().unwrap() {
                let replay = till.call("draw.replay", &json!({ "id": lot["id"] }));
                assert_eq!(replay["fair"], true);
            }
            let club = till.call("club.show", &Value::Null);
            let twice = &club["coupons_twice"][0];
            assert_eq!((&twice["times"], &twice["effect"]), (&json!(2), &json!(1_000)));
        }
    });
}
