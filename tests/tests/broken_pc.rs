//! When a PC breaks: another takes its place, backups are there without anybody thinking of them, and of a damaged
//! file as much is kept as can be read.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use shuke_tests::{
    Device, Place, Server, binaries,
    cluster::{on_each_database, with_postgres},
    device::{sync_until_quiet, text},
};

const PROGRAMS: &[&str] = &["shukectl", "shuke-server"];

fn state(device: &Device) -> Value {
    device.call("home.state", &Value::Null)
}

fn member_no(device: &Device, customer: &str) -> i64 {
    let file = device.call("customer.show", &json!({ "id": customer }));
    file["customer"]["member_no"].as_str().unwrap().parse().unwrap()
}

#[test]
fn a_new_machine_takes_the_place_of_a_broken_one() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let server = Server::start(place);
        let owner = Device::enrolled(&server.init("西湖茶舍"));
        let till = Device::enrolled(&server.invite("counter"));
        let before = state(&till);
        let id = before["device"]["id"].as_str().unwrap();
        owner.run(&["sync"]);
        owner.run(&["devices", "rename", id, "2 号柜"]);
        till.call("settings.set", &json!({ "theme": "dark", "zoom": 1.25 }));
        let known = till.add_customer("王敏", &[]);
        sync_until_quiet(&[&owner, &till]);
        // The disk dies with one that was never sent.
        till.add_customer("没传上去的", &[]);

        let code = owner.run(&["devices", "replace", id])["code"].as_str().unwrap().to_owned();
        let new = Device::enrolled(&code);
        let after = state(&new);
        for same in ["person", "store", "workspace"] {
            assert_eq!(after[same], before[same], "{same}");
        }
        assert_eq!(after["device"]["name"], "2 号柜");
        assert_ne!(after["device"]["id"], before["device"]["id"], "its stamps are its own");
        let settings = new.call("settings.get", &Value::Null);
        assert_eq!((&settings["theme"], &settings["zoom"]), (&json!("dark"), &json!(1.25)));

        let fresh = new.add_customer("李娜", &[]);
        let (last, next) = (member_no(&new, &known), member_no(&new, &fresh));
        assert!(next > last + 1, "{next} could be a number that the dead till gave away");
        assert!(next < last + 10_000, "{next} is not of the same range as {last}");
        sync_until_quiet(&[&owner, &new]);
        assert_eq!(owner.dump(), new.dump());

        assert_eq!(till.refused(&["sync"]), "device.revoked");
        assert_eq!(till.waiting(), 1, "what it never sent stays on it");
        assert_eq!(Device::new().enrol(&code).unwrap_err().code, "enrol.code_spent");
        let devices = server.devices();
        let old = devices.as_array().unwrap().iter().find(|device| device["id"] == id).unwrap();
        assert!(old["revoked_at"].is_string() && old["ending"].is_null(), "{old}");
    });
}

#[test]
fn only_leaders_replace_and_an_owners_machine_only_the_owner() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    let server = Server::start(&Place::Sqlite);
    let owner = Device::enrolled(&server.init("西湖茶舍"));
    let manager = Device::enrolled(&server.invite("manager"));
    let till = Device::enrolled(&server.invite("counter"));
    sync_until_quiet(&[&owner, &manager, &till]);
    let id = |device: &Device| state(device)["device"]["id"].as_str().unwrap().to_owned();
    assert_eq!(till.refused(&["devices", "replace", &id(&manager)]), "right.missing");
    assert_eq!(manager.refused(&["devices", "replace", &id(&owner)]), "right.missing");
    assert!(manager.run(&["devices", "replace", &id(&till)])["code"].is_string());
    // Whoever stands at the server may, too.
    let code = server.run(&["invite", "--replaces", &id(&till)]);
    let new = Device::enrolled(code["code"].as_str().unwrap());
    assert_eq!(state(&new)["person"], state(&till)["person"]);
    let late = manager.run(&["devices", "replace", &id(&new)])["code"].as_str().unwrap().to_owned();
    manager.run(&["devices", "lost", &id(&new)]);
    assert_eq!(Device::new().enrol(&late).unwrap_err().code, "enrol.code_spent");
    assert_eq!(manager.refused(&["devices", "replace", &id(&new)]), "device.revoked");
}

