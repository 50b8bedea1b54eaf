//! People and devices, told with real processes on both databases: what is hidden never comes, what is lost is
//! destroyed on a true word and on nothing else, who leaves is out.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed, and says why")]

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};
use shuke_app::{App, KeyPlace};
use shuke_tests::{Device, Place, Refused, Server, binaries, on_each_database, sync_until_quiet};

const PROGRAMS: &[&str] = &["shukectl", "shuke-server"];
const PHONE: &str = "13812348000";
const DAY: i64 = 24 * 60 * 60 * 1000;

fn two_at(place: &Place) -> (Server, Device, Device) {
    let server = Server::start(place);
    let owner = Device::enrolled(&server.init("熟客小店"));
    let till = Device::enrolled(&server.invite("counter"));
    sync_until_quiet(&[&owner, &till]);
    (server, owner, till)
}

fn sight(owner: &Device, unit: &str, sight: &str) {
    owner.call("rights.set", &json!({ "role": "counter", "unit": unit, "sight": sight }));
}

/// The device's database taken out of its cipher: tables, search index and history as they lie there.
fn decrypted(device: &Device) -> Vec<u8> {
    let home = device.home();
    let key = std::fs::read(home.join("keys/database")).unwrap();
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = tempfile::tempdir().unwrap();
    let plain = folder.path().join("plain.db");
    let database = rusqlite::Connection::open(home.join("shuke.db")).unwrap();
    database.execute_batch(&format!("pragma key = \"x'{key}'\"")).unwrap();
    let free: i64 = database.query_row("pragma freelist_count", [], |row| row.get(0)).unwrap();
    database
        .execute_batch(&format!(
            "attach database '{}' as plain key ''; select sqlcipher_export('plain'); detach database plain",
            plain.display()
        ))
        .unwrap();
    assert!(free >= 0);
    std::fs::read(plain).unwrap()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn what_is_hidden_never_reaches_a_device_and_what_was_there_is_purged() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, owner, till) = two_at(place);
        sight(&owner, "phone", "hidden");
        let wang =
            owner.add_customer("王敏", &["--phone", PHONE, "--set", "email=verborgen@example.org"]);
        sync_until_quiet(&[&owner, &till]);

        let lies = decrypted(&till);
        let reversed: String = PHONE.chars().rev().collect();
        assert!(!holds(&lies, PHONE) && !holds(&lies, &reversed), "neither as a row nor as a word");
        assert!(holds(&decrypted(&owner), PHONE), "the look itself works");
        assert!(till.run(&["search", "8000"])["hits"].as_array().unwrap().is_empty());
        assert_eq!(till.show(&wang)["name"], "王敏");
        // An edit of the rest leaves what is hidden as it stands.
        till.set(&wang, "remarks", "爱喝龙井");
        sync_until_quiet(&[&owner, &till]);
        let file = owner.show(&wang);
        assert_eq!(file["remarks"], "爱喝龙井");
        let raw = owner.call("customer.show", &json!({ "id": wang }));
        assert_eq!(raw["customer"]["phone"], format!("+86{PHONE}"));

        // A right that is lost takes along what was there: row, word, history, log.
        assert!(holds(&decrypted(&till), "verborgen"));
        sight(&owner, "email", "hidden");
        sync_until_quiet(&[&owner, &till]);
        assert!(!holds(&decrypted(&till), "verborgen"));
        assert!(till.run(&["search", "verborgen"])["hits"].as_array().unwrap().is_empty());
        assert!(owner.dump().contains("verborgen@example.org"));

        // A right that is gained brings it.
        sight(&owner, "email", "open");
        sight(&owner, "phone", "open");
        sync_until_quiet(&[&owner, &till]);
        assert_eq!(till.run(&["search", "8000"])["hits"][0]["id"], wang.as_str());
        assert_eq!(till.dump(), owner.dump(), "the same rights, the same bytes");
    });
}

