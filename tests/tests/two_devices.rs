//! Two devices and a server, all real processes: what is done apart meets, byte for byte.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use shuke_tests::{Device, Place, Server, binaries, on_each_database, sync_until_quiet};

const PROGRAMS: &[&str] = &["shukectl", "shuke-server"];

fn two_at(place: &Place) -> (Server, Device, Device) {
    let server = Server::start(place);
    let first = Device::enrolled(&server.init("熟客小店"));
    let second = Device::enrolled(&server.invite("counter"));
    (server, first, second)
}

fn assert_alike(devices: &[&Device]) {
    sync_until_quiet(devices);
    let dumps: Vec<String> = devices.iter().map(|device| device.dump()).collect();
    for (device, dump) in devices.iter().zip(&dumps) {
        assert!(!dump.is_empty());
        let differing = dump.lines().zip(dumps[0].lines()).find(|(mine, theirs)| mine != theirs);
        assert!(*dump == dumps[0], "first difference: {differing:#?}");
        assert_eq!(device.waiting(), 0);
    }
}

fn tag(device: &Device, customer: &str, name: &str) {
    device.call("tag.put", &json!({ "customers": [customer], "name": name }));
}

#[test]
fn what_was_done_apart_meets_byte_for_byte() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, a, b) = two_at(place);
        let wang = a.add_customer("王敏", &["--phone", "138 0571 6688"]);
        let li = a.add_customer("李雷", &[]);
        assert_alike(&[&a, &b]);
        assert_eq!(b.show(&wang)["name"], "王敏");
        assert_eq!(b.run(&["search", "wm"])["hits"][0]["id"], wang.as_str());

        // Apart: other fields, the same field, money, points, tags, a deletion against an edit.
        a.set(&wang, "email", "wang@example.org");
        b.set(&wang, "remarks", "爱喝龙井");
        a.set(&wang, "name", "王明");
        b.set(&wang, "name", "王鸣");
        let sold = a.sell(&wang, 32_850);
        b.sell(&wang, 10_000);
        a.run(&["points", "adjust", &wang, "50", "--why", "补登"]);
        b.run(&["points", "adjust", &wang, "-20", "--why", "误登"]);
        tag(&a, &wang, "送礼");
        tag(&b, &wang, "送礼");
        tag(&b, &wang, "自饮");
        a.run(&["customer", "delete", &li]);
        b.set(&li, "remarks", "不知道已删除");
        let of_a = a.add_customer("甲", &[]);
        let of_b = b.add_customer("乙", &[]);
        a.run(&["sale", "refund", &sold, "--amount-fen", "10000"]);
        assert!(a.waiting() > 0 && b.waiting() > 0);
        assert_ne!(a.dump(), b.dump());

        assert_alike(&[&a, &b]);
        for device in [&a, &b] {
            let file = device.show(&wang);
            assert_eq!(file["email"], "wang@example.org", "{file}");
            assert_eq!(file["remarks"], "爱喝龙井");
            assert_eq!(file["name"], "王鸣", "the later word counts");
            assert_eq!(file["totals"]["spent_fen"], 32_850);
            // 328 for the first less 100 for its refund, 100 for the second, and 30 by hand.
            assert_eq!(device.points(&wang), 358);
            let raw = device.call("customer.show", &json!({ "id": wang }));
            assert_eq!(
                raw["tags"],
                json!(["送礼", "自饮"]),
                "one tag, however many devices made it"
            );
            let deleted = device.call("customer.show", &json!({ "id": li }));
            assert_eq!(
                (&deleted["deleted"], &deleted["customer"]["remarks"]),
                (&json!(true), &json!("不知道已删除"))
            );
            assert_eq!(device.run(&["customer", "count"])["count"], 3);
            assert_eq!(
                (&device.show(&of_a)["name"], &device.show(&of_b)["name"]),
                (&json!("甲"), &json!("乙"))
            );
        }
        // Member numbers came from ranges of their own.
        assert_ne!(a.show(&of_a)["member_no"], a.show(&of_b)["member_no"]);
    });
}