#[test]
fn a_backup_opened_by_the_words_on_another_machine_rejoins_by_itself() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let server = Server::start(place);
        let owner = Device::enrolled(&server.init("西湖茶舍"));
        let till = Device::enrolled(&server.invite("manager"));
        let customer = till.add_customer("王敏", &[]);
        sync_until_quiet(&[&owner, &till]);
        till.set(&customer, "remarks", "备份里还没传的");
        let stick = tempfile::tempdir().unwrap();
        let (backup, words) = (stick.path().join("a.shuke"), stick.path().join("words.txt"));
        till.run(&["backup", text(&backup)]);
        let person = state(&till)["person"].clone();
        owner.set(&customer, "remarks", "店主后来写的");
        owner.run(&["sync"]);
        till.run(&["sync"]);
        till.run(&["recovery", "save", text(&words)]);
        drop(till);

        let new = Device::new();
        new.run(&["restore", text(&backup), "--recovery-file", text(&words)]);
        assert_eq!(state(&new)["person"], person);
        let sale = new.sell(&customer, 9_900);
        assert!(!sale.is_empty());
        sync_until_quiet(&[&owner, &new]);
        assert_eq!(owner.dump(), new.dump(), "rejoined without echo or loss");
    });
}

fn kept(device: &Device) -> Vec<PathBuf> {
    let shown = device.call("backup.show", &Value::Null);
    shown["kept"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap().into()).collect()
}

#[test]
fn automatic_backups_are_whole_listed_and_thinned_out() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let shop = Device::founded("茶舍");
    let customer = shop.add_customer("王敏", &[]);
    let shown = shop.call("backup.show", &Value::Null);
    assert_eq!((&shown["daily"], &shown["beside"]), (&json!(true), &json!(true)));
    assert!(shown["made_at"].is_null() && kept(&shop).is_empty());
    shop.call("backup.keep", &Value::Null);
    shop.set(&customer, "name", "王明");
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    shop.call("backup.keep", &Value::Null);
    let [newest] = <[PathBuf; 1]>::try_from(kept(&shop)).unwrap();
    shop.set(&customer, "name", "王鸣");

    // What is not ours is neither shown nor touched.
    let folder = newest.parent().unwrap();
    let (cut, foreign) = (folder.join("auto-cut.shuke"), folder.join("auto-photo.jpg"));
    fs::write(&cut, &fs::read(&newest).unwrap()[..40]).unwrap();
    fs::write(&foreign, b"x").unwrap();
    assert_eq!(kept(&shop), std::slice::from_ref(&newest));

    shop.run(&["restore", text(&newest)]);
    let file = shop.call("customer.show", &json!({ "id": customer }));
    assert_eq!(file["customer"]["name"], "王明");
    assert!(cut.exists() && foreign.exists());

    let stick = tempfile::tempdir().unwrap();
    shop.call("backup.plan", &json!({ "daily": true, "folder": text(stick.path()) }));
    assert!(kept(&shop).is_empty());
    shop.call("backup.keep", &Value::Null);
    assert_eq!(kept(&shop)[0].parent().unwrap(), stick.path());
    let taken = stick.path().join("taken");
    fs::write(&taken, b"").unwrap();
    let plan = json!({ "daily": true, "folder": text(&taken) }).to_string();
    assert_eq!(shop.refused(&["call", "backup.plan", &plan]), "file.unwritable");
}

/// Spoils one page in the middle of each of these tables.
fn spoil(device: &Device, tables: &[&str]) {
    let file = device.home().join("shuke.db");
    let key = fs::read(device.home().join("keys/database")).unwrap();
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let database = rusqlite::Connection::open(&file).unwrap();
    database.execute_batch(&format!("pragma key = \"x'{key}'\"")).unwrap();
    let pages: Vec<u32> = tables
        .iter()
        .map(|table| {
            let sql =
                "select pageno from dbstat where name = ?1 and pagetype = 'leaf' order by pageno";
            let mut leaves = database.prepare(sql).unwrap();
            let leaves: Vec<u32> =
                leaves.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            leaves[leaves.len() / 2]
        })
        .collect();
    database.close().unwrap();
    let mut bytes = fs::read(&file).unwrap();
    for page in pages {
        let begin = (page as usize - 1) * 4096;
        bytes[begin + 100..begin + 200].fill(0x5a);
    }
    fs::write(file, bytes).unwrap();
}

#[test]
fn damaged_pages_are_mended_and_what_was_on_them_comes_back_from_the_server() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    let server = Server::start(&Place::Sqlite);
    let owner = Device::enrolled(&server.init("西湖茶舍"));
    owner.run(&["demo", "--customers", "400", "--sales", "800", "--seed", "3"]);
    let till = Device::enrolled(&server.invite("manager"));
    sync_until_quiet(&[&owner, &till]);
    till.add_customer("还没传的", &[]);
    // The log is in the file once everybody has closed it.
    for tables in [
        ["customer", "sale_line"],
        ["sale", "customer_search_data"],
        ["customer_tag", "ledger_entry"],
    ] {
        spoil(&till, &tables);
        let sick = till.try_run(&["doctor"]);
        assert!(sick.is_err() || sick.unwrap()["healthy"] == false, "the damage was not seen");
        let mended = till.run(&["doctor", "--repair"]);
        assert_eq!(mended["healthy"], true, "{mended}");
        sync_until_quiet(&[&owner, &till]);
        assert_eq!(owner.dump(), till.dump());
    }
    let kept = fs::read_dir(till.home()).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_str().unwrap().starts_with("shuke.db.damaged-")
    });
    assert!(kept.count() >= 3, "the damaged file is kept");
}

