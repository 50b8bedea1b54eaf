//! Settings: a file, then the environment, then flags; the later one wins.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use serde::Deserialize;
use shuke_domain::code::{Code, Failure};
use shuke_keys::{DatabaseKey, KeyPlace, KeyStore};

use crate::{Database, Refused};

/// Where the key of the database is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum KeyStoreChoice {
    Keychain,
    File,
}

/// What may be set, each by its name in the file, `SHUKE_…` in the environment, or a flag.
#[derive(Clone, Debug, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    #[arg(long, global = true, env = "SHUKE_SERVER_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// `sqlite:FILE` or `postgres://…`
    #[arg(
        long,
        global = true,
        env = "SHUKE_SERVER_DATA",
        value_name = "URL",
        hide_env_values = true
    )]
    pub data: Option<String>,
    #[arg(
        long,
        global = true,
        env = "SHUKE_SERVER_LISTEN",
        value_name = "ADDR",
        value_delimiter = ','
    )]
    pub listen: Option<Vec<SocketAddr>>,
    /// Where devices find this server, if not at the address it listens on.
    #[arg(long, global = true, env = "SHUKE_SERVER_URL", value_name = "URL")]
    pub url: Option<String>,
    #[arg(long, global = true, env = "SHUKE_KEY_STORE")]
    pub key_store: Option<KeyStoreChoice>,
    #[arg(long, global = true, env = "SHUKE_SERVER_CERTIFICATE", value_name = "FILE")]
    pub certificate: Option<PathBuf>,
    #[arg(long, global = true, env = "SHUKE_SERVER_CERTIFICATE_KEY", value_name = "FILE")]
    pub certificate_key: Option<PathBuf>,
    /// zh-CN, zh-TW or en
    #[arg(long, global = true, env = "SHUKE_LOCALE")]
    pub locale: Option<String>,
}

/// The file that is read from the data folder when none is named.
const FILE: &str = "server.toml";

const DATABASE: &str = "server.db";

/// The key store's entry. Not the app's, which may share a machine and even a folder.
const KEY: &str = "server-database";

const PORT: u16 = 4810;

impl Settings {
    /// What was given by flag or environment, completed from a file.
    pub fn completed(self, file: Option<&Path>) -> Result<Self, Refused> {
        let implied = self.folder().join(FILE);
        let path = file.unwrap_or(&implied);
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(self);
            }
            Err(error) => return Err(unreadable(path).because(error).into()),
        };
        let filed: Settings =
            toml::from_str(&text).map_err(|error| unreadable(path).because(error))?;
        Ok(Self {
            home: self.home.or(filed.home),
            data: self.data.or(filed.data),
            listen: self.listen.or(filed.listen),
            url: self.url.or(filed.url),
            key_store: self.key_store.or(filed.key_store),
            certificate: self.certificate.or(filed.certificate),
            certificate_key: self.certificate_key.or(filed.certificate_key),
            locale: self.locale.or(filed.locale),
        })
    }

    /// The data folder: named, or where the database file lies, or the platform's own.
    pub fn folder(&self) -> PathBuf {
        if let Some(home) = &self.home {
            return home.clone();
        }
        match self.sqlite_file().as_deref().and_then(Path::parent) {
            Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
            Some(parent) => parent.to_owned(),
            None => dirs::data_dir().unwrap_or_else(|| PathBuf::from(".")).join("shuke-server"),
        }
    }

    fn sqlite_file(&self) -> Option<PathBuf> {
        let file = self.data.as_deref()?.strip_prefix("sqlite:")?;
        Some(PathBuf::from(file.strip_prefix("//").unwrap_or(file)))
    }

    pub fn listen(&self) -> Vec<SocketAddr> {
        self.listen.clone().unwrap_or_else(|| vec![SocketAddr::from((Ipv4Addr::LOCALHOST, PORT))])
    }

    pub fn key_store(&self) -> Result<KeyStore, Refused> {
        let place = match self.key_store.unwrap_or(KeyStoreChoice::Keychain) {
            KeyStoreChoice::Keychain => KeyPlace::Keychain,
            KeyStoreChoice::File => KeyPlace::File,
        };
        Ok(KeyStore::open(&self.folder(), place)?)
    }

    /// The key of the database file and of backups; made where there is none and nothing needs it yet.
    pub async fn key(&self) -> Result<DatabaseKey, Refused> {
        let store = self.key_store()?;
        if let Some(secret) = store.get(KEY).await? {
            return Ok(DatabaseKey::from_secret(KEY, &secret)?);
        }
        if self.file().is_some_and(|file| file.exists()) {
            // A new key would open nothing; the file stays as it is until its own is found.
            return Err(Code::KeyMissing.into());
        }
        let key = DatabaseKey::random()?;
        store.set(KEY, &key.to_secret()).await?;
        Ok(key)
    }

    /// The database file, where there is one.
    pub fn file(&self) -> Option<PathBuf> {
        match &self.data {
            Some(url) if is_postgres(url) => None,
            Some(_) => self.sqlite_file(),
            None => Some(self.folder().join(DATABASE)),
        }
    }

    pub async fn open(&self) -> Result<Database, Refused> {
        match &self.data {
            Some(url) if is_postgres(url) => Database::postgres(url).await,
            Some(url) if self.sqlite_file().is_none() => {
                let scheme = url.split(':').next().unwrap_or_default();
                Err(Failure::new(Code::RequestInvalid)
                    .with("field", "data")
                    .with("value", scheme)
                    .into())
            }
            _ => {
                let file = self.file().unwrap_or_default();
                let key = self.key().await?;
                Database::sqlite(&file, &key.to_hex()).await
            }
        }
    }
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