#[test]
fn a_hidden_field_that_is_written_anyway_comes_back_as_a_task() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, owner, till) = two_at(place);
        let wang = owner.add_customer("王敏", &["--phone", PHONE]);
        sync_until_quiet(&[&owner, &till]);
        // Written while it was still allowed; heard of when it no longer is.
        till.set(&wang, "phone", "13900000000");
        sight(&owner, "phone", "hidden");
        owner.run(&["sync"]);
        till.run(&["sync"]);
        assert_eq!(till.waiting(), 1, "the task that tells of it");
        sync_until_quiet(&[&owner, &till]);
        let tasks = till.call("task.list", &json!({}));
        let refused = &tasks[0]["refused"];
        assert_eq!(tasks[0]["kind"], "refused", "{tasks}");
        assert_eq!(refused["code"], "right.missing");
        assert_eq!(
            (&refused["params"]["field"], &refused["params"]["role"]),
            (&json!("phone"), &json!("counter"))
        );
        assert_eq!(refused["values"]["phone"], "+8613900000000");
        let raw = owner.call("customer.show", &json!({ "id": wang }));
        assert_eq!(raw["customer"]["phone"], format!("+86{PHONE}"));
        assert!(till.call("customer.show", &json!({ "id": wang }))["customer"]["phone"].is_null());
    });
}

#[test]
fn a_reveal_made_offline_is_on_record_once_it_is_back() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (mut server, owner, till) = two_at(place);
        let wang = owner.add_customer("王敏", &["--phone", PHONE]);
        sight(&owner, "phone", "masked");
        sync_until_quiet(&[&owner, &till]);
        assert_eq!(till.run(&["search", "8000"])["hits"][0]["phone"], "138****8000");
        assert!(!till.dump().contains(PHONE), "the command line sees no more than the person");
        server.kill();
        let shown = till.call("customer.reveal", &json!({ "id": wang, "field": "phone" }));
        assert_eq!(shown["value"], format!("+86{PHONE}"));
        assert!(owner.call("reveal.list", &json!({})).as_array().unwrap().is_empty());
        server.serve();
        sync_until_quiet(&[&owner, &till]);
        let looks = owner.call("reveal.list", &json!({ "customer": wang }));
        assert_eq!((&looks[0]["field"], looks.as_array().unwrap().len()), (&json!("phone"), 1));
        assert!(looks[0]["device"].is_string() && looks[0]["person"].is_string(), "{looks}");
    });
}

#[test]
fn it_receives_no_customer_and_what_was_there_goes_when_somebody_becomes_it() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, owner, till) = two_at(place);
        let wang = owner.add_customer("王不可见", &["--phone", PHONE]);
        owner.sell(&wang, 9_900);
        sync_until_quiet(&[&owner, &till]);
        assert!(holds(&decrypted(&till), PHONE));
        let people = owner.call("people.list", &json!(null));
        let counter = people.as_array().unwrap().iter().find(|person| person["role"] == "counter");
        let id = counter.unwrap()["id"].clone();
        owner.call("people.edit", &json!({ "id": id, "role": "it" }));
        sync_until_quiet(&[&owner, &till]);
        let lies = decrypted(&till);
        assert!(!holds(&lies, PHONE) && !holds(&lies, "王不可见"));
        assert_eq!(till.refused(&["customer", "count"]), "right.missing");
        owner.call("people.edit", &json!({ "id": id, "role": "counter" }));
        sync_until_quiet(&[&owner, &till]);
        assert_eq!(till.dump(), owner.dump());
        assert_eq!(till.show(&wang)["totals"]["spent_fen"], 9_900);
    });
}

// Devices.

/// Somebody who answers in the server's place, at its address.
struct Impostor {
    _runtime: tokio::runtime::Runtime,
}

