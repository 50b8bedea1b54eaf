//! Journeys through the real window. Each is told over a home that the command line reads too, so
//! that what the screen says is also what was saved; each leaves pictures in `SHUKE_SCREENS`.

use std::time::Duration;

use fantoccini::key::Key;
use serde_json::json;
use shuke_tests::{
    Device, Place, Server, Window, binaries, device::text, sync_until_quiet, window::Programs,
};

const SEARCH: &str = "[data-testid=\"search-box\"]";
const HIT: &str = "[data-testid=\"hit\"]";

/// What a journey needs, or a word why it is not told.
fn programs() -> Option<Programs> {
    let programs = Programs::find()?;
    binaries::are_built(&["shukectl", "shuke-server"]).then_some(programs)
}

/// A shop with a few regulars and something to sell.
struct Regulars {
    device: Device,
    wang: String,
    zhang: String,
}

fn regulars() -> Regulars {
    let device = Device::founded("西湖茶舍");
    let wang = device.add_customer("王敏", &["--phone", "13805716688"]);
    let zhang = device.add_customer("张磊", &["--phone", "13900000088"]);
    device.add_customer("单田芳", &["--phone", "13700001234"]);
    device.add_customer("Zoë O'Neill", &["--set", "email=zoe@example.org"]);
    let product = json!({ "sku": "LJ-01", "name": "明前龙井", "price": 12_800, "unit": "罐", "category": "绿茶" });
    device.call("product.add", &json!({ "product": product }));
    device.sell(&zhang, 120_000);
    Regulars { device, wang, zhang }
}

#[tokio::test]
#[ignore = "opens a real window"]
async fn first_run_names_a_shop_and_leads_to_the_counter() {
    let Some(programs) = programs() else { return };
    let device = Device::new();
    let window = Window::open(&programs, "first-run", &device.home(), None).await;
    window.part("welcome").await;
    window.picture("welcome").await;
    window.click("[data-testid=\"language\"] span[lang=\"en\"]").await;
    window.read("h1", |title| title.is_ascii() && !title.is_empty()).await;
    window.type_into("[data-testid=\"shop-name\"]", "West Lake Tea").await;
    window.picture("shop").await;
    window.click_part("welcome-next").await;
    window.type_into("[data-testid=\"person-name\"]", "Chen Xiao").await;
    window.picture("names").await;
    window.click_part("welcome-done").await;
    window.see("[data-testid=\"phrase\"] > :nth-child(12)").await;
    window.picture("phrase").await;
    window.click_part("phrase-later").await;
    window.part("counter").await;
    window.picture("counter").await;
    window.close().await;

    let home = device.call("home.state", &json!(null));
    assert_eq!(
        (&home["workspace"]["name"], &home["person"]["name"]),
        (&json!("West Lake Tea"), &json!("Chen Xiao"))
    );
    assert_eq!(home["recovery_saved"], false, "later is not done");
    assert_eq!(device.call("settings.get", &json!(null))["locale"], "en");
}

#[tokio::test]
#[ignore = "opens a real window"]
async fn a_regular_is_found_by_tail_by_initials_and_by_one_character() {
    let Some(programs) = programs() else { return };
    let Regulars { device, wang, zhang } = regulars();
    let window = Window::open(&programs, "find", &device.home(), None).await;
    window.part("counter").await;
    for (typed, expected, name) in [
        ("88", &zhang, "two-digits"),
        ("6688", &wang, "tail"),
        ("zl", &zhang, "initials"),
        ("王", &wang, "one-character"),
        ("wang m", &wang, "mixed"),
    ] {
        window.clear(SEARCH).await;
        window.type_into(SEARCH, typed).await;
        window.rows(HIT, |ids| ids.contains(expected)).await;
        // Marked on the screen are the letters that matched.
        window.see(&format!("{HIT}[data-id=\"{expected}\"] mark")).await;
        window.picture(name).await;
    }
    window.clear(SEARCH).await;
    window.type_into(SEARCH, "nobody of this name").await;
    window.part("new-customer").await;
    window.rows(HIT, <[String]>::is_empty).await;
    window.picture("nobody").await;
    window.close().await;
}

