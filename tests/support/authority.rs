//! Certificates that tests make for themselves, and an authority that vouches for them.
//!
//! Deliberately absent: anything that lasts longer than a test.

use std::fmt;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// Someone who vouches for others.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, in a file.
    pub certificate: PathBuf,
}

fn named(name: &str) -> CertificateParams {
    let mut wish = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    wish.distinguished_name.push(DnType::CommonName, name);
    wish
}

impl Authority {
    /// An authority whose certificate stands in a folder.
    pub fn new(dir: &Path, name: &str) -> Self {
        let (mut wish, key) = (named(name), KeyPair::generate().unwrap());
        wish.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = dir.join(format!("{name}.pem"));
        std::fs::write(&certificate, wish.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(wish, key), certificate }
    }

    /// A certificate that it vouches for, and its key, as files.
    pub fn vouches_for(&self, dir: &Path, name: &str) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let signed = named(name).signed_by(&key, &self.issuer).unwrap();
        let (certificate, secret) = (dir.join(format!("{name}.pem")), dir.join(format!("{name}-key.pem")));
        std::fs::write(&certificate, signed.pem()).unwrap();
        std::fs::write(&secret, key.serialize_pem()).unwrap();
        (certificate, secret)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authority({})", self.certificate.display())
    }
}

/// Lets a server read a file, or reach a folder, that runs as someone else.
pub fn open_to_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}