impl Impostor {
    fn at(
        address: SocketAddr,
        answer: impl Fn() -> Response + Clone + Send + Sync + 'static,
    ) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind(address)).unwrap();
        let router = Router::new().fallback(move || {
            let answer = answer();
            async move { answer }
        });
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { _runtime: runtime }
    }
}

fn refusal(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn address_of(code: &str) -> SocketAddr {
    let (url, _) = code.split_once('#').unwrap();
    url.trim_start_matches("http://").parse().unwrap()
}

fn token_of(device: &Device) -> String {
    std::fs::read_to_string(device.home().join("keys/token")).unwrap()
}

/// What the server answers to a token, as anyone on the line could have kept it.
fn answer_to(address: SocketAddr, token: &str) -> Value {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let body = json!({ "protocol": { "major": 1, "minor": 1 }, "scope": "workspace", "after": 0, "limit": 1 })
        .to_string();
    write!(
        stream,
        "POST /v1/pull HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let start = answer.find('{').unwrap();
    let end = answer.rfind('}').unwrap();
    serde_json::from_str(&answer[start..=end]).unwrap()
}

fn lies_untouched(device: &Device, dump: &str, waiting: u64) {
    assert_eq!(device.dump(), dump);
    assert_eq!(device.waiting(), waiting);
    assert!(device.home().join("keys/database").exists());
}

#[test]
fn a_lost_laptop_is_destroyed_by_the_true_word_and_by_nothing_else() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let mut server = Server::start(place);
        let code = server.init("熟客小店");
        let address = address_of(&code);
        let owner = Device::enrolled(&code);
        let laptop = Device::enrolled(&server.invite("rep"));
        let other = Device::enrolled(&server.invite("rep"));
        let wang = owner.add_customer("王敏", &["--phone", PHONE]);
        sync_until_quiet(&[&owner, &laptop, &other]);
        laptop.set(&wang, "remarks", "在路上写的");
        let (dump, waiting) = (laptop.dump(), laptop.waiting());

        // The other device is lost: what it is told is true, and says nothing of this one.
        let lost = other.call("home.state", &json!(null))["device"]["id"].clone();
        let told = token_of(&other);
        owner.run(&["devices", "lost", lost.as_str().unwrap()]);
        let for_another = answer_to(address, &told);
        assert_eq!(for_another["params"]["revocation"]["ending"], "lost", "{for_another}");
        let mut for_this = for_another.clone();
        let device = laptop.call("home.state", &json!(null))["device"]["id"].clone();
        for_this["params"]["revocation"]["device"] = device.clone();
        let mut unsigned = for_this.clone();
        unsigned["params"]["revocation"]["signature"] = json!("00".repeat(64));
        server.kill();

        let json_401 = |body: Value| move || refusal(StatusCode::UNAUTHORIZED, &body);
        let bare = || StatusCode::UNAUTHORIZED.into_response();
        let redirect =
            || (StatusCode::FOUND, [(header::LOCATION, "http://127.0.0.1/login")]).into_response();
        let page =
            || ([(header::CONTENT_TYPE, "text/html")], "<html>sign in</html>").into_response();
        let survives = |name: &str, impostor: Impostor| {
            let refused: Result<Value, Refused> = laptop.try_run(&["sync"]);
            assert!(refused.is_err(), "{name}");
            lies_untouched(&laptop, &dump, waiting);
            drop(impostor);
        };
        survives("a bare 401", Impostor::at(address, bare));
        survives("a redirect", Impostor::at(address, redirect));
        survives("a login page", Impostor::at(address, page));
        survives(
            "an unknown token",
            Impostor::at(address, json_401(json!({ "code": "token.unknown" }))),
        );
        survives(
            "revoked, unsigned",
            Impostor::at(address, json_401(json!({ "code": "device.revoked" }))),
        );
        survives("the word for another device", Impostor::at(address, json_401(for_another)));
        survives("the same under this one's name", Impostor::at(address, json_401(for_this)));
        survives("without a signature", Impostor::at(address, json_401(unsigned)));

        // The true word.
        server.serve();
        owner.run(&["devices", "lost", device.as_str().unwrap()]);
        assert_eq!(laptop.refused(&["sync"]), "device.revoked");
        let home = laptop.home();
        for gone in
            ["shuke.db", "shuke.db-wal", "home.json", "keys/database", "keys/phrase", "keys/token"]
        {
            assert!(!home.join(gone).exists(), "{gone} is still there");
        }
        let state = laptop.call("home.state", &json!(null));
        assert_eq!((&state["phase"], &state["ended"]["ending"]), (&json!("new"), &json!("lost")));

        // What it still brought lies in quarantine, takes no part, and may be taken in.
        owner.run(&["sync"]);
        assert!(owner.show(&wang)["remarks"].is_null());
        let aside = owner.run(&["devices", "aside"]);
        assert_eq!(aside["rows"][0]["code"], "device.lost", "{aside}");
        let values = aside["rows"][0]["values"].as_array().unwrap();
        assert!(values.iter().any(|value| value["wanted"] == "在路上写的"), "{aside}");
        let key = aside["rows"][0]["key"].as_str().unwrap().to_owned();
        owner.run(&["devices", "accept", &key]);
        owner.run(&["sync"]);
        assert_eq!(owner.show(&wang)["remarks"], "在路上写的");
        assert_eq!(owner.refused(&["devices", "accept", &key]), "aside.not_found");
        // The machine comes back with a code of its own.
        laptop.enrol(&server.invite("rep")).unwrap();
        laptop.run(&["sync"]);
        assert_eq!(laptop.show(&wang)["name"], "王敏");
    });
}

