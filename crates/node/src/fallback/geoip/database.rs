//! One address database, whole in memory.

use super::guess::{self, IpGuess};
use crate::limits::GEOIP_BYTES_MAX;
use crate::stamp::Stamp;
use cairn_ground::Timestamp;
use maxminddb::Reader;
use std::fs::File;
use std::io::{self, Read as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

/// A database, with what tells its file from the next one.
pub(super) struct Database {
    reader: Reader<Vec<u8>>,
    pub(super) stamp: Stamp,
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// The disk refuses.
    #[error("cannot be read")]
    Read(#[from] io::Error),
    /// Larger than this program takes into memory.
    #[error("has {n_bytes} bytes, more than {GEOIP_BYTES_MAX}")]
    TooLarge {
        /// Bytes of the file.
        n_bytes: u64,
    },
    /// Not in MaxMind's format, or not whole.
    #[error("is no whole database in MaxMind's format (.mmdb)")]
    Malformed(#[from] maxminddb::MaxMindDbError),
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("stamp", &self.stamp).finish_non_exhaustive()
    }
}

impl Database {
    /// Reads `path` into memory and checks that lookups work.
    ///
    /// # Errors
    /// [`DatabaseError`] saying whether the disk or the file is to blame.
    pub(super) fn open(path: &Path) -> Result<Self, DatabaseError> {
        let file = File::open(path)?;
        let stamp = Stamp::of(&file.metadata()?)?;
        if stamp.n_bytes > GEOIP_BYTES_MAX {
            return Err(DatabaseError::TooLarge { n_bytes: stamp.n_bytes });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(stamp.n_bytes).unwrap_or(0));
        file.take(GEOIP_BYTES_MAX).read_to_end(&mut bytes)?;
        let reader = Reader::from_source(bytes)?;
        try_out(&reader)?;
        Ok(Self { reader, stamp })
    }

    /// What the database says of `address`; nothing of one that is not on the Internet.
    pub(super) fn guess(&self, address: IpAddr) -> Option<IpGuess> {
        let address = address.to_canonical();
        if is_private(address) {
            return None;
        }
        guess::read(&self.reader.lookup(address).ok()?)
    }

    /// When the vendor built it.
    pub(super) fn built(&self) -> Timestamp {
        let seconds = i64::try_from(self.reader.metadata().build_epoch).unwrap_or(i64::MAX);
        Timestamp::from_ms(seconds.saturating_mul(1_000))
    }

    /// Type and build time, such as `GeoLite2-City 1700000000`.
    pub(super) fn version(&self) -> String {
        let about = self.reader.metadata();
        format!("{} {}", about.database_type, about.build_epoch)
    }
}

/// Looks addresses from all over up: a file whose tree or data is cut or garbled fails here.
fn try_out(reader: &Reader<Vec<u8>>) -> Result<(), DatabaseError> {
    for octet in (1..=223).step_by(3) {
        let record = reader.lookup(IpAddr::V4(Ipv4Addr::new(octet, octet, octet, 1)))?;
        record.decode::<serde::de::IgnoredAny>()?;
    }
    Ok(())
}

/// True for addresses of this machine, of a local network, or of no single machine.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_multicast()
                || v4.is_broadcast()
                || shared
        }
        IpAddr::V6(v6) => is_private_v6(v6),
    }
}

const fn is_private_v6(v6: Ipv6Addr) -> bool {
    v6.is_loopback()
        || v6.is_unspecified()
        || v6.is_multicast()
        || v6.is_unique_local()
        || v6.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fallback::geoip::Level;
    use crate::fallback::geoip::mmdb::{Value, mmdb};
    use cairn_ground::LatLng;
    use std::path::PathBuf;

    fn parsed(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    /// MaxMind's test database, where the checkout has one beside it.
    fn of_maxmind() -> Option<Database> {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../../../shared/data/geoip/GeoIP2-City-Test.mmdb");
        if !path.exists() {
            println!("skipped: no ../shared");
            return None;
        }
        Some(Database::open(&path).unwrap())
    }

    #[test]
    fn london_is_where_maxmind_says_and_as_wide_as_a_large_city() {
        let Some(database) = of_maxmind() else { return };
        let london = database.guess(parsed("81.2.69.192")).unwrap();
        assert_eq!(london.place, Some(LatLng::new(51.5142, -0.0931).unwrap()));
        assert_eq!((london.country, london.level), (Some(*b"GB"), Level::City));
        assert!((london.r95_m - 68e3).abs() < 1.0, "stated are 100 km at 67 %: {}", london.r95_m);
        assert_eq!(database.guess(parsed("::ffff:81.2.69.192")), Some(london));
    }

    #[test]
    fn a_country_alone_is_wide_and_an_address_nobody_knows_gives_nothing() {
        let Some(database) = of_maxmind() else { return };
        let japan = database.guess(parsed("2001:218::1")).unwrap();
        assert_eq!((japan.country, japan.level), (Some(*b"JP"), Level::Country));
        assert!((japan.r95_m - 164_380.0).abs() < 1.0, "{}", japan.r95_m);
        assert_eq!(database.guess(parsed("127.0.0.1")), None);
        assert_eq!(database.guess(parsed("203.0.113.5")), None);
        assert!(database.version().starts_with("GeoIP2-City"), "{}", database.version());
    }

    #[test]
    fn addresses_of_local_networks_are_never_looked_up() {
        let everywhere: Vec<(u8, Value)> = (0..=255)
            .map(|octet| (octet, Value::from(&serde_json::json!({"country": {"iso_code": "GB"}}))))
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("all.mmdb");
        std::fs::write(&path, mmdb(&everywhere)).unwrap();
        let database = Database::open(&path).unwrap();
        assert!(database.guess(parsed("8.8.8.8")).is_some());
        for local in ["10.1.2.3", "127.0.0.1", "192.168.1.1", "100.64.0.1", "169.254.0.1", "::1"] {
            assert_eq!(database.guess(parsed(local)), None, "{local}");
        }
        for local in ["fe80::1", "fd00::1", "::ffff:10.0.0.1", "0.0.0.0"] {
            assert_eq!(database.guess(parsed(local)), None, "{local}");
        }
        assert_eq!(database.guess(parsed("2a00::1")), None, "IPv6 in a database without it");
    }

    #[test]
    fn a_cut_file_is_refused_and_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cut.mmdb");
        let whole = mmdb(&[(1, Value::Text("x".to_owned()))]);
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let why = Database::open(&path).unwrap_err();
        assert!(matches!(why, DatabaseError::Malformed(_)), "{why}");
        let absent = Database::open(&folder.path().join("absent.mmdb")).unwrap_err();
        assert!(matches!(absent, DatabaseError::Read(_)), "{absent}");
    }
}