#[tokio::test]
#[ignore = "opens a real window"]
async fn a_sale_is_enter_f9_enter() {
    let Some(programs) = programs() else { return };
    let Regulars { device, wang, .. } = regulars();
    let window = Window::open(&programs, "sale", &device.home(), None).await;
    window.part("counter").await;
    window.type_into(SEARCH, "wm").await;
    window.press(Key::Enter).await;
    window.see(&format!("[data-testid=\"attached\"][data-id=\"{wang}\"]")).await;
    window.type_into("[data-testid=\"item-box\"]", "LJ-01").await;
    window.press(Key::Enter).await;
    window.part("sale-line").await;
    window.read("[data-testid=\"sale-total\"]", |sum| sum.contains("128")).await;
    window.picture("lines").await;
    window.press(Key::F9).await;
    window.part("pay-confirm").await;
    window.picture("tender").await;
    window.press(Key::Enter).await;
    window.read("[data-testid=\"receipt\"]", |receipt| receipt.contains("明前龙井")).await;
    // Points and totals change before the customer has put the purse away.
    window.read("[data-testid=\"points\"]", |points| points.contains("128")).await;
    window.picture("receipt").await;
    assert_eq!(device.points(&wang), 128);
    assert_eq!(device.show(&wang)["totals"]["spent_fen"], 12_800);
    window.press(Key::Enter).await;
    window.part("item-box").await;
    window.close().await;
}

#[tokio::test]
#[ignore = "opens a real window"]
async fn a_link_opens_a_file_and_an_edit_is_saved() {
    let Some(programs) = programs() else { return };
    let Regulars { device, wang, .. } = regulars();
    let link = format!("shuke://customer/{wang}");
    let window = Window::open(&programs, "edit", &device.home(), Some(&link)).await;
    window.see(&format!("[data-testid=\"customer-file\"][data-id=\"{wang}\"]")).await;
    window.read("[data-testid=\"customer-file\"] h1", |name| name == "王敏").await;
    window.picture("file").await;
    window.keys("e").await;
    window.clear("#field-phone").await;
    window.type_into("#field-phone", "139 0571 0000").await;
    window.picture("editing").await;
    window.keys(&format!("{}{}", char::from(Key::Control), char::from(Key::Enter))).await;
    window
        .read("[data-testid=\"customer-file\"]", |file| {
            file.replace(' ', "").contains("13905710000")
        })
        .await;
    window.picture("saved").await;
    assert_eq!(
        device.call("customer.show", &json!({ "id": wang }))["customer"]["phone"],
        "+8613905710000"
    );

    // What the command line writes beside the open window is seen there too.
    device.set(&wang, "remarks", "另一处写的");
    window.read("[data-testid=\"customer-file\"]", |file| file.contains("另一处写的")).await;
    window.close().await;
}

#[tokio::test]
#[ignore = "opens a real window"]
async fn offline_work_goes_on_and_then_catches_up() {
    let Some(programs) = programs() else { return };
    let mut server = Server::start(&Place::Sqlite);
    let till = Device::enrolled(&server.init("西湖茶舍"));
    let other = Device::enrolled(&server.invite("counter"));
    let window = Window::open(&programs, "offline", &till.home(), None).await;
    window.part("counter").await;

    // What the other till does is here seconds later, without asking.
    let wang = other.add_customer("王敏", &["--phone", "13805716688"]);
    other.run(&["sync"]);
    window.type_into(SEARCH, "6688").await;
    window.rows(HIT, |ids| ids.contains(&wang)).await;

    server.kill();
    window.press(Key::Enter).await;
    window.see(&format!("[data-testid=\"attached\"][data-id=\"{wang}\"]")).await;
    window.type_into("[data-testid=\"item-box\"]", "tea 35").await;
    window.press(Key::Enter).await;
    window.part("sale-line").await;
    window.press(Key::F9).await;
    window.part("pay-confirm").await;
    window.press(Key::Enter).await;
    window.part("receipt").await;
    assert_eq!(till.points(&wang), 35, "points at once, without the server");

    window.click_part("status-sync").await;
    window.part("sync-page").await;
    window.see("[data-testid=\"sync-state\"][data-state=\"offline\"]").await;
    window.part("outbox").await;
    window.picture("waiting").await;
    assert!(till.waiting() > 0);

    server.serve();
    window.click_part("sync-now").await;
    window.see("[data-testid=\"sync-state\"][data-state=\"synced\"]").await;
    window.picture("synced").await;
    assert_eq!(till.waiting(), 0);
    other.run(&["sync"]);
    assert_eq!(other.points(&wang), 35);
    window.close().await;
}

