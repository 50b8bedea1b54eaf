//! A link from a web page, a message or another program, and a `.shuke` file.

use std::{path::Path, sync::OnceLock, time::Duration};

use shuke_app::link::route;
use tempfile::TempDir;

use crate::corpus::Target;

fn target(bytes: &[u8]) {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().unwrap()).path();
    std::fs::write(folder.join("asked.shuke"), bytes).unwrap();
    let asked = String::from_utf8_lossy(bytes);
    for route in [route(&asked, Path::new("/nowhere")), route("asked.shuke", folder)] {
        let Some(route) = route else { continue };
        assert!(names_a_screen(route.as_str()), "{asked:?} opens {route:?}");
    }
}

/// A customer's file or a caller: nothing else can be asked for, and nothing of what was typed is in it.
fn names_a_screen(route: &str) -> bool {
    if let Some(id) = route.strip_prefix("/customers/") {
        return id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    }
    let Some(number) = route.strip_prefix("/call/") else { return false };
    let digits = number.strip_prefix("%2B").unwrap_or(number);
    (3..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn grown() -> Vec<(&'static str, Vec<u8>)> {
    let mb = 10 * 1024 * 1024;
    vec![
        ("ten million digits", format!("tel:{}", "1".repeat(mb)).into_bytes()),
        ("ten million slashes", format!("shuke:{}", "/".repeat(mb)).into_bytes()),
        ("ten million escapes", format!("shuke://call/{}", "%2B".repeat(mb / 3)).into_bytes()),
        ("a file of ten million", format!("{{\"open\": \"{}\"}}", "a".repeat(mb)).into_bytes()),
    ]
}

#[test]
fn no_link_does_more_than_to_name_a_screen() {
    Target {
        name: "link",
        run: target,
        grown,
        words: &[
            "shuke://",
            "tel:",
            "file:///",
            "customer/",
            "call/",
            "%2B",
            "%2e%2e%2f",
            "%00",
            "%",
            "..",
            "/",
            "\\",
            "?",
            "#",
            ";",
            "@",
            "+",
            "＋",
            "\u{202e}",
            "\u{0}",
            ".shuke",
            "{\"open\": \"",
            "0196f3a1-7c00-7000-8000-0000000000a1",
        ],
        within: Duration::from_secs(5),
        memory: 64,
    }
    .attack();
}
