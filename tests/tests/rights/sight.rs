//! A device that several people share: each sees and touches what is theirs, by whatever command, though the
//! customers of all of them lie on it.

use serde_json::{Value, json};
use shuke_app::{Event, contract::COMMANDS};
use shuke_domain::Role;
use shuke_tests::{Shop, shop::id_of};

use crate::{
    scene::{NAME, PIN, SECRETS, Scene, open_scene},
    tells, written,
};

const REFUSED: &str = "record.out_of_sight";
const OTHERS: [Role; 4] = [Role::Service, Role::Rep, Role::Manager, Role::ReadOnly];

/// The customer is looked after at the counter, by one of the people of this device; the others are of another store.
async fn of_the_counter() -> Scene {
    let scene = open_scene().await;
    scene.sign_in(&scene.owner).await;
    let other = id_of(&scene.shop.call("team.add_store", json!({ "name": "乙店" })).await);
    for role in OTHERS {
        let moved = json!({ "id": scene.people[&role], "store": other });
        scene.shop.call("people.edit", moved).await;
    }
    let owned =
        json!({ "id": scene.customer, "fields": { "owner": scene.people[&Role::Counter] } });
    scene.shop.call("customer.edit", owned).await;
    narrow(&scene.shop, "owner").await;
    scene
}

async fn narrow(shop: &Shop, visibility: &str) {
    let choice = json!({ "visibility": visibility, "share_ownerless": false });
    shop.call("visibility.set", choice).await;
}

async fn names(shop: &Shop) -> Vec<String> {
    let list = shop.call("customer.list", json!({ "limit": 500 })).await;
    let name = |row: &Value| row["name"].as_str().unwrap().to_owned();
    let mut names: Vec<String> = list["rows"].as_array().unwrap().iter().map(name).collect();
    names.sort();
    names
}

async fn dump(scene: &Scene) -> Vec<String> {
    let mut lines = Vec::new();
    let keep = |line: &str| {
        lines.push(line.to_owned());
        Ok(())
    };
    shuke_app::replica::dump(&scene.shop.app, keep).await.unwrap();
    lines
}

/// What is in the file about the customer.
async fn about(scene: &Scene) -> Vec<String> {
    scene.sign_in(&scene.owner).await;
    let mut lines = dump(scene).await;
    lines.retain(|line| {
        [&scene.customer, &scene.sale, &scene.task].iter().any(|id| line.contains(*id))
    });
    lines
}

#[tokio::test]
async fn on_a_shared_device_nobody_learns_or_changes_by_any_command_what_is_somebody_elses() {
    let scene = of_the_counter().await;
    let before = about(&scene).await;
    assert!(before.len() > 4, "{before:?}");
    let secrets: Vec<&str> =
        SECRETS.iter().map(|(_, secret)| *secret).chain([NAME, "打电话"]).collect();
    for role in OTHERS {
        scene.sign_in(&scene.people[&role]).await;
        for command in COMMANDS {
            for request in scene.requests(command.name) {
                let Ok(reply) = scene.shop.try_call(command.name, request.clone()).await else {
                    continue;
                };
                let mut told = reply.to_string();
                if command.name == "export.start" {
                    told.push_str(&written(scene.folder.path()));
                }
                // What somebody typed they knew before.
                let typed = request.to_string();
                for secret in secrets.iter().filter(|secret| !tells(&typed, secret)) {
                    assert!(
                        !tells(&told, secret),
                        "{role:?} learns {secret} by {} {request}: {told}",
                        command.name
                    );
                }
            }
        }
        assert!(dump(&scene).await.iter().all(|line| !line.contains(&scene.customer)), "{role:?}");
        for file in std::fs::read_dir(scene.folder.path()).unwrap().filter_map(Result::ok) {
            std::fs::remove_file(file.path()).unwrap();
        }
        assert_eq!(about(&scene).await, before, "{role:?} changed what is not theirs");
        // A manager may have let the others out, or the shop's setting be tried.
        narrow(&scene.shop, "owner").await;
    }
}