/// Two tills changed one phone apart: the status bar says so, the list and the file show both, and a
/// click settles it for all.
#[tokio::test]
#[ignore = "opens a real window"]
async fn two_values_are_seen_and_settled() {
    let Some(programs) = programs() else { return };
    let server = Server::start(&Place::Sqlite);
    let till = Device::enrolled(&server.init("西湖茶舍"));
    let other = Device::enrolled(&server.invite("counter"));
    let wang = till.add_customer("王敏", &["--phone", "13805716688"]);
    sync_until_quiet(&[&till, &other]);
    till.set(&wang, "phone", "15967127788");
    other.set(&wang, "phone", "15967127798");
    sync_until_quiet(&[&till, &other]);

    let window = Window::open(&programs, "conflict", &till.home(), None).await;
    window.part("counter").await;
    window.click_part("status-conflicts").await;
    window.part("conflicts").await;
    window.picture("list").await;
    window.click(&format!("[data-testid=\"conflicts\"] a[href$=\"{wang}\"]")).await;
    window.part("file-conflict").await;
    window.picture("file").await;
    window.click_part("conflict-take").await;
    let settled = async || till.run(&["status"])["conflicts"] == 0;
    for _ in 0..100 {
        if settled().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(settled().await);
    assert_eq!(till.show(&wang)["phone"], "+8615967127788");
    window.picture("settled").await;
    sync_until_quiet(&[&till, &other]);
    assert_eq!(other.show(&wang)["phone"], "+8615967127788");
    assert_eq!(other.run(&["status"])["conflicts"], 0);
    window.close().await;
}

#[tokio::test]
#[ignore = "opens a real window"]
async fn the_language_changes_at_once_and_is_remembered() {
    let Some(programs) = programs() else { return };
    let Regulars { device, .. } = regulars();
    let window = Window::open(&programs, "language", &device.home(), None).await;
    window.part("counter").await;
    window.click("nav a[href$=\"/settings\"]").await;
    let mut seen = Vec::new();
    for language in ["zh-TW", "en", "zh-CN", "en"] {
        window.click(&format!("[data-testid=\"language-{language}\"]")).await;
        window.see(&format!("html[lang=\"{language}\"]")).await;
        let last = seen.last().cloned().unwrap_or_default();
        let rail = window.read("nav", |rail| !rail.is_empty() && rail != last).await;
        window.picture(language).await;
        seen.push(rail);
    }
    assert_eq!(seen[1], seen[3]);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(device.call("settings.get", &json!(null))["locale"], "en");
    window.close().await;

    let again = Window::open(&programs, "language-again", &device.home(), None).await;
    again.part("counter").await;
    again.read("nav", |rail| rail == seen[3]).await;
    again.close().await;
}

#[tokio::test]
#[ignore = "opens a real window"]
async fn a_look_around_has_a_whole_shop_in_every_language_and_look() {
    let Some(programs) = programs() else { return };
    let device = Device::new();
    let window = Window::open(&programs, "around", &device.home(), None).await;
    let go = async |room: &str| window.click(&format!("nav a[href$=\"/{room}\"]")).await;
    window.part("welcome").await;
    window.click("[data-testid=\"language\"] span[lang=\"zh-CN\"]").await;
    window.picture("welcome").await;
    window.click(".way:last-child label").await;
    window.click_part("welcome-next").await;
    window.part("counter").await;
    window.type_into(SEARCH, "zl").await;
    window.part("hit").await;
    window.press(Key::Enter).await;
    window.part("attached").await;
    for (sku, lines) in [("LJ-050", 1), ("LJ-250", 2), ("PES-357", 3)] {
        window.type_into("[data-testid=\"item-box\"]", sku).await;
        window.press(Key::Enter).await;
        window.see(&format!("[data-testid=\"sale-line\"]:nth-child({lines})")).await;
    }
    window.picture("counter").await;
    go("customers").await;
    window.click("[data-testid=\"grid-row\"]").await;
    window.picture("customers").await;
    window.press(Key::Enter).await;
    window.part("customer-file").await;
    window.picture("customer").await;
    go("today").await;
    window.part("task").await;
    window.picture("today").await;
    go("club").await;
    window.part("club-overview").await;
    window.see(".members tr").await;
    window.picture("club").await;
    // The sale that was begun is still there, in other words and in another light.
    for (choice, shown) in [
        ("language-zh-TW", "html[lang=\"zh-TW\"]"),
        ("language-en", "html[lang=\"en\"]"),
        ("theme-dark", "html[data-scheme=\"dark\"]"),
    ] {
        go("settings").await;
        window.click_part(choice).await;
        window.see(shown).await;
        go("counter").await;
        window.see("[data-testid=\"sale-line\"]:nth-child(3)").await;
        window.picture(choice).await;
    }
    window.close().await;
    assert_eq!(device.call("home.state", &json!(null))["demo"], true);
}

#[tokio::test]
#[ignore = "opens a real window"]
async fn data_that_do_not_open_are_replaced_by_a_backup_from_the_window() {
    let Some(programs) = programs() else { return };
    let Regulars { device, wang, .. } = regulars();
    let usb = tempfile::tempdir().unwrap();
    let backup = usb.path().join("a.shuke");
    device.run(&["backup", text(&backup)]);
    let database = device.home().join("shuke.db");
    let mut bytes = std::fs::read(&database).unwrap();
    bytes[..8_192].fill(0x5a);
    std::fs::write(&database, &bytes).unwrap();

    let window = Window::open(&programs, "rescue", &device.home(), None).await;
    window.part("rescue").await;
    window.part("restore-choose").await;
    window.picture("damaged").await;
    assert!(window.ask("customer.show", json!({ "id": wang })).await.is_err());
    let wrong = window.ask("backup.restore", json!({ "path": database })).await.unwrap_err();
    assert_eq!(wrong["code"], "backup.damaged");
    // What the system's dialog would have handed over.
    window.ask("backup.restore", json!({ "path": backup })).await.unwrap();
    window.part("counter").await;
    window.type_into(SEARCH, "6688").await;
    window.rows(HIT, |ids| ids.contains(&wang)).await;
    window.close().await;
    let kept = std::fs::read_dir(device.home())
        .unwrap()
        .flatten()
        .find(|entry| entry.file_name().to_string_lossy().starts_with("shuke.db.before-restore-"));
    assert_eq!(std::fs::read(kept.unwrap().path()).unwrap(), bytes, "kept aside as it was");
}

#[tokio::test]
#[ignore = "opens a real window"]
async fn a_shared_till_is_locked_opened_by_pin_and_switched() {
    let Some(programs) = programs() else { return };
    let Regulars { device, .. } = regulars();
    let owner = device.call("home.state", &json!(null))["person"]["id"].clone();
    device.call("people.set_pin", &json!({ "person": owner, "pin": "4071" }));
    let window = Window::open(&programs, "lock", &device.home(), None).await;
    window.part("lock").await;
    window.picture("locked").await;
    window.type_into("[data-testid=\"pin\"]", "9999").await;
    window.press(Key::Enter).await;
    window.read("[data-testid=\"lock-why\"]", |why| !why.is_empty()).await;
    window.picture("wrong").await;
    window.type_into("[data-testid=\"pin\"]", "4071").await;
    window.press(Key::Enter).await;
    window.part("counter").await;

    // Somebody else, let in by whoever is in.
    window.click("nav a[href$=\"/settings\"]").await;
    window.click("#settings-people").await;
    window.click_part("add-person").await;
    window.type_into("#add-name", "小李").await;
    window.type_into("#add-pin", "7294").await;
    window.picture("adding").await;
    window.click(".ant-modal-footer .ant-btn-primary").await;
    window.see("[data-testid=\"team-person\"]:nth-child(2)").await;
    window.picture("people").await;

    // Two keys and digits.
    window.keys(&format!("{}l{}", char::from(Key::Control), char::from(Key::Control))).await;
    window.part("switcher").await;
    window.type_into("[data-testid=\"pin\"]", "7294").await;
    window.picture("switching").await;
    window.press(Key::Enter).await;
    window.read(".status .where", |who| who.contains("小李")).await;
    window.picture("switched").await;
    window.close().await;
}
