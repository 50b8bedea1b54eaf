//! The window's process. Everything it does is in the library.

#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    shuke_desktop::run()
}
