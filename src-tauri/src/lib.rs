//! The shell: what only the operating system can do. Window, tray, links, notices, the log, and one bridge to
//! `shuke_app`. No business rule lives here, and nothing from outside the window ever writes.

mod arguments;
mod bridge;
mod closing;
mod drawing;
mod events;
mod links;
mod logging;
mod notices;
mod tray;
mod window;
mod words;

use std::process::ExitCode;

use tauri::{Manager as _, RunEvent};

use crate::{arguments::Arguments, bridge::Door, closing::Closing, words::Spoken};

/// Opens the window and returns when it is closed.
pub fn run() -> ExitCode {
    drawing::choose();
    let arguments = Arguments::parse(std::env::args_os());
    if !window::display_exists() {
        words::say_aloud("desktop:no_display");
        return ExitCode::FAILURE;
    }
    let Some(home) = arguments.home() else {
        words::say_aloud("desktop:no_home");
        return ExitCode::FAILURE;
    };
    // Held until the end: dropping it writes what the log still holds back.
    let _log = logging::begin(&home);
    match open(&arguments, &home) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            words::say_aloud("desktop:no_window");
            ExitCode::FAILURE
        }
    }
}

fn open(arguments: &Arguments, home: &std::path::Path) -> tauri::Result<()> {
    let mut context = tauri::generate_context!();
    if let Some(own) = arguments.own_identifier(&context.config().identifier) {
        context.config_mut().identifier = own;
    }
    let wanted = arguments.route();
    let folder = home.to_owned();
    tauri::Builder::default()
        // First, so that a second start ends before it does anything.
        .plugin(tauri_plugin_single_instance::init(|app, args, folder| {
            window::show(app);
            links::open(app, Arguments::parse_in(args, folder.as_ref()).route());
        }))
        .plugin(window::remembering(home))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .manage(Door::new(home.to_owned(), arguments.key_place()))
        .manage(Spoken::of(home))
        .manage(Closing::default())
        .invoke_handler(tauri::generate_handler![bridge::call])
        .on_window_event(closing::on_window_event)
        .setup(move |app| {
            // First: the file opens while the window is built.
            bridge::open(app.handle().clone());
            window::build(app, &folder, wanted.as_ref())?;
            tray::build(app.handle());
            Ok(())
        })
        .build(context)?
        .run(|app, event| match event {
            #[cfg(target_os = "macos")]
            RunEvent::Opened { urls } => {
                window::show(app);
                links::open(app, urls.iter().find_map(|url| links::route(url.as_str(), "/".as_ref())));
            }
            RunEvent::Exit => app.state::<Door>().close(),
            _ => {}
        });
    Ok(())
}
