//! Who sees what, with real processes: two stores, customers who move, settings that change, and kills
//! in the middle of it. What may not be seen leaves, what stays is whole.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use shuke_tests::{
    Chance, Device, Place, Server, binaries, long, on_each_database, sync_until_quiet,
};

const PROGRAMS: &[&str] = &["shukectl", "shuke-server"];

/// A shop with two stores, an owner, and a till in each.
struct Chain {
    server: Server,
    owner: Device,
    here: Device,
    there: Device,
    /// Ids of the two stores.
    stores: [String; 2],
}

impl Chain {
    fn at(place: &Place) -> Self {
        let server = Server::start(place);
        let owner = Device::enrolled(&server.init("甲店"));
        owner.call("team.add_store", &json!({ "name": "乙店" }));
        sync_until_quiet(&[&owner]);
        let team = owner.call("team.show", &json!(null));
        let store = |name: &str| {
            let stores = team["stores"].as_array().unwrap();
            let found = stores.iter().find(|store| store["name"] == name).unwrap();
            found["id"].as_str().unwrap().to_owned()
        };
        let stores = [store("甲店"), store("乙店")];
        let [here, there] =
            ["甲店", "乙店"].map(|store| Device::enrolled(&invite(&server, "counter", store)));
        Self { server, owner, here, there, stores }
    }

    fn devices(&self) -> [&Device; 3] {
        [&self.owner, &self.here, &self.there]
    }

    fn choose(&self, visibility: &str) {
        let choice = json!({ "visibility": visibility, "share_ownerless": true });
        self.owner.call("visibility.set", &choice);
        self.owner.run(&["sync"]);
    }

    /// Syncs until the tills hold a part of the workspace, or all of it.
    fn narrowed(&self, narrowed: bool) {
        let since = Instant::now();
        loop {
            sync_until_quiet(&self.devices());
            let ranges = [&self.here, &self.there].map(range);
            if ranges.iter().all(|range| range.is_null() != narrowed && range["leaving"] != true) {
                return;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "{ranges:?}");
            sleep(Duration::from_millis(100));
        }
    }

    fn customer(&self, name: &str, store: usize) -> String {
        self.owner.add_customer(name, &["--set", &format!("store={}", self.stores[store])])
    }

    fn send(&self, customer: &str, store: usize) {
        self.owner.set(customer, "store", &self.stores[store]);
    }

    /// What a device of a store holds is what a fresh one gets, byte for byte.
    fn whole(&self, device: &Device, store: &str) {
        let fresh = Device::enrolled(&invite(&self.server, "counter", store));
        sync_until_quiet(&[&self.owner, &self.here, &self.there, &fresh]);
        // Each has what waits with itself alone: its own device's record is everyone's.
        let (mine, theirs) = (device.dump(), fresh.dump());
        let differing = mine.lines().zip(theirs.lines()).find(|(mine, theirs)| mine != theirs);
        assert!(mine == theirs, "first difference: {differing:#?}");
        assert_eq!(device.waiting(), 0);
        let findings = device.run(&["doctor"]);
        assert_eq!(findings["healthy"], true, "{findings:#}");
    }
}

fn invite(server: &Server, role: &str, store: &str) -> String {
    let answer = server.run(&["invite", "--role", role, "--store", store]);
    answer["code"].as_str().unwrap().to_owned()
}

fn range(device: &Device) -> Value {
    device.run(&["status"])["range"].clone()
}

fn count(device: &Device) -> u64 {
    device.run(&["customer", "count"])["count"].as_u64().unwrap()
}

fn finds(device: &Device, text: &str) -> bool {
    !device.run(&["search", text])["hits"].as_array().unwrap().is_empty()
}