fn unreadable(path: &Path) -> Failure {
    Failure::new(Code::FileUnreadable).with("path", path.display().to_string())
}

/// The address by which this machine is reached from the network. Asks the routing table; a UDP
/// socket that is only connected sends nothing.
pub fn own_address() -> IpAddr {
    let routed = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    });
    routed.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip())
}

/// The URL that devices are told, for sockets that listen here.
pub fn url_of(addresses: &[SocketAddr], tls: bool) -> String {
    let outward =
        addresses.iter().find(|address| !address.ip().is_loopback()).or(addresses.first());
    let address = outward.copied().unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)));
    let host = if address.ip().is_unspecified() { own_address() } else { address.ip() };
    let scheme = if tls { "https" } else { "http" };
    format!("{scheme}://{}", SocketAddr::new(host, address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(
            home.path().join(FILE),
            "listen = [\"127.0.0.1:1\"]\nlocale = \"en\"\nkey-store = \"file\"\n",
        )
        .unwrap();
        let given = Settings {
            home: Some(home.path().to_owned()),
            locale: Some("zh-TW".into()),
            ..Settings::default()
        };
        let settings = given.completed(None).unwrap();
        assert_eq!(settings.locale.as_deref(), Some("zh-TW"));
        assert_eq!(settings.listen(), ["127.0.0.1:1".parse().unwrap()]);
        assert_eq!(settings.key_store, Some(KeyStoreChoice::File));

        std::fs::write(home.path().join(FILE), "lisen = 1").unwrap();
        let given = Settings { home: Some(home.path().to_owned()), ..Settings::default() };
        assert_eq!(given.completed(None).unwrap_err().code(), "file.unreadable");
    }

    #[test]
    fn the_folder_is_where_the_database_lies() {
        let at = |data: &str| Settings { data: Some(data.into()), ..Settings::default() };
        assert_eq!(at("sqlite:/srv/shuke/s.db").folder(), Path::new("/srv/shuke"));
        assert_eq!(at("sqlite:///srv/shuke/s.db").file(), Some("/srv/shuke/s.db".into()));
        assert_eq!(at("sqlite:s.db").folder(), Path::new("."));
        assert_eq!(at("postgres://localhost/shuke").file(), None);
        assert!(at("postgres://localhost/shuke").folder().ends_with("shuke-server"));
    }

    #[test]
    fn devices_are_told_an_address_they_can_reach() {
        let at = |text: &str| text.parse::<SocketAddr>().unwrap();
        assert_eq!(url_of(&[at("127.0.0.1:4810")], false), "http://127.0.0.1:4810");
        assert_eq!(url_of(&[at("127.0.0.1:1"), at("10.0.0.7:2")], true), "https://10.0.0.7:2");
        assert!(!url_of(&[at("0.0.0.0:4810")], true).contains("0.0.0.0"));
    }
}
