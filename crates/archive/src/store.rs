//! Bytes under names, in a folder or an object store: whole, checked, in time, or an error that says so.

use crate::durable;
use crate::error::StoreError;
use crate::patience::Patience;
use bytes::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a read must find.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Length in bytes.
    pub bytes: u64,
    /// BLAKE3, hexadecimal.
    pub digest: &'a str,
}

/// Where an archive's files lie.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<dyn ObjectStore>,
    /// Set for a folder, whose files are synced before a name is given away.
    folder: Option<PathBuf>,
    patience: Patience,
}

impl Store {
    /// A folder, made when it is not there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn in_folder(folder: &Path, patience: Patience) -> Result<Self, StoreError> {
        let refused =
            |source: Error| StoreError::refused("open", &folder.to_string_lossy(), source);
        let io = |source| Error::Generic { store: "folder", source: Box::new(source) };
        std::fs::create_dir_all(folder).map_err(io).map_err(refused)?;
        let inner = LocalFileSystem::new_with_prefix(folder).map_err(refused)?;
        let folder = Some(folder.to_path_buf());
        Ok(Self { inner: Arc::new(inner), folder, patience })
    }

    /// An object store by its address, such as `s3://bucket/folder`; keys and regions are in `options`, named
    /// as its own tools name them.
    ///
    /// # Errors
    /// When the address is none, or an option that it needs is missing.
    #[cfg(feature = "s3")]
    pub fn at_url(
        url: &str,
        options: impl IntoIterator<Item = (String, String)>,
        patience: Patience,
    ) -> Result<Self, StoreError> {
        let refused = |source| StoreError::refused("open", url, source);
        let parsed = url::Url::parse(url)
            .map_err(|error| refused(Error::Generic { store: "url", source: Box::new(error) }))?;
        let (inner, folder) = object_store::parse_url_opts(&parsed, options).map_err(refused)?;
        let inner = object_store::prefix::PrefixStore::new(inner, folder);
        Ok(Self::over(Arc::new(inner), patience))
    }

    /// Any object store.
    pub fn over(inner: Arc<dyn ObjectStore>, patience: Patience) -> Self {
        Self { inner, folder: None, patience }
    }

    /// The object store itself, for engines that read it on their own.
    pub fn inner(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.inner)
    }

    /// Reads an object whole; with `expected`, nothing else is believed.
    ///
    /// # Errors
    /// [`StoreError`]; half a file and changed bytes are told apart.
    pub async fn read(
        &self,
        path: &str,
        expected: Option<Expected<'_>>,
    ) -> Result<Bytes, StoreError> {
        let key = Key::from(path);
        let get = || async { self.whole(&key, path, expected).await };
        self.patience.insist("read", path, get).await
    }

    /// One attempt to read.
    async fn whole(
        &self,
        key: &Key,
        path: &str,
        expected: Option<Expected<'_>>,
    ) -> Result<Bytes, StoreError> {
        let refused = |source| StoreError::refused("read", path, source);
        let got = self.inner.get(key).await.map_err(refused)?;
        let size = got.meta.size;
        let bytes = got.bytes().await.map_err(refused)?;
        let wanted = expected.map_or(size, |it| it.bytes);
        if bytes.len() as u64 != wanted {
            let found = bytes.len() as u64;
            return Err(StoreError::Half { path: path.to_owned(), found, expected: wanted });
        }
        match expected {
            Some(it) if blake3::hash(&bytes).to_hex().as_str() != it.digest => {
                Err(StoreError::Altered { path: path.to_owned() })
            }
            _ => Ok(bytes),
        }
    }

    /// Writes an object; it is durable when this returns. Only for names that their content gives.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn write(&self, path: &str, bytes: Bytes) -> Result<(), StoreError> {
        let put = || async {
            match &self.folder {
                Some(folder) => durable::replace(folder, path, bytes.clone()).await,
                None => self.put(path, bytes.clone(), PutMode::Overwrite).await,
            }
        };
        self.patience.insist("write", path, put).await?;
        let found = self.size(path).await?;
        if found == bytes.len() as u64 {
            return Ok(());
        }
        Err(StoreError::Half { path: path.to_owned(), found, expected: bytes.len() as u64 })
    }

    /// Gives a name to bytes when nothing has it; false when something else has.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create(&self, path: &str, bytes: Bytes) -> Result<bool, StoreError> {
        let put = || async {
            match &self.folder {
                Some(folder) => durable::create(folder, path, bytes.clone()).await,
                None => self.put(path, bytes.clone(), PutMode::Create).await,
            }
        };
        match self.patience.insist("create", path, put).await {
            Ok(()) => Ok(true),
            // Perhaps an attempt of ours that seemed to fail.
            Err(error) if error.is_taken() => Ok(self.read(path, None).await? == bytes),
            Err(error) => Err(error),
        }
    }

    async fn put(&self, path: &str, bytes: Bytes, mode: PutMode) -> Result<(), StoreError> {
        let key = Key::from(path);
        let put = self.inner.put_opts(&key, PutPayload::from(bytes), mode.into());
        put.await.map(drop).map_err(|source| StoreError::refused("write", path, source))
    }

    async fn size(&self, path: &str) -> Result<u64, StoreError> {
        let key = Key::from(path);
        let head = || async {
            let head = self.inner.head(&key).await;
            head.map(|it| it.size).map_err(|source| StoreError::refused("look at", path, source))
        };
        self.patience.insist("look at", path, head).await
    }

    /// True when an object has the name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has(&self, path: &str) -> Result<bool, StoreError> {
        match self.size(path).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_missing() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Removes an object; one that is not there is no error.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn remove(&self, path: &str) -> Result<(), StoreError> {
        let key = Key::from(path);
        let delete = || async {
            let gone = self.inner.delete(&key).await;
            gone.map_err(|source| StoreError::refused("remove", path, source))
        };
        match self.patience.insist("remove", path, delete).await {
            Err(error) if !error.is_missing() => Err(error),
            _ => Ok(()),
        }
    }

    /// Names under a prefix, each with its age in seconds by `now_ms`, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list(&self, prefix: &str, now_ms: i64) -> Result<Vec<(String, i64)>, StoreError> {
        let key = Key::from(prefix);
        let list = || async {
            use futures_util::TryStreamExt as _;
            let all: Result<Vec<_>, Error> = self.inner.list(Some(&key)).try_collect().await;
            all.map_err(|source| StoreError::refused("list", prefix, source))
        };
        let found = self.patience.insist("list", prefix, list).await?;
        let age_s = |ms: i64| now_ms.saturating_sub(ms) / 1_000;
        let mut named: Vec<_> = found
            .into_iter()
            .map(|it| (it.location.to_string(), age_s(it.last_modified.timestamp_millis())))
            .collect();
        named.sort_unstable();
        Ok(named)
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
