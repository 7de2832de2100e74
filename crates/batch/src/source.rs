//! What is read: the files a manifest names, in groups of shards, and what was taken out of them.

use crate::error::BatchError;
use crate::region_udf::region_udf;
use cairn_archive::schema::{APP, DAY, LAT_E7, LNG_E7, SUBMISSION, VOICE, name_of};
use cairn_archive::{Exclusion, FileEntry, Manifest};
use cairn_ground::{Day, Region};
use datafusion::common::ScalarValue;
use datafusion::datasource::listing::ListingTableUrl;
use datafusion::prelude::{Expr, SessionContext, col, lit};
use object_store::ObjectStore;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a session finds the store it was given.
const ROOT: &str = "archive://store/";

/// The rows of an archive, as an engine is told of them.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The files' URLs by group of shards.
    pub groups: Vec<Vec<String>>,
    /// True of the rows that are left out.
    pub except: Option<Expr>,
    /// The store of the files, when the URLs alone do not say it.
    pub store: Option<Arc<dyn ObjectStore>>,
}

impl Source {
    /// What a manifest names, read through a store, in one group.
    ///
    /// # Errors
    /// [`BatchError::Exclusions`].
    pub fn within(manifest: &Manifest, store: Arc<dyn ObjectStore>) -> Result<Self, BatchError> {
        Ok(Self { store: Some(store), ..Self::at(manifest, ROOT, 1)? })
    }

    /// What a manifest names, below a URL that ends in `/`, in `n_groups` groups of shards.
    ///
    /// # Errors
    /// [`BatchError::Exclusions`].
    pub fn at(manifest: &Manifest, root: &str, n_groups: u32) -> Result<Self, BatchError> {
        let mut groups: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for file in &manifest.files {
            let url = format!("{root}{}", file.path);
            groups.entry(group_of(file, n_groups)).or_default().push(url);
        }
        let exclusions = manifest.exclusions().ok_or(BatchError::Exclusions)?;
        let except = exclusions.iter().map(expression).reduce(Expr::or);
        Ok(Self { groups: groups.into_values().collect(), except, store: None })
    }

    /// Lets a session find the store.
    pub(crate) fn register(&self, session: &SessionContext) -> Result<(), BatchError> {
        if let Some(store) = &self.store {
            let url = ListingTableUrl::parse(ROOT)?.object_store();
            session.register_object_store(url.as_ref(), Arc::clone(store));
        }
        Ok(())
    }

    /// The URLs of all groups.
    pub(crate) fn urls(&self) -> Vec<String> {
        self.groups.iter().flatten().cloned().collect()
    }
}

/// The group of a file. A file of fewer shards than there are groups belongs to several; parts of one
/// transmitter are merged wherever they meet, so the first of them will do.
fn group_of(file: &FileEntry, n_groups: u32) -> u32 {
    let group = u64::from(file.shard) * u64::from(n_groups) / u64::from(file.n_shards.max(1));
    u32::try_from(group).unwrap_or(0)
}

/// True of the rows that were taken out so.
fn expression(one: Exclusion) -> Expr {
    let is = |column: usize, value: u64| col(name_of(column)).eq(lit(value.cast_signed()));
    match one {
        Exclusion::Voice(voice, None) => is(VOICE, voice.0),
        Exclusion::Voice(voice, Some(day)) => is(VOICE, voice.0).and(on(day)),
        Exclusion::Submission(tag) => is(SUBMISSION, tag.0),
        Exclusion::App(tag) => is(APP, tag.0),
        Exclusion::Region(region, day) => on(day).and(inside(region)),
    }
}

fn on(day: Day) -> Expr {
    col(name_of(DAY)).eq(lit(ScalarValue::Date32(Some(day.get().into()))))
}

fn inside(region: Region) -> Expr {
    let (lat, lng) = (col(name_of(LAT_E7)), col(name_of(LNG_E7)));
    region_udf().call(vec![lat, lng, lit(region.number().cast_signed())])
}