#[test]
fn a_sale_at_one_till_shows_at_the_other() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, a, b) = two_at(place);
        let customer = a.add_customer("王敏", &[]);
        let added = a.run(&["sale", "add", "--customer", &customer, "--line", "TEA:2:16425"]);
        assert_eq!((&added["total_fen"], &added["points"]), (&json!(32_850), &json!(328)));
        a.run(&["sync"]);
        b.run(&["sync"]);
        let file = b.show(&customer);
        assert_eq!(
            (&file["totals"]["sales"], &file["totals"]["spent_fen"]),
            (&json!(1), &json!(32_850))
        );
        assert_eq!(file["balances"]["points"], 328);
        assert!(file["totals"]["last_sale_at"].is_string(), "{file}");
        // Sent again, it is still one sale.
        a.run(&["sync"]);
        b.run(&["sync"]);
        assert_eq!(b.points(&customer), 328);
    });
}

/// Someone at the other till has it seconds later, without asking.
#[test]
fn a_device_that_watches_hears_of_it_within_seconds() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, a, b) = two_at(place);
        let mut watching = b.start(&["sync", "--watch"]);
        sleep(Duration::from_millis(1_500));
        let customer = a.add_customer("来客", &[]);
        a.run(&["sync"]);
        let since = Instant::now();
        let mut found = Value::Null;
        while since.elapsed() < Duration::from_secs(20) && found != customer.as_str() {
            sleep(Duration::from_millis(200));
            found = b.run(&["search", "来客"])["hits"][0]["id"].clone();
        }
        let ended = watching.try_wait().unwrap();
        watching.kill().unwrap();
        watching.wait().unwrap();
        assert_eq!(ended, None, "it stopped watching");
        assert_eq!(found, customer.as_str(), "not within {:?}", since.elapsed());
    });
}

#[test]
fn a_workspace_of_ones_own_moves_into_an_empty_server_whole() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let a = Device::founded("自己的店");
        let customer = a.add_customer("王敏", &["--phone", "13805716688"]);
        let gone = a.add_customer("走了的", &[]);
        a.set(&customer, "remarks", "老客");
        a.sell(&customer, 9_900);
        a.run(&["points", "adjust", &customer, "5", "--why", "开业"]);
        tag(&a, &customer, "送礼");
        a.run(&["customer", "delete", &gone]);
        let before = a.dump();

        let server = Server::start(place);
        let code = server.init("服务器上的名字");
        let enrolled = a.enrol(&code).unwrap();
        assert!(enrolled["device_id"].is_string(), "{enrolled}");
        assert!(a.waiting() > 0, "everything is unsent");
        sync_until_quiet(&[&a]);
        assert_eq!(a.dump(), before, "the same ids, stamps and values as before");

        let b = Device::enrolled(&server.invite("manager"));
        assert_alike(&[&a, &b]);
        for line in before.lines() {
            assert!(b.dump().contains(line), "{line}");
        }
        assert_eq!(b.points(&customer), 104);

        // Another workspace does not move into one that is inhabited, and stays as it was.
        let stranger = Device::founded("别家");
        let alone = stranger.dump();
        let refused = stranger.enrol(&server.invite("owner")).unwrap_err();
        assert_eq!(refused.code, "enrol.not_empty", "{refused:?}");
        assert_eq!(stranger.dump(), alone);
    });
}

#[test]
fn wrong_and_used_codes_are_refused_and_leave_nothing() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let server = Server::start(place);
        let code = server.init("熟客小店");
        let (url, secret) = code.split_once('#').unwrap();
        // Not the last letter alone: it must be wrong whatever the alphabet leaves out.
        let other: String = secret.chars().rev().collect();

        let device = Device::new();
        assert_eq!(device.enrol(&format!("{url}#{other}")).unwrap_err().code, "enrol.code_invalid");
        assert_eq!(device.enrol(&format!("{url}#short")).unwrap_err().code, "enrol.code_invalid");
        assert_eq!(device.refused(&["customer", "count"]), "home.missing", "nothing was laid out");

        device.enrol(&code).unwrap();
        device.run(&["sync"]);
        let second = Device::new();
        assert_eq!(second.enrol(&code).unwrap_err().code, "enrol.code_spent");
        assert_eq!(second.refused(&["status"]), "home.missing");
        // The refusals spent nothing.
        second.enrol(&server.invite("counter")).unwrap();
        assert_alike(&[&device, &second]);
        assert_eq!(server.devices().as_array().unwrap().len(), 2);
    });
}

