//! The icon beside the clock: open, sync now, quit. A desktop without a place for one is no reason not to start.

use serde_json::Value;
use tauri::{
    AppHandle, Manager as _, Wry, async_runtime,
    menu::{Menu, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};

use crate::{
    bridge::Door,
    links::{self, Route},
    window, words,
};

const OPEN: &str = "open";
const SYNC: &str = "sync";
const QUIT: &str = "quit";

/// The menu's lines, to be renamed when the language changes.
struct Lines([MenuItem<Wry>; 3]);

pub(crate) fn build(app: &AppHandle) {
    if let Err(error) = try_build(app) {
        tracing::warn!(%error, "no tray");
    }
}

fn try_build(app: &AppHandle) -> tauri::Result<()> {
    let line =
        |id: &str| MenuItem::with_id(app, id, words::text(app, &key(id)), true, None::<&str>);
    let [open, sync, quit] = [line(OPEN)?, line(SYNC)?, line(QUIT)?];
    let menu = Menu::with_items(app, &[&open, &sync, &PredefinedMenuItem::separator(app)?, &quit])?;
    let mut icon = TrayIconBuilder::with_id("main")
        .menu(&menu)
        .tooltip("Shuke 熟客")
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()))
        .on_tray_icon_event(|icon, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::show(icon.app_handle());
            }
        });
    if let Some(seal) = app.default_window_icon() {
        icon = icon.icon(seal.clone());
    }
    icon.build(app)?;
    app.manage(Lines([open, sync, quit]));
    Ok(())
}

fn key(id: &str) -> String {
    format!("desktop:tray.{id}")
}

/// Says the menu in the language in force.
pub(crate) fn speak(app: &AppHandle) {
    let Some(lines) = app.try_state::<Lines>() else { return };
    for line in &lines.0 {
        if let Err(error) = line.set_text(words::text(app, &key(line.id().as_ref()))) {
            tracing::warn!(%error, "the tray kept its language");
        }
    }
}

fn chosen(app: &AppHandle, id: &str) {
    match id {
        OPEN => window::show(app),
        SYNC => sync_now(app),
        QUIT => window::ask_to_close(app),
        _ => {}
    }
}

/// Says nothing when it works; when it doesn't, the screen that explains sync comes up.
fn sync_now(app: &AppHandle) {
    let window = app.clone();
    async_runtime::spawn(async move {
        let Some(app) = window.state::<Door>().opened() else { return };
        if let Err(failure) = shuke_app::call(&app, "sync.now", Value::Null).await {
            tracing::info!(code = %failure, "sync from the tray was refused");
            window::show(&window);
            links::open(&window, Some(Route::sync()));
        }
    });
}
