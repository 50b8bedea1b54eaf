//! What every role may read and write, asked of every command of the table: a command added tomorrow is asked too,
//! or this file does not let it pass.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a story that cannot go on has failed, and says why"
)]

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};
use shuke_app::contract::COMMANDS;
use shuke_domain::{Collection, Eyes, Guards, Role, Sight, nouns::Customer};
use shuke_tests::{Shop, shop::id_of};

/// What stands in the file of the customer that is asked for, and must not be seen by whom it is guarded from.
const SECRETS: &[(&str, &str)] = &[
    ("phone", "13812348000"),
    ("landline", "57187654088"),
    ("email", "verborgen@example.org"),
    ("wechat", "wx_verborgen"),
    ("birthday", "1990-09-23"),
    ("address", "隐秘路 1 号"),
    ("personality", "怕吵"),
    ("family", "有两个孩子"),
    ("remarks", "欠过一次账"),
];
const NAME: &str = "王不可见";
const PIN: &str = "4071";

/// Some of everything for the counter, all hidden from service, all masked for managers, nothing for reps.
fn guards() -> Value {
    let all = |sight: &str| {
        let units: serde_json::Map<String, Value> =
            SECRETS.iter().map(|(unit, _)| ((*unit).to_owned(), json!(sight))).collect();
        Value::Object(units)
    };
    json!({
        "manager": all("masked"),
        "service": all("hidden"),
        "counter": { "phone": "masked", "email": "hidden", "birthday": "hidden", "family": "masked" },
    })
}

struct Scene {
    shop: Shop,
    customer: String,
    sale: String,
    task: String,
    people: BTreeMap<Role, String>,
    owner: String,
    folder: tempfile::TempDir,
}

async fn scene() -> Scene {
    let shop = Shop::open().await;
    let fields: serde_json::Map<String, Value> = SECRETS
        .iter()
        .map(|(field, value)| ((*field).to_owned(), json!(value)))
        .chain([("name".to_owned(), json!(NAME))])
        .collect();
    let customer = shop.add_customer(Value::Object(fields)).await;
    let sale = id_of(&shop.sell(&customer, 1, 9_900, None).await);
    shop.call("tag.put", json!({ "customers": [customer], "name": "常客" })).await;
    let task = json!({ "title": "打电话", "customer": customer });
    let task = id_of(&shop.call("task.add", task).await);
    let edit = json!({ "id": customer, "fields": { "remarks": "欠过一次账" } });
    shop.call("customer.edit", edit).await;
    let owner =
        shop.call("home.state", json!(null)).await["person"]["id"].as_str().unwrap().to_owned();
    for (role, units) in guards().as_object().unwrap() {
        for (unit, sight) in units.as_object().unwrap() {
            shop.call("rights.set", json!({ "role": role, "unit": unit, "sight": sight })).await;
        }
    }
    shop.call("people.set_pin", json!({ "person": owner, "pin": PIN })).await;
    let mut people = BTreeMap::from([(Role::Owner, owner.clone())]);
    for role in Role::ALL.iter().filter(|role| **role != Role::Owner) {
        let person = json!({ "name": format!("{role:?}"), "role": role, "pin": PIN });
        people.insert(*role, id_of(&shop.call("people.add", person).await));
    }
    Scene { shop, customer, sale, task, people, owner, folder: tempfile::tempdir().unwrap() }
}

