//! One customer with secrets, a person of each role, and for each command what somebody could try with it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shuke_domain::Role;
use shuke_tests::{Shop, shop::id_of};

/// What stands in the file of the customer that is asked for, and must not be seen by whom it is guarded from.
pub(crate) const SECRETS: &[(&str, &str)] = &[
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
pub(crate) const NAME: &str = "王不可见";
pub(crate) const PIN: &str = "4071";

/// Some of everything for the counter, all hidden from service, all masked for managers, nothing for reps.
pub(crate) fn guards() -> Value {
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

pub(crate) struct Scene {
    pub(crate) shop: Shop,
    pub(crate) customer: String,
    pub(crate) sale: String,
    pub(crate) task: String,
    pub(crate) people: BTreeMap<Role, String>,
    pub(crate) owner: String,
    pub(crate) folder: tempfile::TempDir,
}

/// With the guards set.
pub(crate) async fn scene() -> Scene {
    let scene = open_scene().await;
    scene.sign_in(&scene.owner).await;
    for (role, units) in guards().as_object().unwrap() {
        for (unit, sight) in units.as_object().unwrap() {
            let set = json!({ "role": role, "unit": unit, "sight": sight });
            scene.shop.call("rights.set", set).await;
        }
    }
    scene
}

pub(crate) async fn open_scene() -> Scene {
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
    shop.call("people.set_pin", json!({ "person": owner, "pin": PIN })).await;
    let mut people = BTreeMap::from([(Role::Owner, owner.clone())]);
    for role in Role::ALL.iter().filter(|role| **role != Role::Owner) {
        let person = json!({ "name": format!("{role:?}"), "role": role, "pin": PIN });
        people.insert(*role, id_of(&shop.call("people.add", person).await));
    }
    Scene { shop, customer, sale, task, people, owner, folder: tempfile::tempdir().unwrap() }
}

impl Scene {
    pub(crate) async fn sign_in(&self, person: &str) {
        self.shop.call("people.sign_in", json!({ "person": person, "pin": PIN })).await;
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// Requests with which somebody could try to learn or to change more than is theirs.
    pub(crate) fn requests(&self, command: &str) -> Vec<Value> {
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
            "home.state" | "rules.show" | "club.show" | "settings.get" | "sync.status" | "team.show" | "tag.list"
            | "people.switcher" | "people.list" | "rights.show" | "device.list" | "import.list"
            | "import.cancel" | "intake.show" | "intake.run" | "intake.unmatched" | "visibility.show" | "history.kept" | "sync.now" | "sync.leave" | "aside.list" | "device.retire" => {
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
            "product.member_prices" => vec![json!({ "customer": id, "products": [me] })],
            "product.by_code" => vec![json!({ "code": "TEA" })],
            "product.add" => vec![json!({ "product": { "sku": "NEW" } })],
            "sale.quote" => vec![json!({ "customer": id, "lines": [line] })],
            "sale.add" => vec![json!({ "customer": id, "lines": [line] })],
            "sale.refund" => vec![json!({ "sale": self.sale, "amount": 1 })],
            "sale.show" => vec![json!({ "id": self.sale })],
            "receipt.print" => vec![json!({ "id": self.sale })],
            "printer.show" | "printer.set" => vec![json!({})],
            "points.adjust" => vec![json!({ "customer": id, "amount": 1, "why": "试" })],
            "reward.list" => vec![json!({}), json!({ "customer": id, "all": true })],
            "reward.add" => vec![json!({ "reward": { "name": "茶包" } })],
            "reward.edit" => vec![json!({ "id": id, "fields": { "name": "茶包" } })],
            "reward.redeem" => vec![json!({ "customer": id, "reward": me })],
            "reward.undo" => vec![json!({ "redemption": id })],
            "coupon.list" | "activity.list" => vec![json!({}), json!({ "customer": id, "all": true })],
            "stock.list" => vec![json!(null)],
            "stock.deliver" => vec![json!({ "reward": me, "pieces": 1 })],
            "stock.count" => vec![json!({ "reward": me, "pieces": 1 })],
            "stock.transfer" => vec![json!({ "reward": me, "from": me, "to": id, "pieces": 1 })],
            "product.show" | "stock.movements" => vec![json!({ "id": me })],
            "product.edit" => vec![json!({ "id": me, "fields": { "name": "茶" } })],
            "coupon.add" => vec![json!({ "coupon": { "name": "券", "kind": "open", "off": 100 } })],
            "coupon.edit" => vec![json!({ "id": id, "fields": { "name": "券" } })],
            "activity.add" => vec![json!({
                "activity": { "name": "开卡", "terms": { "kind": "activation", "every": 2, "gift": "袋" } },
            })],
            "activity.edit" => vec![json!({ "id": id, "fields": { "name": "开卡" } })],
            "activity.join" | "contribution.add" => {
                vec![json!({ "customer": id, "activity": self.sale, "text": "很好" })]
            }
            "draw.hand_out" => vec![json!({
                "activity": me, "tickets": 2, "prizes": [{ "name": "杯", "count": 1 }],
            })],
            "draw.reclaim" => vec![json!({ "lot": id })],
            "activity.show" | "activity.undo" | "draw.replay" | "approval.show" | "shift.show" => {
                vec![json!({ "id": id })]
            }
            "contribution.review" => vec![json!({ "ids": [id], "accept": true })],
            "limits.set" => vec![json!({ "role": "counter", "caps": { "discount": 1 } })],
            "limits.set_till" => vec![json!({ "till": me, "caps": { "discount": 1 } })],
            "approval.ask" => {
                vec![json!({ "matter": "discount", "amount": 100, "customer": id, "why": "试" })]
            }
            "approval.decide" => vec![json!({ "id": id, "give": true })],
            "contribution.list" | "limits.show" | "approval.approvers" | "approval.list" | "shift.list" => {
                vec![json!(null)]
            }
            "shift.open" => vec![json!({ "float": 1 })],
            "shift.close" => vec![json!({ "id": id, "counted": 1 })],
            "rules.preview" => vec![json!({ "terms": {}, "lines": [{ "amount": 100 }] })],
            "rules.set" => vec![json!({ "terms": {} })],
            "tiers.set" => vec![json!({ "tiers": [{ "name": "plain", "from": 0 }], "grace_days": 0 })],
            "interaction.add" => vec![json!({ "customer": id, "kind": "note", "text": "试" })],
            "task.list" => vec![json!({}), json!({ "customer": id })],
            "task.add" => vec![json!({ "title": "试" })],
            "task.done" => vec![json!({ "id": self.task, "done": true })],
            "task.postpone" => vec![json!({ "id": self.task, "due_on": "2026-12-01" })],
            "today.show" => vec![json!({ "mine": false })],
            "sync.outbox" => vec![json!({})],
            "intake.set" => vec![json!({ "on": false, "folder": self.file("till"), "source": "till" })],
            "intake.assign" => vec![json!({ "sale": self.sale, "customer": self.customer })],
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
            "backup.show" | "backup.keep" | "backup.cancel" => vec![json!(null)],
            "backup.plan" => vec![json!({ "daily": false })],
            "backup.make" => vec![json!({ "path": self.file("backup.shuke") })],
            "doctor.examine" => vec![json!({})],
            new => panic!("{new} is new: say here how somebody could try to see too much by it"),
        }
    }

    /// Everything in the file, by collection, as the owner sees it.
    pub(crate) async fn everything(&self) -> BTreeMap<String, Vec<String>> {
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