#[test]
fn each_store_sees_its_own_customers_and_a_moved_one_goes_along_whole() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let chain = Chain::at(place);
        let wang = chain.customer("王敏", 0);
        let li = chain.customer("李雷", 1);
        chain.owner.run(&["points", "adjust", &wang, "50", "--why", "补登"]);
        sync_until_quiet(&chain.devices());
        assert_eq!((count(&chain.here), count(&chain.there)), (2, 2), "everyone sees everyone's");

        // 46: scopes are lost while something waits.
        chain.there.set(&wang, "remarks", "乙店断网时写的");
        chain.choose("store");
        chain.narrowed(true);
        assert_eq!((count(&chain.owner), count(&chain.here), count(&chain.there)), (2, 1, 1));
        assert!(
            finds(&chain.here, "wm") && !finds(&chain.there, "wm") && !finds(&chain.there, "王")
        );
        assert_eq!(chain.there.refused(&["customer", "show", &wang]), "customer.not_found");
        assert!(!chain.there.dump().contains(&wang), "nothing speaks of them any more");
        assert_eq!(
            chain.here.show(&wang)["remarks"],
            "乙店断网时写的",
            "what waited was pushed first"
        );
        assert_eq!(range(&chain.here)["stores"], json!(["甲店"]));
        chain.whole(&chain.here, "甲店");
        chain.whole(&chain.there, "乙店");

        // 44 and 47: she moves while 甲店 edits her offline; its own sale stays, and she is a placeholder.
        let sold = chain.here.sell(&wang, 32_850);
        sync_until_quiet(&chain.devices());
        chain.send(&wang, 1);
        chain.owner.run(&["sync"]);
        chain.here.set(&wang, "habits", "爱喝龙井");
        sync_until_quiet(&chain.devices());
        assert_eq!((count(&chain.here), count(&chain.there)), (0, 2));
        let away = chain.here.show(&wang);
        assert_eq!((&away["away"], &away["latest_sales"][0]["id"]), (&json!(true), &json!(sold)));
        let receipt = chain.here.call("sale.show", &json!({ "id": sold }));
        assert_eq!((&receipt["customer_away"], &receipt["total"]), (&json!(true), &json!(32_850)));
        assert!(!chain.here.dump().contains("王敏"));
        let there = chain.there.show(&wang);
        assert_eq!((&there["habits"], &there["away"]), (&json!("爱喝龙井"), &json!(false)));
        assert_eq!(chain.there.points(&wang), 378, "with her sale and her points");
        // 甲店 gives money back for its own sale; 乙店 sees the points fall.
        chain.here.run(&["sale", "refund", &sold, "--amount-fen", "10000"]);
        sync_until_quiet(&chain.devices());
        assert_eq!(chain.there.points(&wang), 278);
        chain.whole(&chain.here, "甲店");
        chain.whole(&chain.there, "乙店");

        // And she returns whole.
        chain.send(&wang, 0);
        sync_until_quiet(&chain.devices());
        assert_eq!(chain.here.points(&wang), 278);
        assert!(finds(&chain.here, "wangmin") && !finds(&chain.there, "wangmin"));
        chain.whole(&chain.here, "甲店");

        // The setting goes back: everybody is like everybody.
        chain.choose("everyone");
        chain.narrowed(false);
        let all = chain.owner.dump();
        assert!(all.contains(&li));
        assert!(chain.here.dump() == all && chain.there.dump() == all);
    });
}

#[test]
fn who_makes_a_customer_of_another_store_hands_them_over() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let chain = Chain::at(place);
        chain.choose("store");
        chain.narrowed(true);
        let guest =
            chain.here.add_customer("来客", &["--set", &format!("store={}", chain.stores[1])]);
        let leaves = |device: &Device, customer: &str, store: &str| {
            let fields = json!({ "id": customer, "fields": { "store": store } });
            device.call("customer.would_leave", &fields)["leaves"].clone()
        };
        let own = chain.here.add_customer("常客", &[]);
        assert_eq!(leaves(&chain.here, &own, &chain.stores[1]), json!(true));
        assert_eq!(leaves(&chain.here, &own, &chain.stores[0]), json!(false));
        assert_eq!(leaves(&chain.owner, &own, &chain.stores[1]), json!(false));
        sync_until_quiet(&chain.devices());
        assert_eq!(chain.there.show(&guest)["name"], "来客");
        assert!(!chain.here.dump().contains(&guest));
        // The one who hands over may do so themselves, and loses sight.
        chain.here.set(&own, "store", &chain.stores[1]);
        sync_until_quiet(&chain.devices());
        assert_eq!((count(&chain.here), count(&chain.there)), (0, 2));
        let choice = json!({ "visibility": "owner", "share_ownerless": true });
        let refused = chain.here.refused(&["call", "visibility.set", &choice.to_string()]);
        assert_eq!(refused, "right.missing");
        let preview = chain.owner.call("visibility.preview", &choice);
        assert_eq!((&preview["all"], &preview["without_owner"]), (&json!(2), &json!(2)));
    });
}

/// kill -9 of the till in the middle of a purge and of the server in the middle of moving records.
#[test]
fn a_purge_and_a_move_survive_kills() {
    if !binaries::are_built(PROGRAMS) {
        return;
    }
    on_each_database(|place| {
        let mut chain = Chain::at(place);
        let mut chance = Chance::new("scopes");
        let many = if long() { "6000" } else { "1200" };
        chain.owner.run(&["demo", "--customers", many, "--sales", many]);
        let mine = chain.customer("乙店的客", 1);
        sync_until_quiet(&chain.devices());
        let before = count(&chain.there);
        assert!(before > 1_000);

        for visibility in ["store", "everyone", "store"] {
            chain.choose(visibility);
            for _ in 0..if long() { 20 } else { 4 } {
                sleep(Duration::from_millis(chance.below(60)));
                chain.server.kill();
                chain.server.serve();
            }
            for _ in 0..if long() { 40 } else { 6 } {
                let mut sync = chain.there.start(&["sync"]);
                sleep(Duration::from_millis(100 + chance.below(1_200)));
                sync.kill().unwrap();
                sync.wait().unwrap();
            }
            chain.narrowed(visibility == "store");
        }
        assert_eq!(count(&chain.there), 1);
        assert_eq!(chain.there.show(&mine)["name"], "乙店的客");
        assert_eq!(count(&chain.owner), before);
        chain.whole(&chain.there, "乙店");
        chain.whole(&chain.here, "甲店");
    });
}