#[test]
fn a_device_that_retires_pushes_first_and_hands_its_numbers_back() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let mut server = Server::start(place);
        let owner = Device::enrolled(&server.init("熟客小店"));
        let till = Device::enrolled(&server.invite("manager"));
        let li = till.add_customer("李雷", &[]);
        let number = till.show(&li)["member_no"].clone();
        server.kill();
        assert_eq!(till.refused(&["devices", "retire"]), "server.unreachable");
        assert!(till.home().join("shuke.db").exists() && till.waiting() > 0);
        server.serve();
        till.run(&["devices", "retire"]);
        assert!(!till.home().join("shuke.db").exists() && !till.home().join("keys/token").exists());
        owner.run(&["sync"]);
        assert_eq!(owner.show(&li)["name"], "李雷");
        let next = Device::enrolled(&server.invite("counter"));
        let han = next.add_customer("韩梅梅", &[]);
        let given = |number: &Value| number.as_str().unwrap().parse::<i64>().unwrap();
        assert_eq!(
            given(&next.show(&han)["member_no"]),
            given(&number) + 1,
            "handed back and given again"
        );

        // Asked from afar: the same, as soon as it is heard of.
        let id = next.call("home.state", &json!(null))["device"]["id"].clone();
        next.set(&han, "remarks", "最后一句");
        owner.run(&["devices", "retire", id.as_str().unwrap()]);
        next.run(&["sync"]);
        assert!(!next.home().join("shuke.db").exists());
        owner.run(&["sync"]);
        assert_eq!(owner.show(&han)["remarks"], "最后一句");
        let devices = owner.run(&["devices", "list"]);
        let retired =
            devices["devices"].as_array().unwrap().iter().find(|device| device["id"] == id);
        assert_eq!(retired.unwrap()["ending"], "retired");
    });
}

// PINs.

