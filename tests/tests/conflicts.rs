//! Two people change the same thing apart: both values are kept, one leads, and a person decides.
//! All real processes.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use serde_json::{Value, json};
use shuke_tests::{Device, Place, Server, binaries, on_each_database, sync_until_quiet};

const PROGRAMS: &[&str] = &["shukectl", "shuke-server"];

fn three_at(place: &Place) -> (Server, Device, Device, Device) {
    let server = Server::start(place);
    let first = Device::enrolled(&server.init("熟客小店"));
    let second = Device::enrolled(&server.invite("counter"));
    let third = Device::enrolled(&server.invite("rep"));
    (server, first, second, third)
}

fn conflicts(device: &Device) -> Vec<Value> {
    device.run(&["conflicts"])["conflicts"].as_array().unwrap().clone()
}

fn waiting(device: &Device) -> u64 {
    device.run(&["status"])["conflicts"].as_u64().unwrap()
}

fn assert_alike(devices: &[&Device]) {
    sync_until_quiet(devices);
    let dumps: Vec<String> = devices.iter().map(|device| device.dump()).collect();
    for dump in &dumps {
        let differing = dump.lines().zip(dumps[0].lines()).find(|(mine, theirs)| mine != theirs);
        assert!(*dump == dumps[0], "first difference: {differing:#?}");
    }
}

fn settle(device: &Device, conflict: &Value, take: &str) -> Value {
    device.run(&["conflict", "settle", conflict["id"].as_str().unwrap(), "--take", take])
}

#[test]
fn the_same_field_apart_is_seen_by_all_and_settled_by_one() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, a, b, c) = three_at(place);
        for later_first in [false, true] {
            let customer = a.add_customer("王敏", &["--phone", "13805716688"]);
            assert_alike(&[&a, &b, &c]);
            a.set(&customer, "phone", "13900001111");
            b.set(&customer, "phone", "13700002222");
            b.set(&customer, "remarks", "爱喝龙井");
            let (first, second) = if later_first { (&b, &a) } else { (&a, &b) };
            first.run(&["sync"]);
            let round = second.run(&["sync"]);
            assert_eq!(round["conflicts"], 1, "{round}");
            assert_alike(&[&a, &b, &c]);

            // One conflict, the same for all; each calls its own value its own.
            let seen: Vec<Value> = [&a, &b, &c]
                .iter()
                .map(|device| {
                    let mut found = conflicts(device);
                    assert_eq!((found.len(), waiting(device)), (1, 1), "{found:?}");
                    found.remove(0)
                })
                .collect();
            assert!(seen.iter().all(|one| one["id"] == seen[0]["id"]));
            for one in &seen {
                assert_eq!((&one["field"], &one["name"]), (&json!("phone"), &json!("王敏")));
                assert_eq!(
                    (&one["customer"], &one["record"]),
                    (&json!(customer), &json!(customer))
                );
                assert_eq!(one["original"], "+8613805716688");
            }
            let told =
                |one: &Value| (one["theirs"].clone(), one["mine"].clone(), one["leads"].clone());
            let (of_a, of_b) = (json!("+8613900001111"), json!("+8613700002222"));
            assert_eq!(told(&seen[0]), (of_b.clone(), of_a.clone(), json!("theirs")));
            assert_eq!(told(&seen[1]), (of_a.clone(), of_b.clone(), json!("mine")));
            assert_eq!(told(&seen[2]), (of_b.clone(), of_a.clone(), json!("theirs")));
            assert!(
                seen[0]["mine_by"]["at"].is_string() && seen[0]["mine_by"]["device"].is_string()
            );

            // Nothing blocks: the later leads meanwhile, and can be found.
            assert_eq!(c.show(&customer)["phone"], "+8613700002222");
            settle(&a, &seen[0], "mine");
            assert_eq!(waiting(&a), 0, "gone at once, offline too");
            assert_alike(&[&a, &b, &c]);
            for device in [&a, &b, &c] {
                assert_eq!(device.show(&customer)["phone"], "+8613900001111");
                assert_eq!((conflicts(device).len(), waiting(device)), (0, 0));
            }
            let again = ["conflict", "settle", seen[0]["id"].as_str().unwrap(), "--take", "mine"];
            assert_eq!(b.refused(&again), "conflict.settled");
        }
    });
}

#[test]
fn whatever_is_taken_stands_everywhere() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, a, b, _) = three_at(place);
        for (take, stands) in
            [("mine", "王明"), ("theirs", "王鸣"), ("original", "王敏"), ("王小明", "王小明")]
        {
            let customer = a.add_customer("王敏", &[]);
            assert_alike(&[&a, &b]);
            a.set(&customer, "name", "王明");
            b.set(&customer, "name", "王鸣");
            assert_alike(&[&a, &b]);
            let settled = settle(&a, &conflicts(&a)[0], take);
            assert_eq!((&settled["value"], &settled["field"]), (&json!(stands), &json!("name")));
            assert_alike(&[&a, &b]);
            assert_eq!(b.show(&customer)["name"], stands);
            assert_eq!(conflicts(&b), Vec::<Value>::new());
        }
        let unknown =
            ["conflict", "settle", "0190d2c8-7c1e-7a30-8000-000000000001", "--take", "mine"];
        assert_eq!(a.refused(&unknown), "conflict.not_found");
    });
}