#[tokio::test]
async fn what_is_somebody_elses_is_refused_with_a_word_for_it() {
    let scene = of_the_counter().await;
    let (id, line) = (&scene.customer, json!({ "sku": "TEA", "quantity": 1_000, "amount": 100 }));
    scene.sign_in(&scene.people[&Role::Rep]).await;
    for (command, request) in [
        ("customer.show", json!({ "id": id })),
        ("customer.edit", json!({ "id": id, "fields": { "tone": "x" } })),
        ("customer.delete", json!({ "id": id })),
        ("customer.restore", json!({ "id": id })),
        ("customer.reveal", json!({ "id": id, "field": "phone" })),
        ("points.show", json!({ "id": id })),
        ("points.adjust", json!({ "customer": id, "amount": 1, "why": "试" })),
        ("interaction.add", json!({ "customer": id, "kind": "note", "text": "试" })),
        ("sale.add", json!({ "customer": id, "lines": [line] })),
        ("sale.show", json!({ "id": scene.sale })),
        ("sale.refund", json!({ "sale": scene.sale, "amount": 1 })),
        ("task.add", json!({ "title": "试", "customer": id })),
        ("task.done", json!({ "id": scene.task, "done": true })),
        ("tag.put", json!({ "customers": [id], "name": "常客" })),
        ("tag.remove", json!({ "customers": [id], "name": "常客" })),
    ] {
        assert_eq!(scene.shop.refused(command, request.clone()).await, REFUSED, "{command}");
    }
    // Nobody knows it: that is another word.
    let nobody = json!({ "id": "01890000-0000-7000-8000-000000000001" });
    assert_eq!(scene.shop.refused("customer.show", nobody).await, "customer.not_found");
    scene.sign_in(&scene.people[&Role::Counter]).await;
    assert_eq!(scene.shop.show(id).await["customer"]["name"], NAME);
    let shared = json!({ "id": id, "fields": { "shared_with": [scene.people[&Role::Rep]] } });
    scene.shop.call("customer.edit", shared).await;
    scene.sign_in(&scene.people[&Role::Rep]).await;
    assert_eq!(scene.shop.show(id).await["customer"]["name"], NAME, "shared");
    scene
        .shop
        .call("interaction.add", json!({ "customer": id, "kind": "note", "text": "好" }))
        .await;
}

#[tokio::test]
async fn pages_are_full_of_ones_own_and_views_change_with_who_is_signed_in() {
    let scene = of_the_counter().await;
    let shop = &scene.shop;
    let (mine, theirs) = (&scene.people[&Role::Rep], &scene.people[&Role::Counter]);
    // Theirs are the newer ones, which an index proposes first.
    for (owner, count) in [(mine, 30), (theirs, 60)] {
        scene.sign_in(owner).await;
        for number in 0..count {
            let id = shop.add_customer(json!({ "name": format!("陈{number}") })).await;
            shop.sell(&id, 1, 10_000, None).await;
        }
    }
    scene.sign_in(mine).await;
    let hits = shop.call("customer.search", json!({ "text": "陈", "limit": 20 })).await;
    assert_eq!(hits["hits"].as_array().unwrap().len(), 20);
    let view = shop.call("customer.view", json!({ "conditions": [] })).await;
    assert_eq!((&view["count"], &view["all"]), (&json!(30), &json!(30)));
    assert_eq!(view["spent_12_months"], json!(300_000));
    assert_eq!(
        shop.call("customer.recent", json!({ "limit": 50 })).await.as_array().unwrap().len(),
        30
    );
    let today = shop.call("today.show", json!({ "mine": false })).await;
    let mut events = shop.app.events();
    scene.sign_in(theirs).await;
    assert!(
        matches!(events.recv().await.unwrap(), Event::Touched(tags) if tags.contains(&"customer".to_owned()))
    );
    let old = json!({ "view": view["view"], "from": 0, "count": 50 });
    assert_eq!(shop.call("customer.window", old).await["stale"], true, "the rep's view is gone");
    assert_eq!(shop.call("customer.count", json!({})).await["count"], 61);
    assert_ne!(
        shop.call("today.show", json!({ "mine": false })).await["sales_today"],
        today["sales_today"]
    );
    scene.sign_in(&scene.owner).await;
    assert_eq!(shop.call("customer.count", json!({})).await["count"], 91);
    narrow(shop, "everyone").await;
    scene.sign_in(mine).await;
    assert_eq!(
        shop.call("customer.count", json!({})).await["count"],
        91,
        "nothing is kept of before"
    );
}

