//! Links and files from outside. All they can do is to name a screen: nothing is written, enrolled or installed
//! because of one, and whatever is not exactly understood is dropped.
//!
//! It needs no window: who opens the screen is the shell.

use std::{fs::File, io::Read as _, path::Path};

use serde::Deserialize;
use url::Url;
use uuid::Uuid;

/// The address of a screen, made here from checked parts only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route(String);

impl Route {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A customer's file, if this is the id of one.
    pub fn customer(id: &str) -> Option<Self> {
        let id = Uuid::try_parse(id).ok()?;
        Some(Self(format!("/customers/{}", id.hyphenated())))
    }

    /// Whoever calls from this number, if it can be dialled.
    pub fn call(number: &str) -> Option<Self> {
        let plus = if number.starts_with(['+', '＋']) { "%2B" } else { "" };
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let rest = number.trim_start_matches(['+', '＋']);
        let dialled =
            rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.'));
        (dialled && (3..=20).contains(&digits.len())).then(|| Self(format!("/call/{plus}{digits}")))
    }

    /// Where sync is explained.
    pub fn sync() -> Self {
        Self("/sync".to_owned())
    }
}

/// What a `.shuke` file holds: a screen to open, written as a link's path.
#[derive(Deserialize)]
struct ShukeFile {
    open: String,
}

/// Longer than any link, or path of a file, that the system hands over.
const LONGEST: usize = 4096;

/// Larger than any file that names a screen.
const FILE_LIMIT: u64 = 4096;

/// The screen that one argument of the desktop asks for: a `shuke:` or `tel:` link, or a `.shuke` file by its
/// path or its `file:` address. Paths are looked at first, because `C:\a.shuke` is also an address.
pub fn route(asked: &str, folder: &Path) -> Option<Route> {
    if asked.len() > LONGEST {
        return None;
    }
    if is_ours(Path::new(asked)) && !asked.starts_with("file:") {
        return of_file(&folder.join(asked));
    }
    let address = Url::parse(asked).ok()?;
    match address.scheme() {
        "shuke" => of_link(asked.split_once(':')?.1.trim_start_matches('/')),
        "tel" => Route::call(&decoded(address.path().split(';').next()?)),
        "file" => {
            address.to_file_path().ok().filter(|path| is_ours(path)).and_then(|path| of_file(&path))
        }
        _ => None,
    }
}

/// `customer/<id>` and `call/<number>`.
fn of_link(path: &str) -> Option<Route> {
    let path = path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/');
    match path.split_once('/')? {
        ("customer", id) => Route::customer(id),
        ("call", number) => Route::call(&decoded(number)),
        _ => None,
    }
}

fn of_file(path: &Path) -> Option<Route> {
    let mut text = String::new();
    File::open(path).ok()?.take(FILE_LIMIT).read_to_string(&mut text).ok()?;
    of_link(&serde_json::from_str::<ShukeFile>(&text).ok()?.open)
}

fn is_ours(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("shuke"))
}

/// The few escapes that a telephone number can carry; any other stays and is refused as no number.
fn decoded(text: &str) -> String {
    [("%2B", "+"), ("%2b", "+"), ("%20", " "), ("%28", "("), ("%29", ")")]
        .into_iter()
        .fold(text.to_owned(), |text, (escape, plain)| text.replace(escape, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0196f3a1-7c00-7000-8000-0000000000a1";

    fn at_root(asked: &str) -> Option<String> {
        route(asked, Path::new("/")).map(|route| route.0)
    }

    #[test]
    fn links_name_a_customer_or_a_caller() {
        let file = Some(format!("/customers/{ID}"));
        assert_eq!(at_root(&format!("shuke://customer/{ID}")), file);
        assert_eq!(at_root(&format!("shuke://customer/{ID}/")), file);
        assert_eq!(at_root(&format!("shuke:customer/{}?x=1", ID.to_uppercase())), file);
        for link in
            ["shuke://call/13800138000", "shuke://call/138%200013-8000", "tel:13800138000;ext=7"]
        {
            assert_eq!(at_root(link).as_deref(), Some("/call/13800138000"), "{link}");
        }
        assert_eq!(at_root("tel:+8613800138000").as_deref(), Some("/call/%2B8613800138000"));
        assert_eq!(
            at_root("shuke://call/%2B886%20912345678").as_deref(),
            Some("/call/%2B886912345678")
        );
    }

    #[test]
    fn whatever_else_is_dropped() {
        for asked in [
            "shuke://enroll/abc",
            "shuke://customer/../settings",
            "shuke://customer/<script>",
            "shuke://call/13800138000/../../x",
            "shuke://call/javascript:alert(1)",
            "shuke://call/12",
            "shuke:",
            "https://example.com/customer",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "/etc/passwd",
            "13800138000",
            &format!("shuke://customer/{ID}?{}", "x".repeat(LONGEST)),
            "",
        ] {
            assert_eq!(at_root(asked), None, "{asked}");
        }
    }

    #[test]
    fn a_file_opens_a_screen_and_nothing_more() {
        let folder = std::env::temp_dir().join(format!("shuke-links-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
        write("王.shuke", &format!(r#"{{"open": "customer/{ID}"}}"#));
        write("bad.SHUKE", r#"{"open": "sync/enroll", "code": "x"}"#);
        write("other.json", &format!(r#"{{"open": "customer/{ID}"}}"#));
        write(
            "long.shuke",
            &format!(r#"{{"open": "customer/{ID}", "pad": "{}"}}"#, "x".repeat(5000)),
        );

        let file = Some(Route(format!("/customers/{ID}")));
        assert_eq!(route("王.shuke", &folder), file);
        assert_eq!(route(folder.join("王.shuke").to_str().unwrap(), Path::new("/")), file);
        assert_eq!(
            route(Url::from_file_path(folder.join("王.shuke")).unwrap().as_str(), Path::new("/")),
            file
        );
        for dropped in ["bad.SHUKE", "other.json", "long.shuke", "missing.shuke"] {
            assert_eq!(route(dropped, &folder), None, "{dropped}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