/// Runs as somebody, with their PIN.
fn as_person(device: &Device, name: &str, pin: &str, arguments: &[&str]) -> Result<Value, String> {
    let mut command = device.command(arguments);
    let output = command.env("SHUKE_AS", name).env("SHUKE_PIN", pin).output().unwrap();
    if output.status.success() {
        return Ok(serde_json::from_slice(&output.stdout).unwrap_or_default());
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let last: Value =
        serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap_or_default();
    Err(last["code"].as_str().unwrap_or(&text).to_owned())
}

/// Somebody who was never let in stands as the author of one change of a row: an old copy, or a hand that went in.
fn forge(device: &Device, field: &str, author: &Value) {
    let key: String = std::fs::read(device.home().join("keys/database"))
        .unwrap()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let database = rusqlite::Connection::open(device.home().join("shuke.db")).unwrap();
    database.execute_batch(&format!("pragma key = \"x'{key}'\"")).unwrap();
    let changes: String = database
        .query_row("select changes from outbox where changes <> '[]'", [], |row| row.get(0))
        .unwrap();
    let mut changes: Vec<Value> = serde_json::from_str(&changes).unwrap();
    let change = changes.iter_mut().find(|change| change["field"] == field).unwrap();
    change["author"] = author.clone();
    let changes = serde_json::to_string(&changes).unwrap();
    database.execute("update outbox set changes = ?1 where changes <> '[]'", [changes]).unwrap();
}

#[test]
fn what_a_stranger_to_the_device_changed_comes_back_and_the_rest_of_the_row_goes_up() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, owner, till) = two_at(place);
        let wang = owner.add_customer("王敏", &["--set", "remarks=老顾客"]);
        sync_until_quiet(&[&owner, &till]);
        till.set(&wang, "remarks", "不可信");
        till.set(&wang, "tone", "轻声");
        let stranger = owner.call("home.state", &json!(null))["person"]["id"].clone();
        forge(&till, "remarks", &stranger);
        sync_until_quiet(&[&owner, &till]);
        assert_eq!(till.waiting(), 0);
        for device in [&owner, &till] {
            let file = device.show(&wang);
            assert_eq!((&file["remarks"], &file["tone"]), (&json!("老顾客"), &json!("轻声")));
        }
        assert_eq!(owner.dump(), till.dump());
        // It is told to whose name it bore, wherever they sign in.
        let tasks = owner.call("task.list", &json!({ "assignee": stranger }));
        let refused = &tasks[0]["refused"];
        assert_eq!(refused["code"], "author.unknown", "{tasks}");
        assert!(
            refused.to_string().contains("不可信") && !refused.to_string().contains("轻声"),
            "{refused}"
        );
    });
}

#[test]
fn a_leavers_pin_is_dead_at_the_tills_next_contact_and_their_work_goes_on() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let server = Server::start(place);
        let owner = Device::enrolled(&server.init("熟客小店"));
        let till = Device::enrolled(&server.invite("manager"));
        sync_until_quiet(&[&owner, &till]);
        let manager = till.call("home.state", &json!(null))["person"]["id"].clone();
        let named = json!({ "id": manager, "name": "店长" });
        till.call("people.edit", &named);
        till.call("people.set_pin", &json!({ "person": manager, "pin": "7294" }));
        // Somebody has a PIN: nobody is in without one.
        assert_eq!(till.refused(&["customer", "count"]), "person.signed_out");
        assert!(till.try_run(&["sync"]).is_ok(), "the till goes on syncing while it is locked");
        let add = json!({ "name": "小李", "role": "counter", "pin": "4071", "here": true });
        let added =
            as_person(&till, "店长", "7294", &["call", "people.add", &add.to_string()]).unwrap();
        let li = added["id"].as_str().unwrap().to_owned();
        let made =
            as_person(&till, "小李", "4071", &["customer", "add", "--name", "王敏"]).unwrap();
        let wang = made["id"].as_str().unwrap().to_owned();
        assert_eq!(
            as_person(&till, "小李", "4072", &["customer", "count"]),
            Err("pin.wrong".into())
        );
        assert_eq!(
            as_person(&till, "小李", "4071", &["people", "pin", "店长", "--clear"]),
            Err("right.missing".into())
        );
        // Both wrote, offline, on one device: each under their own name.
        as_person(&till, "店长", "7294", &["customer", "edit", &wang, "--set", "remarks=店长写的"])
            .unwrap();
        sync_until_quiet(&[&owner, &till]);
        assert_eq!(owner.show(&wang)["remarks"], "店长写的");
        let tasks = owner.call("task.list", &json!({}));
        assert!(tasks.as_array().unwrap().is_empty(), "nothing was refused: {tasks}");

        let me = owner.call("home.state", &json!(null))["person"]["id"].clone();
        owner.call("customer.edit", &json!({ "id": wang, "fields": { "owner": li } }));
        owner.call("people.leave", &json!({ "id": li, "to": me }));
        owner.run(&["sync"]);
        assert!(
            as_person(&till, "小李", "4071", &["customer", "count"]).is_ok(),
            "not heard of yet"
        );
        till.run(&["sync"]);
        assert_eq!(
            as_person(&till, "小李", "4071", &["customer", "count"]),
            Err("person.not_found".into())
        );
        let raw = owner.call("customer.show", &json!({ "id": wang }));
        assert_eq!(raw["customer"]["owner"], me);
        assert!(as_person(&till, "店长", "7294", &["customer", "count"]).is_ok());
    });
}