impl Scene {
    async fn sign_in(&self, person: &str) {
        self.shop.call("people.sign_in", json!({ "person": person, "pin": PIN })).await;
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// Requests with which somebody could try to learn or to change more than is theirs.
    fn requests(&self, command: &str) -> Vec<Value> {
        let (id, me) = (&self.customer, &self.owner);
        let line = json!({ "sku": "TEA", "name": "龙井", "quantity": 1_000, "amount": 100 });
        let is = |field: &str, is: &str, value: &str| json!({ "conditions": [{ "field": field, "is": is, "value": value }] });
        let conditions: Vec<Value> = SECRETS
            .iter()
            .flat_map(|(field, value)| {
                let front: String = value.chars().take(2).collect();
                [is(field, "contains", &front), is(field, "is", value), is(field, "is_not", "x")]
            })
            .chain([json!({ "conditions": [] })])
            .collect();
        match command {
            "home.state" | "settings.get" | "sync.status" | "team.show" | "tag.list"
            | "people.switcher" | "people.list" | "rights.show" | "device.list" | "import.list"
            | "import.cancel" | "visibility.show" | "history.kept" | "sync.now" | "sync.leave" | "aside.list" | "device.retire" => {
                vec![json!(null)]
            }
            // Ends, replaces or locks the workspace of this scene: told in stories of their own.
            "home.found" | "home.demo" | "home.leave_demo" | "backup.restore" | "sync.enroll"
            | "people.sign_in" | "people.sign_out" | "people.recover" => Vec::new(),
            "settings.set" => vec![json!({ "zoom": 1.0 })],
            "recovery.create" => vec![json!({ "locale": "en" })],
            "recovery.confirm" | "recovery.unlock" => vec![json!({ "words": "abandon" })],
            "recovery.save" => vec![json!({ "path": self.file("words.txt"), "locale": "en" })],
            "screen.recall" => vec![json!({ "screen": "counter" })],
            "screen.keep" => vec![json!({ "screen": "counter", "kept": {} })],
            "team.rename_workspace" => vec![json!({ "name": "别人的店" })],
            "team.add_store" => vec![json!({ "name": "分店" })],
            "people.lock_after" => vec![json!({ "minutes": 5 })],
            "people.add" => vec![json!({ "name": "新来的", "role": "owner" })],
            "people.edit" => vec![json!({ "id": me, "role": "read_only" })],
            "people.set_pin" => vec![json!({ "person": me, "pin": "9173" })],
            "people.let_in" => vec![json!({ "person": me, "here": true })],
            "people.leave" => vec![json!({ "id": me })],
            "people.undo_leave" => vec![json!({ "id": me })],
            "people.invite" => vec![json!({ "role": "owner" })],
            "rights.set" => SECRETS
                .iter()
                .flat_map(|(unit, _)| {
                    Role::ALL.iter().map(move |role| {
                        json!({ "role": role, "unit": unit, "sight": "open" })
                    })
                })
                .collect(),
            "rights.lease" => vec![json!({ "days": 0 })],
            "device.rename" => vec![json!({ "id": id, "name": "x" })],
            "device.replace" => vec![json!({ "id": id })],
            "device.end" => vec![json!({ "id": id, "ending": "lost" })],
            "aside.settle" => vec![json!({ "key": "x", "accept": true })],
            "customer.reveal" => SECRETS
                .iter()
                .map(|(field, _)| json!({ "id": id, "field": field }))
                .collect(),
            "reveal.list" => vec![json!({})],
            "customer.search" => SECRETS
                .iter()
                .flat_map(|(_, value)| {
                    let front: String = value.chars().take(3).collect();
                    [json!({ "text": value }), json!({ "text": front })]
                })
                .chain([json!({ "text": NAME }), json!({ "text": "00" })])
                .collect(),
            "customer.recent" => vec![json!({ "limit": 20 })],
            "customer.show" | "history.pull" | "points.show" | "customer.restore" => {
                vec![json!({ "id": id })]
            }
            "history.show" => vec![
                json!({ "id": id }),
                json!({ "id": self.task, "collection": "task" }),
                json!({ "id": self.sale, "collection": "sale" }),
            ],
            "history.keep" => vec![json!({ "days": 400 })],
            "customer.would_leave" => vec![json!({ "id": id, "fields": { "store": me } })],
            "visibility.set" => vec![json!({ "visibility": "store", "share_ownerless": false })],
            "visibility.preview" => vec![json!({ "visibility": "owner", "share_ownerless": true })],
            "conflict.list" => vec![json!({}), json!({ "about": id })],
            "conflict.settle" => vec![json!({ "conflicts": [{ "id": id }], "take": "theirs" })],
            "conflict.unsettle" => vec![json!({ "settled": [] })],
            "conflict.keep_deleted" => vec![json!({ "customers": [id] })],
            "customer.by_phone" => vec![json!({ "phone": "13812348000" }), json!({ "phone": "138" })],
            "customer.add" => vec![json!({ "customer": { "name": "另一位", "email": "neu@example.org" } })],
            "customer.edit" => SECRETS
                .iter()
                .map(|(field, _)| {
                    let value = if *field == "birthday" { "2001-01-01" } else { "x1" };
                    json!({ "id": id, "fields": { *field: value } })
                })
                .collect(),
            "customer.delete" => vec![json!({ "id": self.sale })],
            "customer.timeline" => vec![json!({ "id": id })],
            "customer.view" | "customer.list" | "customer.count" => conditions,
            "customer.window" => (1..40).map(|view| json!({ "view": view, "from": 0, "count": 50 })).collect(),
            "customer.locate" => vec![json!({ "view": 1, "id": id })],
            "tag.put" | "tag.remove" => vec![json!({ "customers": [id], "name": "新标签" })],
            "product.search" => vec![json!({ "text": "" })],
            "product.by_code" => vec![json!({ "code": "TEA" })],
            "product.add" => vec![json!({ "product": { "sku": "NEW" } })],
            "sale.quote" => vec![json!({ "customer": id, "lines": [line] })],
            "sale.add" => vec![json!({ "customer": id, "lines": [line] })],
            "sale.refund" => vec![json!({ "sale": self.sale, "amount": 1 })],
            "sale.show" => vec![json!({ "id": self.sale })],
            "points.adjust" => vec![json!({ "customer": id, "amount": 1, "why": "试" })],
            "interaction.add" => vec![json!({ "customer": id, "kind": "note", "text": "试" })],
            "task.list" => vec![json!({}), json!({ "customer": id })],
            "task.add" => vec![json!({ "title": "试" })],
            "task.done" => vec![json!({ "id": self.task, "done": true })],
            "task.postpone" => vec![json!({ "id": self.task, "due_on": "2026-12-01" })],
            "today.show" => vec![json!({ "mine": false })],
            "sync.outbox" => vec![json!({})],
            "import.inspect" => vec![json!({ "path": self.file("none.csv") })],
            "import.start" => vec![json!({ "path": self.file("none.csv"), "kind": "customers" })],
            "export.start" => ["csv", "json", "vcf"]
                .iter()
                .map(|ending| json!({ "path": self.file(&format!("out.{ending}")), "kind": "customers" }))
                .chain([
                    json!({ "path": self.file("sales.csv"), "kind": "sales" }),
                    json!({ "path": self.file("history.csv"), "kind": "history" }),
                    json!({ "path": self.file("one.csv"), "kind": "history", "record": id }),
                ])
                .collect(),
            "backup.show" | "backup.keep" => vec![json!(null)],
            "backup.plan" => vec![json!({ "daily": false })],
            "backup.make" => vec![json!({ "path": self.file("backup.shuke") })],
            "doctor.examine" => vec![json!({})],
            new => panic!("{new} is new: say here how somebody could try to see too much by it"),
        }
    }

    /// Everything in the file, by collection, as the owner sees it.
    async fn everything(&self) -> BTreeMap<String, Vec<String>> {
        self.sign_in(&self.owner).await;
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let note = |line: &str| {
            let record: Value = serde_json::from_str(line)?;
            let collection = record["collection"].as_str().unwrap_or_default().to_owned();
            all.entry(collection).or_default().push(line.to_owned());
            Ok(())
        };
        shuke_app::replica::dump(&self.shop.app, note).await.unwrap();
        all
    }
}

/// Whatever lies in a file that a command wrote, if it is text.
fn written(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).unwrap().filter_map(Result::ok);
    let texts = files.filter_map(|file| std::fs::read(file.path()).ok());
    texts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether a text tells a secret, also where it is written with gaps.
fn tells(text: &str, secret: &str) -> bool {
    let number = secret.chars().all(|letter| letter.is_ascii_digit()) && secret.len() > 8;
    text.contains(secret) || number && digits(text).contains(secret)
}

#[tokio::test]
async fn no_role_reads_or_writes_beyond_the_table_through_any_command() {
    let scene = scene().await;
    let guards = Guards::read(Some(&guards()));
    let mut before = scene.everything().await;
    for (role, person) in scene.people.iter().rev() {
        let eyes = Eyes::of(*role, guards.clone());
        let kept: Vec<&str> = SECRETS
            .iter()
            .filter(|(field, _)| eyes.sight(Customer::COLLECTION, field) != Sight::Open)
            .map(|(_, secret)| *secret)
            .collect();
        scene.sign_in(person).await;
        for command in COMMANDS {
            for request in scene.requests(command.name) {
                let asked = request["field"].as_str().unwrap_or_default().to_owned();
                let Ok(reply) = scene.shop.try_call(command.name, request.clone()).await else {
                    continue;
                };
                let mut told = reply.to_string();
                if command.name == "export.start" {
                    told.push_str(&written(scene.folder.path()));
                }
                assert!(!told.contains("argon2"), "{role:?} {} {request}", command.name);
                if !eyes.may_read(Customer::COLLECTION) {
                    assert!(!told.contains(NAME), "{role:?} {} {request}: {told}", command.name);
                }
                let revealed = command.name == "customer.reveal"
                    && eyes.sight(Customer::COLLECTION, &asked) == Sight::Masked;
                // What somebody typed they knew before.
                let typed = request.to_string();
                for secret in kept.iter().filter(|secret| !revealed && !tells(&typed, secret)) {
                    assert!(
                        !tells(&told, secret),
                        "{role:?} learns {secret} by {} {request}: {told}",
                        command.name
                    );
                }
            }
            for file in std::fs::read_dir(scene.folder.path()).unwrap().filter_map(Result::ok) {
                std::fs::remove_file(file.path()).unwrap();
            }
        }
        if *role == Role::Owner {
            continue;
        }
        let after = scene.everything().await;
        for (name, records) in &after {
            let collection = Collection::find(name).unwrap();
            if before.get(name) != Some(records) {
                assert!(collection.may_write(*role), "{role:?} wrote {name}");
            }
        }
        let file = scene.shop.show(&scene.customer).await;
        for (field, secret) in SECRETS {
            let stands = tells(&file["customer"][field].to_string(), secret);
            if eyes.sight(Customer::COLLECTION, field) == Sight::Hidden {
                assert!(stands, "{role:?} changed {field}, which is hidden from them");
            }
            if !stands {
                let back = json!({ "id": scene.customer, "fields": { *field: secret } });
                scene.shop.call("customer.edit", back).await;
            }
        }
        before = scene.everything().await;
    }
}

#[tokio::test]
async fn a_masked_number_is_found_by_the_whole_of_it_or_by_four_of_its_tail() {
    let scene = scene().await;
    scene.sign_in(&scene.people[&Role::Counter]).await;
    for (typed, found) in [
        ("13812348000", true),
        ("8000", true),
        ("48000", true),
        ("800", false),
        ("138", false),
        ("1381234", false),
        ("2348", false),
        ("verborgen@example.org", false),
        ("王不", true),
        ("wbkj 8000", true),
        ("wbkj 800", false),
    ] {
        let hits = scene.shop.call("customer.search", json!({ "text": typed })).await;
        let hits = hits["hits"].as_array().unwrap();
        assert_eq!(!hits.is_empty(), found, "{typed}: {hits:?}");
        for hit in hits {
            assert_eq!(hit["phone"], "138****8000", "{typed}");
        }
        let view = json!({ "conditions": [], "text": typed });
        let count = scene.shop.call("customer.view", view).await["count"].as_u64();
        assert_eq!(count, Some(u64::from(found)), "{typed}");
    }
    let tail = scene.shop.call("customer.search", json!({ "text": "8000" })).await;
    let hit = &tail["hits"][0];
    assert_eq!(hit["contact"], "138****8000");
    assert_eq!(hit["marks"][0], json!({ "field": "contact", "part": 0, "start": 7, "end": 11 }));
    let file = scene.shop.show(&scene.customer).await;
    assert_eq!(file["customer"]["phone"], "138****8000");
    assert_eq!(file["masked"], json!(["phone", "family"]));
    assert_eq!(file["customer"]["birthday"], Value::Null);
    // What comes back masked was typed by nobody.
    let same =
        json!({ "id": scene.customer, "fields": { "phone": "138****8000", "tone": "轻声" } });
    scene.shop.call("customer.edit", same).await;
    let hidden = json!({ "id": scene.customer, "fields": { "birthday": "2001-01-01" } });
    assert_eq!(scene.shop.refused("customer.edit", hidden).await, "right.missing");
    let by = json!({ "conditions": [{ "field": "phone", "is": "contains", "value": "138" }] });
    assert_eq!(scene.shop.refused("customer.count", by).await, "right.missing");
    scene.sign_in(&scene.owner).await;
    let file = scene.shop.show(&scene.customer).await;
    assert_eq!(file["customer"]["phone"], "+8613812348000");
    assert_eq!(file["customer"]["tone"], "轻声");
}

#[tokio::test]
async fn each_look_at_a_masked_value_is_on_record() {
    let scene = scene().await;
    let ask = |field: &str| json!({ "id": scene.customer, "field": field });
    scene.sign_in(&scene.people[&Role::Counter]).await;
    let shown = scene.shop.call("customer.reveal", ask("phone")).await;
    assert_eq!(shown["value"], "+8613812348000");
    assert_eq!(scene.shop.refused("customer.reveal", ask("email")).await, "right.missing");
    // What is open is no secret, and nobody keeps a list of looks at it.
    scene.shop.call("customer.reveal", ask("wechat")).await;
    assert_eq!(scene.shop.refused("reveal.list", json!({})).await, "right.missing");
    scene.sign_in(&scene.owner).await;
    let looks = scene.shop.call("reveal.list", json!({})).await;
    let looks = looks.as_array().unwrap();
    assert_eq!(looks.len(), 1, "{looks:?}");
    assert_eq!((&looks[0]["field"], &looks[0]["person"]), (&json!("phone"), &json!("Counter")));
    assert_eq!(looks[0]["customer_name"], NAME);
    assert!(!looks[0].to_string().contains("8000"), "who and what, never the value");
}

#[tokio::test]
async fn it_sees_devices_and_no_customers() {
    let scene = scene().await;
    scene.sign_in(&scene.people[&Role::It]).await;
    for (command, request) in [
        ("customer.show", json!({ "id": scene.customer })),
        ("customer.search", json!({ "text": "王" })),
        ("customer.count", json!({})),
        ("sale.show", json!({ "id": scene.sale })),
        ("points.show", json!({ "id": scene.customer })),
        ("tag.list", json!(null)),
        ("export.start", json!({ "path": scene.file("x.csv"), "kind": "customers" })),
    ] {
        assert_eq!(scene.shop.refused(command, request).await, "right.missing", "{command}");
    }
    assert!(scene.shop.call("task.list", json!({})).await.as_array().unwrap().is_empty());
    let today = scene.shop.call("today.show", json!({ "mine": false })).await;
    assert_eq!((&today["sales_today"], &today["birthdays"]), (&json!(0), &json!([])));
    assert_eq!(scene.shop.call("device.list", json!(null)).await["devices"][0]["this"], true);
}

#[tokio::test]
async fn a_shop_keeps_an_owner_and_managers_make_none() {
    let scene = scene().await;
    let shop = &scene.shop;
    let owner = &scene.owner;
    let demote = json!({ "id": owner, "role": "manager" });
    assert_eq!(shop.refused("people.edit", demote.clone()).await, "person.last_owner");
    assert_eq!(shop.refused("people.leave", json!({ "id": owner })).await, "person.last_owner");
    scene.sign_in(&scene.people[&Role::Manager]).await;
    let counter = &scene.people[&Role::Counter];
    let promote = json!({ "id": counter, "role": "owner" });
    assert_eq!(shop.refused("people.edit", promote.clone()).await, "right.missing");
    let another = json!({ "name": "新店主", "role": "owner" });
    assert_eq!(shop.refused("people.add", another).await, "right.missing");
    shop.call("people.edit", json!({ "id": counter, "role": "rep" })).await;
    scene.sign_in(owner).await;
    shop.call("people.edit", promote).await;
    shop.call("people.edit", demote).await;
    let people = shop.call("people.list", json!(null)).await;
    let role = |id: &str| {
        let people = people.as_array().unwrap();
        people.iter().find(|person| person["id"] == id).unwrap()["role"].clone()
    };
    assert_eq!((role(owner), role(counter)), (json!("manager"), json!("owner")));
}

#[tokio::test]
async fn who_leaves_hands_over_in_one_act_that_can_be_taken_back() {
    let scene = scene().await;
    let shop = &scene.shop;
    let (rep, service) = (&scene.people[&Role::Rep], &scene.people[&Role::Service]);
    let owned = json!({ "id": scene.customer, "fields": { "owner": rep } });
    shop.call("customer.edit", owned).await;
    shop.call("task.add", json!({ "title": "回访", "assignee": rep })).await;
    shop.call("task.add", json!({ "title": "别人的事", "assignee": scene.owner })).await;
    let left = shop.call("people.leave", json!({ "id": rep, "to": service })).await;
    assert_eq!((&left["customers"], &left["tasks"]), (&json!(1), &json!(1)));
    let owner_of = |file: &Value| file["customer"]["owner"].clone();
    assert_eq!(owner_of(&shop.show(&scene.customer).await), json!(service));
    let refused = shop.refused("people.sign_in", json!({ "person": rep, "pin": PIN })).await;
    assert_eq!(refused, "person.not_found", "a leaver's PIN is dead");
    let tasks =
        |assignee: &str| shop.call("task.list", json!({ "assignee": assignee, "done": false }));
    assert_eq!(tasks(service).await.as_array().unwrap().len(), 1);
    shop.call("people.undo_leave", json!({ "id": rep })).await;
    assert_eq!(owner_of(&shop.show(&scene.customer).await), json!(rep));
    assert_eq!(tasks(rep).await.as_array().unwrap().len(), 1);
    assert!(tasks(service).await.as_array().unwrap().is_empty());
    shop.call("people.sign_in", json!({ "person": rep, "pin": PIN })).await;
}