#[test]
fn a_file_that_no_longer_opens_says_so_and_a_backup_takes_its_place() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    // SQLite reads its schema and its statistics before anything else.
    for table in ["sqlite_schema", "sqlite_stat1"] {
        let shop = Device::founded("茶舍");
        shop.run(&["demo", "--customers", "400", "--sales", "800", "--seed", "3"]);
        let backup = shop.home().join("kept.shuke");
        shop.run(&["backup", text(&backup)]);
        let before = shop.dump();
        spoil(&shop, &[table]);
        let spoiled = fs::read(shop.home().join("shuke.db")).unwrap();
        assert_eq!(shop.refused(&["doctor", "--repair"]), "database.damaged", "{table}");
        assert_eq!(fs::read(shop.home().join("shuke.db")).unwrap(), spoiled, "left as it was");
        shop.run(&["restore", text(&backup)]);
        assert_eq!(shop.dump(), before, "{table}");
    }
}

#[test]
fn without_a_server_the_doctor_keeps_what_can_be_read_and_says_what_is_gone() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let shop = Device::founded("茶舍");
    shop.run(&["demo", "--customers", "400", "--sales", "800", "--seed", "3"]);
    let before = shop.dump().lines().count();
    spoil(&shop, &["sale_line"]);
    let _ = shop.try_run(&["doctor", "--repair"]);
    let after = shop.dump().lines().count();
    assert!(after > before * 9 / 10 && after <= before, "{after} of {before}");
    assert_eq!(shop.run(&["doctor"])["healthy"], true);
}

#[test]
fn without_a_server_what_was_lost_comes_back_from_the_newest_backup() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let shop = Device::founded("茶舍");
    shop.run(&["demo", "--customers", "400", "--sales", "800", "--seed", "3"]);
    shop.call("backup.keep", &Value::Null);
    let made_at = shop.call("backup.show", &Value::Null)["kept"][0]["made_at"].clone();
    let before = shop.dump();
    shop.add_customer("备份之后的", &[]);
    spoil(&shop, &["customer", "sale", "sale_line"]);
    let mended = shop.run(&["doctor", "--repair"]);
    let finding = |what: &str| {
        let findings = mended["findings"].as_array().unwrap();
        findings.iter().find(|finding| finding["what"] == what).cloned().unwrap_or_default()
    };
    let filled = finding("filled");
    assert!(filled["count"].as_u64() > Some(0), "{mended}");
    assert_eq!(filled["at"], made_at, "it says from which day");
    let after = shop.dump();
    let after: std::collections::HashSet<&str> = after.lines().collect();
    let gone: Vec<&str> = before.lines().filter(|line| !after.contains(line)).collect();
    assert!(gone.is_empty(), "{} of what the backup had: {:?}", gone.len(), gone.first());
    let findings = shop.run(&["doctor"]);
    assert_eq!(findings["healthy"], true, "{findings}");
    let leftover = |name: &str| shop.home().join(name).exists();
    assert!(!leftover("mending.db") && !leftover("filling.db"));
}

#[test]
fn a_server_moves_to_postgres_by_one_command_and_devices_notice_nothing() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    with_postgres(|url| {
        let mut server = Server::start(&Place::Sqlite);
        let owner = Device::enrolled(&server.init("西湖茶舍"));
        let till = Device::enrolled(&server.invite("counter"));
        let customer = till.add_customer("王敏", &[]);
        sync_until_quiet(&[&owner, &till]);
        till.set(&customer, "remarks", "搬家前没传的");
        let moved = server.move_to(url);
        assert!(moved["records"].as_u64().unwrap() > 3, "{moved}");
        assert!(PathBuf::from(moved["kept"].as_str().unwrap()).exists());
        server.serve();
        let round = till.run(&["sync"]);
        assert_eq!(round["pushed"], 1);
        assert!(round["pulled"].as_u64().unwrap() < 3, "nobody reads all of it again: {round}");
        sync_until_quiet(&[&owner, &till]);
        assert_eq!(owner.dump(), till.dump());
        assert_eq!(server.run(&["doctor"])["good"], true);

        let other = Server::start(&Place::Sqlite);
        other.init("别家");
        assert_eq!(other.refused(&["move", url]), "server.taken");
    });
}