#[test]
fn beyond_this_machine_only_the_pinned_certificate_is_spoken_to() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    let server = Server::start_with_tls(&Place::Sqlite);
    let code = server.init("熟客小店");
    let (rest, fingerprint) = code.rsplit_once('.').unwrap();
    assert!(code.starts_with("https://127.0.0.1:") && fingerprint.len() == 64, "{code}");

    // Another certificate, none at all, no encryption: none of them spends the code.
    let device = Device::new();
    let plain = rest.replacen("https", "http", 1);
    for wrong in [format!("{rest}.{}", "0".repeat(64)), rest.to_owned(), plain] {
        let refused = device.enrol(&wrong).unwrap_err();
        assert!(
            ["server.unreachable", "enrol.wrong_server"].contains(&refused.code.as_str()),
            "{refused:?}"
        );
    }

    device.enrol(&code).unwrap();
    let second = Device::enrolled(&server.invite("counter"));
    device.add_customer("王敏", &[]);
    assert_alike(&[&device, &second]);
    assert_eq!(second.run(&["customer", "count"])["count"], 1);
}

#[test]
fn without_the_server_work_goes_on_and_catches_up() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (mut server, a, b) = two_at(place);
        let customer = a.add_customer("王敏", &[]);
        assert_alike(&[&a, &b]);

        server.kill();
        assert_eq!(a.refused(&["sync"]), "server.unreachable");
        a.sell(&customer, 10_000);
        b.set(&customer, "remarks", "断网时写的");
        assert_eq!(b.refused(&["sync"]), "server.unreachable");
        assert_eq!(a.points(&customer), 100, "points at once, without the server");
        let status = a.run(&["status"]);
        assert!(status["outbox"]["count"].as_u64().unwrap() >= 2, "{status}");
        assert!(status["outbox"]["oldest_at"].is_string(), "{status}");
        let waits = |device: &Device| {
            device.call("customer.show", &json!({ "id": customer }))["waiting"].clone()
        };
        assert_eq!(
            (waits(&a), waits(&b)),
            (json!(false), json!(true)),
            "a sale is no change of the customer"
        );

        server.serve();
        assert_alike(&[&a, &b]);
        assert_eq!(b.points(&customer), 100);
        assert_eq!(a.show(&customer)["remarks"], "断网时写的");
    });
}

#[test]
fn a_device_that_was_shut_out_keeps_what_it_wrote() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (server, a, b) = two_at(place);
        let customer = b.add_customer("王敏", &[]);
        assert_alike(&[&a, &b]);
        let devices = server.devices();
        let lost =
            devices.as_array().unwrap().iter().find(|device| device["role"] == "counter").unwrap();
        server.revoke(lost["id"].as_str().unwrap());

        b.set(&customer, "remarks", "还没上传");
        assert_eq!(b.refused(&["sync"]), "device.revoked");
        assert_eq!(b.show(&customer)["remarks"], "还没上传", "a refusal destroys nothing");
        assert!(b.waiting() > 0);
        a.add_customer("新客", &[]);
        sync_until_quiet(&[&a]);
        assert!(a.show(&customer)["remarks"].is_null());
    });
}

/// Whoever has just joined serves the customer who stands there, before anything was pulled.
#[test]
fn a_device_that_just_joined_can_write_at_once() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    let server = Server::start(&Place::Sqlite);
    let a = Device::enrolled(&server.init("熟客小店"));
    let b = Device::new();
    b.enrol(&server.invite("counter")).unwrap();
    let customer = b.add_customer("第一位", &[]);
    b.sell(&customer, 10_000);
    assert_alike(&[&a, &b]);
    assert_eq!(a.points(&customer), 100);

    let looks_on = Device::new();
    looks_on.enrol(&server.invite("read_only")).unwrap();
    assert_eq!(looks_on.refused(&["customer", "add", "--name", "不行"]), "right.missing");
}