#[test]
fn different_fields_equal_values_and_resends_never_conflict() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (mut server, a, b, _) = three_at(place);
        let customer = a.add_customer("王敏", &["--phone", "13805716688"]);
        assert_alike(&[&a, &b]);
        a.set(&customer, "email", "w@example.org");
        b.set(&customer, "remarks", "爱喝龙井");
        a.set(&customer, "name", "王明");
        b.set(&customer, "name", "王明");
        for round in 0..5 {
            a.set(&customer, "habits", &format!("第 {round} 次"));
            server.kill();
            assert_eq!(a.refused(&["sync"]), "server.unreachable");
            server.serve();
            a.run(&["sync"]);
            a.run(&["sync"]);
        }
        assert_alike(&[&a, &b]);
        for device in [&a, &b] {
            assert_eq!(conflicts(device), Vec::<Value>::new());
        }
    });
}

#[test]
fn three_values_gather_in_one_conflict() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, a, b, c) = three_at(place);
        let customer = a.add_customer("王敏", &[]);
        assert_alike(&[&a, &b, &c]);
        for (device, name) in [(&a, "甲"), (&b, "乙"), (&c, "丙")] {
            device.set(&customer, "name", name);
        }
        assert_alike(&[&c, &a, &b]);
        let found = conflicts(&a);
        assert_eq!(found.len(), 1, "{found:?}");
        let one = &found[0];
        assert_eq!((&one["theirs"], &one["mine"]), (&json!("丙"), &json!("甲")));
        assert_eq!(one["others"][0]["value"], "乙", "{one}");
        // A birthday and its calendar are one thing, and conflict as one.
        a.run(&[
            "customer",
            "edit",
            &customer,
            "--set",
            "birthday=1990-08-15",
            "--set",
            "birthday_calendar=lunar",
        ]);
        b.set(&customer, "birthday", "1991-09-23");
        assert_alike(&[&a, &b, &c]);
        let found = conflicts(&a);
        let birthday = found.iter().find(|one| one["field"] == "birthday").unwrap();
        assert_eq!(
            birthday["mine"],
            json!({ "birthday": "1990-08-15", "birthday_calendar": "lunar" }),
            "{birthday}"
        );
        settle(&a, birthday, "mine");
        assert_alike(&[&a, &b, &c]);
        assert_eq!(c.show(&customer)["birthday_calendar"], "lunar");
        assert_eq!(waiting(&c), 1);
    });
}

#[test]
fn decisions_that_differ_open_it_again_and_equal_ones_do_not() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, a, b, c) = three_at(place);
        let apart = || {
            let customer = a.add_customer("王敏", &[]);
            assert_alike(&[&a, &b, &c]);
            a.set(&customer, "name", "王明");
            b.set(&customer, "name", "王鸣");
            assert_alike(&[&a, &b, &c]);
            customer
        };
        let customer = apart();
        settle(&a, &conflicts(&a)[0], "mine");
        settle(&b, &conflicts(&b)[0], "mine");
        assert_alike(&[&a, &b, &c]);
        for device in [&a, &b, &c] {
            assert_eq!(device.show(&customer)["name"], "王鸣", "the later decision leads");
            assert_eq!(waiting(device), 1, "and the other is not lost");
        }
        settle(&c, &conflicts(&c)[0], "theirs");
        assert_alike(&[&a, &b, &c]);
        assert_eq!(waiting(&a), 0);

        let customer = apart();
        settle(&a, &conflicts(&a)[0], "mine");
        settle(&b, &conflicts(&b)[0], "theirs");
        assert_alike(&[&a, &b, &c]);
        for device in [&a, &b, &c] {
            assert_eq!(device.show(&customer)["name"], "王明");
            assert_eq!(waiting(device), 0);
        }
    });
}

#[test]
fn settling_is_taken_back_and_a_changed_conflict_is_not_settled_unseen() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, a, b, c) = three_at(place);
        let customer = a.add_customer("王敏", &[]);
        assert_alike(&[&a, &b, &c]);
        a.set(&customer, "name", "王明");
        b.set(&customer, "name", "王鸣");
        assert_alike(&[&a, &b]);
        let raw = a.call("conflict.list", &json!({}));
        let seen =
            json!([{ "id": raw["conflicts"][0]["id"], "as_of": raw["conflicts"][0]["as_of"] }]);
        let settled = a.call("conflict.settle", &json!({ "conflicts": seen, "take": "mine" }));
        assert_alike(&[&a, &b]);
        assert_eq!((b.show(&customer)["name"].clone(), waiting(&b)), (json!("王明"), 0));
        a.call("conflict.unsettle", &settled);
        assert_alike(&[&a, &b]);
        assert_eq!((b.show(&customer)["name"].clone(), waiting(&b)), (json!("王鸣"), 1));

        // A third value comes up; who chose between two chooses again.
        c.set(&customer, "name", "王");
        assert_alike(&[&c, &a, &b]);
        let request = json!({ "conflicts": seen, "take": "mine" }).to_string();
        assert_eq!(a.refused(&["call", "conflict.settle", &request]), "conflict.changed");
        assert_eq!(waiting(&a), 1);
    });
}

