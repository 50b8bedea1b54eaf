//! What every role may read and write, asked of every command of the table: a command added tomorrow is asked too,
//! or this file does not let it pass.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a story that cannot go on has failed, and says why"
)]

mod scene;
mod sight;

use std::path::Path;

use scene::{NAME, PIN, SECRETS, guards, scene};
use serde_json::{Value, json};
use shuke_app::contract::COMMANDS;
use shuke_domain::{Collection, Eyes, Guards, Role, Sight, nouns::Customer};

/// Whatever lies in a file that a command wrote, if it is text.
pub(crate) fn written(folder: &Path) -> String {
    let files = std::fs::read_dir(folder).unwrap().filter_map(Result::ok);
    let texts = files.filter_map(|file| std::fs::read(file.path()).ok());
    texts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether a text tells a secret, also where it is written with gaps.
pub(crate) fn tells(text: &str, secret: &str) -> bool {
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
