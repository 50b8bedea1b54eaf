//! When a machine or its data are lost: recovery words in a file, backups, and what a restore leaves behind.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::json;
use shuke_tests::{Device, binaries, device::text};

/// The files of a home whose names begin so.
fn named(home: &Path, start: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(home)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(start))
        .collect();
    found.sort();
    found
}

fn name_of(device: &Device, customer: &str) -> serde_json::Value {
    device.call("customer.show", &json!({ "id": customer }))["customer"]["name"].clone()
}

/// Overwrites pages in the middle, as a failing disk does.
fn damage(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let end = bytes.len().min(40_960);
    bytes[..end].fill(0x5a);
    fs::write(file, bytes).unwrap();
}

#[test]
fn words_saved_to_a_file_open_the_backup_on_another_machine() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let shop = Device::founded("西湖茶舍");
    let wang = shop.add_customer("王敏", &["--phone", "13805716688"]);
    let usb = tempfile::tempdir().unwrap();
    let (backup, words) = (usb.path().join("a.shuke"), usb.path().join("words.txt"));
    shop.run(&["backup", text(&backup)]);
    assert_eq!(shop.call("home.state", &json!(null))["recovery_saved"], false);
    shop.run(&["recovery", "save", text(&words)]);
    assert_eq!(shop.call("home.state", &json!(null))["recovery_saved"], true);
    let sheet = fs::read_to_string(&words).unwrap();
    assert!(sheet.contains("西湖茶舍") && sheet.contains("twelve words"), "{sheet}");

    let other = Device::new();
    assert_eq!(other.refused(&["restore", text(&backup)]), "key.missing");
    // The whole file, as it was saved.
    other.run(&["restore", text(&backup), "--recovery-file", text(&words)]);
    assert_eq!(name_of(&other, &wang), "王敏");
}

#[test]
fn a_damaged_file_is_kept_aside_and_not_replaced_by_a_backup_that_does_not_open() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let shop = Device::founded("西湖茶舍");
    let wang = shop.add_customer("王敏", &[]);
    let usb = tempfile::tempdir().unwrap();
    let backup = usb.path().join("a.shuke");
    shop.run(&["backup", text(&backup)]);

    let database = shop.home().join("shuke.db");
    damage(&database);
    let damaged = fs::read(&database).unwrap();
    let code = shop.refused(&["status"]);
    assert!(code == "database.damaged" || code == "database.wrong_key", "{code}");

    let half = usb.path().join("half.shuke");
    let whole = fs::read(&backup).unwrap();
    fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(shop.refused(&["restore", text(&half)]), "backup.damaged");
    assert_eq!(fs::read(&database).unwrap(), damaged, "a bad backup changes nothing");

    shop.run(&["restore", text(&backup)]);
    assert_eq!(name_of(&shop, &wang), "王敏");
    let [aside] = named(&shop.home(), "shuke.db.before-restore-").try_into().unwrap();
    assert_eq!(fs::read(aside).unwrap(), damaged, "what was here is kept as it was");
}

#[test]
fn another_shops_backup_leaves_the_first_one_with_its_own_key() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let first = Device::founded("甲");
    first.add_customer("王敏", &[]);
    let second = Device::founded("乙");
    let usb = tempfile::tempdir().unwrap();
    let (backup, words) = (usb.path().join("b.shuke"), usb.path().join("b.txt"));
    second.run(&["backup", text(&backup)]);
    second.run(&["recovery", "save", text(&words)]);
    assert_eq!(first.refused(&["restore", text(&backup)]), "backup.wrong_key");
    first.run(&["restore", text(&backup), "--recovery-file", text(&words)]);
    assert_eq!(first.call("home.state", &json!(null))["workspace"]["name"], "乙");

    // Its file, its sealed key and its key in the store: put back, it opens as if nothing had been.
    let home = first.home();
    let put_back = |from: &Path, to: PathBuf| fs::rename(from, to).unwrap();
    let [database] = named(&home, "shuke.db.before-restore-").try_into().unwrap();
    let [sealed] = named(&home, "home.json.before-restore-").try_into().unwrap();
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(home.join(format!("shuke.db{ending}")));
    }
    put_back(&database, home.join("shuke.db"));
    put_back(&sealed, home.join("home.json"));
    for name in ["database", "phrase"] {
        let [key] =
            named(&home.join("keys"), &format!("{name}.before-restore-")).try_into().unwrap();
        put_back(&key, home.join("keys").join(name));
    }
    assert_eq!(first.call("home.state", &json!(null))["workspace"]["name"], "甲");
}

#[test]
fn words_stand_for_a_key_that_is_gone() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let shop = Device::founded("西湖茶舍");
    let wang = shop.add_customer("王敏", &[]);
    let usb = tempfile::tempdir().unwrap();
    let words = usb.path().join("words.json");
    fs::write(&words, shop.run(&["recovery", "show"]).to_string()).unwrap();
    fs::remove_dir_all(shop.home().join("keys")).unwrap();
    assert_eq!(shop.refused(&["status"]), "key.missing");
    shop.run(&["recovery", "unlock", "--recovery-file", text(&words)]);
    assert_eq!(name_of(&shop, &wang), "王敏");
}

#[test]
fn each_screen_remembers_for_itself() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let shop = Device::founded("西湖茶舍");
    let recall =
        |screen: &str| shop.call("screen.recall", &json!({ "screen": screen }))["kept"].clone();
    let keep = |screen: &str, kept: serde_json::Value| {
        shop.call("screen.keep", &json!({ "screen": screen, "kept": kept }))
    };
    assert_eq!(recall("counter"), json!(null));
    keep("counter", json!({ "draft": { "lines": [1] } }));
    keep("customers", json!({ "hidden": ["spent"] }));
    keep("counter", json!({ "draft": { "lines": [1, 2] } }));
    assert_eq!(recall("counter"), json!({ "draft": { "lines": [1, 2] } }));
    assert_eq!(recall("customers"), json!({ "hidden": ["spent"] }));
}