#[test]
fn an_edit_after_a_deletion_is_shown_and_either_may_stand() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, a, b, c) = three_at(place);
        let (back, gone) = (a.add_customer("王敏", &[]), a.add_customer("李雷", &[]));
        assert_alike(&[&a, &b, &c]);
        for customer in [&back, &gone] {
            a.run(&["customer", "delete", customer]);
            b.set(customer, "remarks", "不知道已删除");
        }
        assert_alike(&[&a, &b, &c]);
        for device in [&a, &b, &c] {
            assert_eq!(device.run(&["customer", "count"])["count"], 0, "they stay deleted");
            let listed = device.run(&["conflicts"])["changed_after_deletion"].clone();
            assert_eq!((listed.as_array().unwrap().len(), waiting(device)), (2, 2), "{listed}");
            assert_eq!(listed[0]["changed"], json!({ "remarks": "不知道已删除" }));
        }
        c.call("customer.restore", &json!({ "id": back }));
        a.call("conflict.keep_deleted", &json!({ "customers": [gone] }));
        assert_alike(&[&a, &b, &c]);
        for device in [&a, &b, &c] {
            assert_eq!(waiting(device), 0);
            assert_eq!(device.show(&back)["remarks"], "不知道已删除");
            assert_eq!(device.run(&["customer", "count"])["count"], 1);
        }
    });
}

/// Only who may write the record may decide about it, offline too.
#[test]
fn who_only_looks_on_decides_nothing() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    let (server, a, b, _) = three_at(&Place::Sqlite);
    let customer = a.add_customer("王敏", &[]);
    assert_alike(&[&a, &b]);
    a.set(&customer, "name", "王明");
    b.set(&customer, "name", "王鸣");
    assert_alike(&[&a, &b]);
    let reader = Device::enrolled(&server.invite("read_only"));
    let found = conflicts(&reader);
    assert_eq!(found.len(), 1);
    let settle = ["conflict", "settle", found[0]["id"].as_str().unwrap(), "--take", "mine"];
    assert_eq!(reader.refused(&settle), "right.missing");
    let it = Device::enrolled(&server.invite("it"));
    assert_eq!(it.refused(&["conflicts"]), "right.missing", "nothing about customers reaches IT");
    assert!(!it.dump().contains("王鸣"));
}

/// What other devices wrote is in the history of each file, when the server is asked.
#[test]
fn history_of_other_devices_is_pulled_on_demand() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (mut server, a, b, _) = three_at(place);
        let customer = a.add_customer("王敏", &[]);
        a.set(&customer, "remarks", "一");
        a.set(&customer, "remarks", "二");
        assert_alike(&[&a, &b]);
        b.set(&customer, "remarks", "三");
        assert_alike(&[&a, &b]);
        let asked = json!({ "id": customer });
        let own = b.call("history.show", &asked);
        assert_eq!(own["entries"].as_array().unwrap().len(), 1, "its own part at once: {own}");
        let pulled = b.call("history.pull", &asked);
        assert_eq!((&pulled["added"], &pulled["next"]), (&json!(3), &Value::Null));
        assert_eq!(b.call("history.pull", &asked)["added"], 0, "kept once");
        let fields = |device: &Device| -> Vec<(Value, Value, Value)> {
            let shown = device.call("history.show", &asked);
            let entries = shown["entries"].as_array().unwrap().clone();
            assert!(
                entries
                    .iter()
                    .all(|entry| entry["person"].is_string() && entry["device"].is_string()),
                "{shown}"
            );
            entries
                .iter()
                .map(|entry| (entry["field"].clone(), entry["from"].clone(), entry["to"].clone()))
                .collect()
        };
        let told = fields(&b);
        assert_eq!(
            told,
            [
                (json!("remarks"), json!("二"), json!("三")),
                (json!("remarks"), json!("一"), json!("二")),
                (json!("remarks"), Value::Null, json!("一")),
                (json!(""), Value::Null, Value::Null),
            ]
        );
        server.kill();
        let refused = b.refused(&["call", "history.pull", &asked.to_string()]);
        assert_eq!(refused, "server.unreachable");
        assert_eq!(fields(&b), told, "offline it shows what it knows");
        server.serve();
        a.call("history.pull", &asked);
        assert_eq!(fields(&a), told);
        // Exported, a formula is a text; the columns are in the reader's words.
        b.set(&customer, "remarks", "=1+1");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("history.csv");
        let path = file.to_str().unwrap();
        let export = ["export", path, "--kind", "history", "--customer", &customer];
        assert_eq!(b.run(&export)["rows"], 5);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains(",=1+1"), "{text}");
        assert!(text.contains("=1+1") && text.contains("三"), "{text}");
        let doctor = server.run(&["doctor"]);
        assert_eq!(doctor["good"], true, "{doctor}");
    });
}