#[tokio::test]
async fn people_of_two_stores_at_one_till_see_each_their_own() {
    let shop = Shop::open().await;
    let owner = shop.call("home.state", json!(null)).await["person"]["id"].clone();
    shop.call("people.set_pin", json!({ "person": owner, "pin": PIN })).await;
    let other = id_of(&shop.call("team.add_store", json!({ "name": "乙店" })).await);
    let here = json!({ "name": "小陈", "role": "counter", "pin": PIN });
    let here = id_of(&shop.call("people.add", here).await);
    let there = json!({ "name": "小林", "role": "counter", "pin": PIN, "store": other });
    let there = id_of(&shop.call("people.add", there).await);
    narrow(&shop, "store").await;
    let sign_in = async |person: &str| {
        shop.call("people.sign_in", json!({ "person": person, "pin": PIN })).await;
    };
    sign_in(&here).await;
    let first = shop.add_customer(json!({ "name": "甲一", "phone": "13812348000" })).await;
    sign_in(&there).await;
    // The same phone once more: of the other store's customer nothing is said.
    let known = shop.call("customer.by_phone", json!({ "phone": "13812348000" })).await;
    assert_eq!(known["customers"], json!([]));
    let second = shop.add_customer(json!({ "name": "乙一", "phone": "13812348000" })).await;
    let sold = id_of(&shop.sell(&second, 1, 100, None).await);
    assert_eq!(names(&shop).await, ["乙一"]);
    assert_eq!(shop.refused("customer.show", json!({ "id": first })).await, REFUSED);
    sign_in(&here).await;
    assert_eq!(names(&shop).await, ["甲一"]);
    // It was sold in this store: the sale is there, the customer is not.
    let receipt = shop.call("sale.show", json!({ "id": sold })).await;
    assert!(!receipt.to_string().contains("乙一"), "{receipt}");
    shop.call("sale.refund", json!({ "sale": sold, "amount": 1 })).await;
    let moved = json!({ "id": first, "fields": { "store": other } });
    let leaves = shop.call("customer.would_leave", moved.clone()).await;
    assert_eq!(leaves["leaves"], true);
    shop.call("customer.edit", moved).await;
    assert!(names(&shop).await.is_empty());
    sign_in(&there).await;
    assert_eq!(names(&shop).await, ["乙一", "甲一"]);
}

#[tokio::test]
async fn an_import_meets_only_ones_own() {
    let scene = of_the_counter().await;
    let shop = &scene.shop;
    let path = scene.file("in.csv");
    std::fs::write(&path, format!("姓名,手机,备注,生日\n{NAME},13812348000,改了,不是日子\n"))
        .unwrap();
    let before = about(&scene).await;
    scene.sign_in(&scene.people[&Role::Rep]).await;
    let done = shop.call("import.start", json!({ "path": path, "kind": "customers" })).await;
    assert_eq!(
        (&done["created"], &done["updated"], &done["failed"]),
        (&json!(1), &json!(0), &json!(0)),
        "{done}"
    );
    assert_eq!(names(shop).await, [NAME]);
    assert_eq!(about(&scene).await, before);
    scene.sign_in(&scene.people[&Role::Service]).await;
    assert!(done["errors"].to_string().contains("不是日子"), "{done}");
    let imports = shop.call("import.list", json!(null)).await.to_string();
    assert!(!imports.contains(NAME) && !imports.contains("不是日子"), "{imports}");
}
