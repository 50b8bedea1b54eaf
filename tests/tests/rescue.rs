//! When a machine or its data are lost: recovery words in a file, backups, and what a restore leaves behind.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use shuke_app::{App, KeyPlace};
use shuke_tests::{Device, Shop, binaries, device::text};

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

fn name_of(device: &Device, customer: &str) -> Value {
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
    let keep = |screen: &str, kept: Value| {
        shop.call("screen.keep", &json!({ "screen": screen, "kept": kept }))
    };
    assert_eq!(recall("counter"), json!(null));
    keep("counter", json!({ "draft": { "lines": [1] } }));
    keep("customers", json!({ "hidden": ["spent"] }));
    keep("counter", json!({ "draft": { "lines": [1, 2] } }));
    assert_eq!(recall("counter"), json!({ "draft": { "lines": [1, 2] } }));
    assert_eq!(recall("customers"), json!({ "hidden": ["spent"] }));
}

/// The code with which work ends that somebody ends as soon as it has begun.
async fn ended(app: &App, command: &str, request: Value) -> &'static str {
    let stop = async {
        loop {
            shuke_app::call(app, "backup.cancel", Value::Null).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        done = shuke_app::call(app, command, request) => match done {
            Ok(_) => "done",
            Err(failure) => failure.code.as_str(),
        },
        () = stop => unreachable!("it never ends by itself"),
    }
}

#[tokio::test]
async fn a_backup_a_restore_and_a_repair_that_are_ended_leave_everything_as_it_was() {
    let shop = Shop::open().await;
    for number in 0..200 {
        shop.add_customer(json!({ "name": format!("陈{number}"), "remarks": "常来".repeat(40) }))
            .await;
    }
    let usb = tempfile::tempdir().unwrap();
    let path = usb.path().join("a.shuke");
    let file = json!({ "path": path });
    assert_eq!(ended(&shop.app, "backup.make", file.clone()).await, "work.cancelled");
    assert!(named(usb.path(), "").is_empty(), "nothing half done: {:?}", named(usb.path(), ""));
    shop.call("backup.keep", Value::Null).await;
    assert_eq!(ended(&shop.app, "backup.keep", Value::Null).await, "work.cancelled");
    let state = shop.call("backup.show", Value::Null).await;
    assert_eq!((state["kept"].as_array().unwrap().len(), &state["failed"]), (1, &Value::Null));

    shop.call("backup.make", file.clone()).await;
    shop.add_customer(json!({ "name": "之后" })).await;
    assert_eq!(ended(&shop.app, "backup.restore", file).await, "work.cancelled");
    assert_eq!(shop.call("customer.count", json!({})).await["count"], 201, "nothing was put back");

    let home = shop.app.home().to_owned();
    shop.app.close().await.unwrap();
    let database = home.join("shuke.db");
    let mut bytes = fs::read(&database).unwrap();
    let page = bytes.len() / 4096 * 3 / 4 * 4096;
    bytes[page + 100..page + 200].fill(0x5a);
    fs::write(&database, &bytes).unwrap();
    let app = App::open(&home, KeyPlace::File, false).await.unwrap();
    let repair = json!({ "repair": true });
    assert_eq!(ended(&app, "doctor.examine", repair.clone()).await, "work.cancelled");
    assert!(named(&home, "mending").is_empty() && named(&home, "restoring").is_empty());
    assert!(named(&home, "shuke.db.damaged").is_empty(), "the file is where it was");
    let found = shuke_app::call(&app, "doctor.examine", json!({})).await.unwrap();
    assert_eq!(found["healthy"], false);
    shuke_app::call(&app, "doctor.examine", repair).await.unwrap();
    assert_eq!(named(&home, "shuke.db.damaged").len(), 1);
    app.close().await.unwrap();
}

#[tokio::test]
async fn a_backup_that_was_not_made_is_told_until_one_is() {
    let shop = Shop::open().await;
    let state = async || shop.call("home.state", Value::Null).await["backup_failed"].clone();
    assert_eq!(state().await, Value::Null);
    let stick = tempfile::tempdir().unwrap();
    let folder = stick.path().join("backups");
    shop.call("backup.plan", json!({ "daily": true, "folder": folder })).await;
    // The stick was taken out, and something else stands in its place.
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, b"").unwrap();
    assert_eq!(shop.refused("backup.keep", Value::Null).await, "file.unwritable");
    let told = state().await;
    assert_eq!(
        (&told["code"], &told["params"]["path"]),
        (&json!("file.unwritable"), &json!(folder))
    );
    fs::remove_file(&folder).unwrap();
    shop.call("backup.keep", Value::Null).await;
    assert_eq!(state().await, Value::Null);
}

#[test]
fn a_wrong_key_is_told_by_a_code_and_the_cipher_says_nothing_of_its_own() {
    if !binaries::are_built(&["shukectl"]) {
        return;
    }
    let shop = Device::founded("西湖茶舍");
    fs::write(shop.home().join("keys/database"), [7; 32]).unwrap();
    let output = shop.command(&["status"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    let last: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(last["code"], "database.wrong_key");
    for word in ["sqlcipher", "CORE", "hmac"] {
        assert!(!said.contains(word), "{said}");
    }
}
