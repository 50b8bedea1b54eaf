//! The server's certificate: its own, made at the first start, or one from files.
//!
//! Devices pin its fingerprint, which travels inside the enrolment code; nobody has to run an
//! authority for a shop.

use std::{fmt::Write as _, fs, io, net::IpAddr, path::Path, sync::Arc};

use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use sha2::{Digest, Sha256};

use crate::Refused;

/// A chain and its key.
#[derive(Debug)]
pub struct Certificate {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    /// Whether devices must pin it: nobody else vouches for it.
    own: bool,
}

impl Certificate {
    /// From files of the owner's, vouched for by an authority.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, Refused> {
        Ok(Self { own: false, ..Self::read(certificate, key)? })
    }

    /// The server's own, made where it is missing and never made anew: devices know it.
    pub fn own(home: &Path, hosts: &[IpAddr]) -> Result<Self, Refused> {
        let (certificate, key) = (home.join("certificate.pem"), home.join("certificate-key.pem"));
        if !certificate.exists() {
            let pair = KeyPair::generate().map_err(Refused::internal)?;
            let mut names: Vec<String> = hosts.iter().map(ToString::to_string).collect();
            names.push("localhost".to_owned());
            let mut params = CertificateParams::new(names).map_err(Refused::internal)?;
            params.distinguished_name.push(DnType::CommonName, "Shuke");
            // Pinned, not dated: a till must not stand still because a day has come.
            params.not_after = date_time_ymd(2126, 1, 1);
            let made = params.self_signed(&pair).map_err(Refused::internal)?;
            // The key first: a certificate without one would never be replaced.
            write_private(&key, &pair.serialize_pem())?;
            fs::write(&certificate, made.pem())?;
        }
        Ok(Self { own: true, ..Self::read(&certificate, &key)? })
    }

    fn read(certificate: &Path, key: &Path) -> Result<Self, Refused> {
        let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect)
            .map_err(Refused::internal)?;
        if chain.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "no certificate in file").into());
        }
        let key = PrivateKeyDer::from_pem_file(key).map_err(Refused::internal)?;
        Ok(Self { chain, key, own: true })
    }

    /// What an enrolment code carries: SHA-256 of the certificate, in hexadecimal.
    pub fn fingerprint(&self) -> Option<String> {
        let first = self.chain.first().filter(|_| self.own)?;
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(first) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Some(text)
    }

    pub(crate) fn server_config(self) -> Result<Arc<ServerConfig>, Refused> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder.with_no_client_auth().with_single_cert(self.chain, self.key)
            })
            .map_err(Refused::internal)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// Writes a file that only its owner may read, from its first byte on.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_its_key_is_private() {
        let home = tempfile::tempdir().unwrap();
        let hosts = ["192.168.1.5".parse().unwrap()];
        let first = Certificate::own(home.path(), &hosts).unwrap().fingerprint();
        let again = Certificate::own(home.path(), &[]).unwrap();
        assert!(first.as_ref().is_some_and(|text| text.len() == 64));
        assert_eq!(first, again.fingerprint());
        assert!(again.server_config().is_ok());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode =
                fs::metadata(home.path().join("certificate-key.pem")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn one_from_files_is_not_pinned() {
        let home = tempfile::tempdir().unwrap();
        Certificate::own(home.path(), &[]).unwrap();
        let (file, key) =
            (home.path().join("certificate.pem"), home.path().join("certificate-key.pem"));
        assert_eq!(Certificate::from_files(&file, &key).unwrap().fingerprint(), None);
    }
}