async fn app_at(home: &Path) -> Arc<App> {
    App::open(home, KeyPlace::File, false).await.unwrap()
}

async fn ask(app: &App, name: &str, request: Value) -> Result<Value, String> {
    shuke_app::call(app, name, request).await.map_err(|failure| failure.code.as_str().to_owned())
}

#[tokio::test]
async fn waits_after_wrong_pins_survive_restart_and_a_clock_set_back() {
    let folder = tempfile::tempdir().unwrap();
    let home: PathBuf = folder.path().join("home");
    let app = app_at(&home).await;
    ask(&app, "home.found", json!({ "workspace": "西湖茶舍" })).await.unwrap();
    let me = ask(&app, "home.state", json!(null)).await.unwrap()["person"]["id"].clone();
    let pin = |pin: &str| json!({ "person": me, "pin": pin });
    assert_eq!(ask(&app, "people.set_pin", pin("1234")).await, Err("pin.weak".into()));
    assert_eq!(ask(&app, "people.set_pin", pin("12x4")).await, Err("pin.invalid".into()));
    ask(&app, "people.set_pin", pin("4071")).await.unwrap();
    let locked = ask(&app, "people.sign_out", json!(null)).await.unwrap();
    assert_eq!((&locked["lock"], &locked["person"]), (&json!("signed_out"), &Value::Null));
    assert_eq!(ask(&app, "customer.count", json!({})).await, Err("person.signed_out".into()));
    for _ in 0..2 {
        assert_eq!(ask(&app, "people.sign_in", pin("9999")).await, Err("pin.wrong".into()));
    }
    assert_eq!(ask(&app, "people.sign_in", pin("9999")).await, Err("pin.wait".into()));
    assert_eq!(
        ask(&app, "people.sign_in", pin("4071")).await,
        Err("pin.wait".into()),
        "right, but too early"
    );
    app.close().await.unwrap();

    let app = app_at(&home).await;
    assert_eq!(
        ask(&app, "people.sign_in", pin("4071")).await,
        Err("pin.wait".into()),
        "after a restart"
    );
    app.clock().turn(-3 * DAY);
    assert_eq!(
        ask(&app, "people.sign_in", pin("4071")).await,
        Err("pin.wait".into()),
        "after the clock went back"
    );
    app.clock().turn(3 * DAY + 6_000);
    ask(&app, "people.sign_in", pin("4071")).await.unwrap();
    assert!(ask(&app, "customer.count", json!({})).await.is_ok());

    // The owner who forgot it comes in by the words that open everything anyway.
    let words = ask(&app, "recovery.create", json!({ "locale": "en" })).await.unwrap();
    let words: Vec<&str> =
        words["words"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    ask(&app, "people.sign_out", json!(null)).await.unwrap();
    let wrong = json!({ "person": me, "words": "abandon abandon" });
    assert!(ask(&app, "people.recover", wrong).await.is_err());
    let right = json!({ "person": me, "words": words.join(" ") });
    let state = ask(&app, "people.recover", right).await.unwrap();
    assert_eq!((&state["guarded"], &state["person"]["id"]), (&json!(false), &me));
    app.close().await.unwrap();
}

#[test]
fn a_lease_locks_whatever_the_clock_says_and_loses_nothing() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let mut server = Server::start(place);
        let owner = Device::enrolled(&server.init("熟客小店"));
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        let code = server.invite("rep");
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let app = app_at(&home).await;
            ask(&app, "sync.enroll", json!({ "code": code })).await.unwrap();
            ask(&app, "sync.now", json!(null)).await.unwrap();
            server.kill();
            let add = json!({ "customer": { "name": "路上的客户" } });
            ask(&app, "customer.add", add).await.unwrap();
            app.clock().turn(24 * DAY);
            let near = ask(&app, "sync.now", json!(null)).await;
            assert_eq!(near, Err("server.unreachable".into()));
            assert!(
                ask(&app, "customer.count", json!({})).await.is_ok(),
                "a week before its end it warns"
            );
            app.clock().turn(7 * DAY);
            assert_eq!(ask(&app, "customer.count", json!({})).await, Err("lease.over".into()));
            assert_eq!(ask(&app, "home.state", json!(null)).await.unwrap()["lock"], "lease");
            app.clock().turn(-31 * DAY);
            assert_eq!(
                ask(&app, "customer.count", json!({})).await,
                Err("lease.over".into()),
                "set back"
            );
            app.close().await.unwrap();

            let app = app_at(&home).await;
            assert_eq!(
                ask(&app, "customer.count", json!({})).await,
                Err("lease.over".into()),
                "after a restart"
            );
            let status = ask(&app, "sync.status", json!(null)).await.unwrap();
            assert!(status["outbox_count"].as_u64().unwrap() > 0);
            server.serve();
            ask(&app, "sync.now", json!(null)).await.unwrap();
            let count = ask(&app, "customer.count", json!({})).await.unwrap();
            assert_eq!(count["count"], 1);
            assert_eq!(ask(&app, "sync.status", json!(null)).await.unwrap()["outbox_count"], 0);
            app.close().await.unwrap();
        });
        owner.run(&["sync"]);
        assert_eq!(owner.run(&["customer", "count"])["count"], 1, "all that was unsent went up");
    });
}

#[test]
fn an_invitation_from_the_window_brings_somebody_who_was_added_in_as_themselves() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let (_server, owner, till) = two_at(place);
        let added = owner.run(&["people", "add", "--name", "周舟", "--role", "rep"]);
        let invited = owner.run(&["people", "invite", "--person", "周舟"]);
        let laptop = Device::enrolled(invited["code"].as_str().unwrap());
        laptop.run(&["sync"]);
        let state = laptop.call("home.state", &json!(null));
        assert_eq!(
            (&state["person"]["id"], &state["person"]["role"]),
            (&added["id"], &json!("rep"))
        );
        let people = owner.run(&["people", "list"]);
        let named =
            people["people"].as_array().unwrap().iter().filter(|person| person["name"] == "周舟");
        assert_eq!(named.count(), 1, "nobody twice");
        // Not for everyone to do, neither here nor there.
        assert_eq!(till.refused(&["people", "invite", "--role", "counter"]), "right.missing");
        let demote = json!({ "id": owner.call("home.state", &json!(null))["person"]["id"], "role": "manager" });
        let refused = owner.try_run(&["call", "people.edit", &demote.to_string()]).unwrap_err();
        assert_eq!(refused.code, "person.last_owner");
    });
}
