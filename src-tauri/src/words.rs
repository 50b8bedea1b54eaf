//! In which language the shell speaks: the one set in the app, else the system's.

use std::{env, path::Path, sync::Mutex};

use shuke_app::settings;
use shuke_locales::Locale;
use tauri::{AppHandle, Manager as _};

/// The language in force outside the screens.
#[derive(Debug)]
pub(crate) struct Spoken(Mutex<Locale>);

impl Spoken {
    pub(crate) fn of(home: &Path) -> Self {
        Self(Mutex::new(set_in(home)))
    }
}

/// A sentence of the namespace `desktop`.
pub(crate) fn text(app: &AppHandle, key: &str) -> String {
    let locale = app.state::<Spoken>().0.lock().map(|locale| *locale).unwrap_or_default();
    locale.text(key, &[])
}

/// Takes over the language that is set in the app.
pub(crate) fn follow(app: &AppHandle, home: &Path) {
    if let Ok(mut locale) = app.state::<Spoken>().0.lock() {
        *locale = set_in(home);
    }
}

/// The language in which a window over this home begins: a browser's own answer knows neither the settings nor,
/// everywhere, the system.
pub(crate) fn set_in(home: &Path) -> Locale {
    settings::read(home).locale.as_deref().and_then(Locale::parse).unwrap_or_else(system)
}

fn system() -> Locale {
    // POSIX names first: a desktop that sets them means them, and on Windows they are absent.
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| Locale::parse(&env::var(name).ok()?))
        .or_else(|| Locale::parse(&sys_locale::get_locale()?))
        .unwrap_or_default()
}

/// Before there is a window, there is only the terminal.
#[expect(clippy::print_stderr, reason = "there is no window yet to say it in")]
pub(crate) fn say_aloud(key: &str) {
    eprintln!("{}", system().text(key, &[]));
}
