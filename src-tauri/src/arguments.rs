//! What the program was started with: whose data, which keys, and what it was asked to open.
//!
//! Unknown switches are passed over, not refused: desktops and test drivers add their own.

use std::{
    env,
    ffi::OsString,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use shuke_app::{KeyPlace, folder::default_home};

use crate::links::{self, Route};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    home: Option<PathBuf>,
    key_place: Option<KeyPlace>,
    /// Links and files, as the desktop wrote them.
    opens: Vec<String>,
    /// Where relative names begin.
    folder: PathBuf,
}

impl Arguments {
    /// Of this process, the program's own name first.
    pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Self {
        Self::parse_in(args, &env::current_dir().unwrap_or_default())
    }

    /// Of a process that stood in `folder`.
    pub(crate) fn parse_in<T: Into<OsString>>(
        args: impl IntoIterator<Item = T>,
        folder: &Path,
    ) -> Self {
        let mut read = Self { folder: folder.to_owned(), ..Self::default() };
        let mut args = args
            .into_iter()
            .skip(1)
            .map(|arg| Into::<OsString>::into(arg).to_string_lossy().into_owned());
        while let Some(arg) = args.next() {
            let (name, joined) = match arg.split_once('=') {
                Some((name, value)) if name.starts_with("--") => {
                    (name.to_owned(), Some(value.to_owned()))
                }
                _ => (arg, None),
            };
            match name.as_str() {
                "--home" => {
                    read.home = joined.or_else(|| args.next()).map(|home| folder.join(home));
                }
                "--key-store" => {
                    read.key_place =
                        joined.or_else(|| args.next()).and_then(|place| parse_place(&place));
                }
                _ if name.starts_with('-') => {}
                _ => read.opens.push(name),
            }
        }
        read
    }

    /// The data folder: the one named here, else in the environment, else the person's own.
    ///
    /// `None` where the system knows no folder for this account.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        self.other_home().or_else(default_home)
    }

    fn other_home(&self) -> Option<PathBuf> {
        let named = self.home.clone().or_else(|| env::var_os("SHUKE_HOME").map(PathBuf::from))?;
        std::path::absolute(named).ok()
    }

    /// Where the keys are. Files are someone's decision, never a fallback.
    pub(crate) fn key_place(&self) -> KeyPlace {
        self.key_place
            .or_else(|| parse_place(&env::var("SHUKE_KEY_STORE").ok()?))
            .unwrap_or(KeyPlace::Keychain)
    }

    /// Another data folder is another Shuke: it has a window of its own beside the first one's, so the name by
    /// which a second start finds the first must differ too.
    pub(crate) fn own_identifier(&self, identifier: &str) -> Option<String> {
        let home = self.other_home()?;
        let mut hasher = DefaultHasher::new();
        home.canonicalize().unwrap_or(home).hash(&mut hasher);
        Some(format!("{identifier}.h{:016x}", hasher.finish()))
    }

    /// The screen that a link or file asks for; the last one that makes sense.
    pub(crate) fn route(&self) -> Option<Route> {
        self.opens.iter().rev().find_map(|asked| links::route(asked, &self.folder))
    }
}

fn parse_place(text: &str) -> Option<KeyPlace> {
    match text {
        "file" => Some(KeyPlace::File),
        "keychain" => Some(KeyPlace::Keychain),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Arguments {
        Arguments::parse_in(line.split(' '), Path::new("/shop"))
    }

    #[test]
    fn a_home_and_its_keys_are_named_in_either_writing() {
        for line in ["shuke --home data --key-store file", "shuke --home=data --key-store=file"] {
            let read = parse(line);
            assert_eq!(read.home().unwrap(), Path::new("/shop/data"), "{line}");
            assert_eq!(read.key_place(), KeyPlace::File, "{line}");
            assert_eq!(read.route(), None, "{line}");
        }
    }

    #[test]
    fn what_drivers_add_is_passed_over() {
        let read = parse("shuke --remote-debugging-port=0 -psn_0_1 tel:13800138000");
        assert_eq!(read.home, None);
        assert_eq!(read.route(), Route::call("13800138000"));
    }

    #[test]
    fn another_folder_is_another_window() {
        let own = |line: &str| parse(line).own_identifier("app.shuke.desktop");
        assert_ne!(own("shuke --home a"), own("shuke --home b"));
        assert_eq!(own("shuke --home a"), own("shuke --home=/shop/a"));
    }
}
