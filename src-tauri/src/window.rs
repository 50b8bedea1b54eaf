//! The window: how it is built, what it remembers, how it comes to the front.

use std::{env, path::Path};

use tauri::{
    App, AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry,
    plugin::TauriPlugin, webview::NewWindowResponse,
};
use tauri_plugin_window_state::StateFlags;

use crate::{links::Route, words};

const MAIN: &str = "main";

/// Without one GTK ends the process with a panic.
pub(crate) fn display_exists() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some())
}

/// Size and place, kept beside the data they belong to. Zoom and look are the screens' own to remember.
pub(crate) fn remembering(home: &Path) -> TauriPlugin<Wry> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        // Absolute, so that the plug-in's own folder for it is not used.
        .with_filename(home.join("window.json").to_string_lossy())
        .build()
}

/// Built here and not from the configuration alone, because only here it is known whose data it shows, and which
/// screen a link asked for.
pub(crate) fn build(
    app: &App,
    home: &Path,
    wanted: Option<&Route>,
) -> tauri::Result<WebviewWindow> {
    let language = words::set_in(home);
    let mut config = app.config().app.windows.first().cloned().unwrap_or_default();
    MAIN.clone_into(&mut config.label);
    if let Some(route) = wanted {
        config.url = WebviewUrl::App(format!("index.html#{}", route.as_str()).into());
    }
    WebviewWindowBuilder::from_config(app, &config)?
        .data_directory(home.join("window"))
        .initialization_script(include_str!("freeze.js"))
        .initialization_script(format!("globalThis.__LANGUAGE__ = '{}';", language.as_str()))
        // What the content security policy doesn't govern: the page never leaves the app.
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()
}

fn is_ours(address: &Url) -> bool {
    match (address.scheme(), address.host_str()) {
        ("tauri", _) | ("http" | "https", Some("tauri.localhost")) => true,
        ("http", Some("127.0.0.1")) => tauri::is_dev() && address.port() == Some(1420),
        _ => false,
    }
}

/// Brings the window to the front, wherever it was.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    let shown = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window did not come to the front");
    }
}

/// As if someone had pressed the window's own cross.
pub(crate) fn ask_to_close(app: &AppHandle) {
    match app.get_webview_window(MAIN) {
        Some(window) => {
            if let Err(error) = window.close() {
                tracing::warn!(%error, "the window did not close");
            }
        }
        None => app.exit(0),
    }
}

pub(crate) fn is_focused(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_focused().unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stays_at_home() {
        let ours = |address: &str| is_ours(&Url::parse(address).unwrap());
        assert!(ours("tauri://localhost/index.html#/customers"));
        assert!(ours("http://tauri.localhost/"));
        for address in [
            "https://example.com/",
            "file:///etc/passwd",
            "data:text/html,x",
            "http://127.0.0.1:80/",
        ] {
            assert!(!ours(address), "{address}");
        }
    }
}
