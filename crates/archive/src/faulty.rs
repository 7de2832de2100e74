//! A store that fails, stalls and gives half of what was asked, for the tests of this room.

use crate::Patience;
use futures_util::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path as Key;
use object_store::{
    CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult,
};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Patience that a test has.
pub(crate) const fn brief() -> Patience {
    Patience {
        attempt: Duration::from_millis(200),
        n_retries: 2,
        first_pause: Duration::from_millis(1),
    }
}

/// What a store does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The next n calls fail.
    ErrFirst(u64),
    /// All calls fail after n more.
    ErrFrom(u64),
    /// Calls do not return.
    Stall,
    /// A read gives the first half.
    Half,
    /// A read gives a changed byte.
    Altered,
}

/// A store in memory that does wrong on demand.
#[derive(Debug)]
pub(crate) struct Faulty {
    inner: InMemory,
    fault: Mutex<(Fault, u64)>,
    n_calls: AtomicU64,
}

impl Faulty {
    /// One that works until told otherwise.
    pub(crate) fn sound() -> Arc<Self> {
        let fault = Mutex::new((Fault::None, 0));
        Arc::new(Self { inner: InMemory::new(), fault, n_calls: AtomicU64::new(0) })
    }

    pub(crate) fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap() = (fault, 0);
    }

    pub(crate) fn n_calls(&self) -> u64 {
        self.n_calls.load(Ordering::Relaxed)
    }

    /// Fails or stalls when it is this call's turn.
    async fn meet(&self) -> object_store::Result<Fault> {
        self.n_calls.fetch_add(1, Ordering::Relaxed);
        let (fault, n_met) = {
            let mut fault = self.fault.lock().unwrap();
            fault.1 += 1;
            (fault.0, fault.1)
        };
        let fails = match fault {
            Fault::ErrFirst(n) => n_met <= n,
            Fault::ErrFrom(n) => n_met > n,
            Fault::Stall => std::future::pending().await,
            Fault::None | Fault::Half | Fault::Altered => false,
        };
        let source = || Box::new(std::io::Error::other("a fault"));
        if fails {
            Err(object_store::Error::Generic { store: "faulty", source: source() })
        } else {
            Ok(fault)
        }
    }
}

impl std::fmt::Display for Faulty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("faulty")
    }
}

#[async_trait::async_trait]
impl ObjectStore for Faulty {
    async fn put_opts(
        &self,
        path: &Key,
        payload: PutPayload,
        options: PutOptions,
    ) -> object_store::Result<PutResult> {
        self.meet().await?;
        self.inner.put_opts(path, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        path: &Key,
        options: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(path, options).await
    }

    async fn get_opts(&self, path: &Key, options: GetOptions) -> object_store::Result<GetResult> {
        let fault = self.meet().await?;
        let is_head = options.head;
        let mut got = self.inner.get_opts(path, options).await?;
        if is_head || !matches!(fault, Fault::Half | Fault::Altered) {
            return Ok(got);
        }
        let meta = got.meta.clone();
        let range = got.range.clone();
        let attributes = std::mem::take(&mut got.attributes);
        let mut bytes = got.bytes().await?.to_vec();
        if fault == Fault::Half {
            bytes.truncate(bytes.len() / 2);
        } else {
            bytes[0] ^= 1;
        }
        let stream = futures_util::stream::once(async move { Ok(bytes.into()) });
        Ok(GetResult {
            payload: GetResultPayload::Stream(Box::pin(stream)),
            meta,
            range,
            attributes,
        })
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, object_store::Result<Key>>,
    ) -> BoxStream<'static, object_store::Result<Key>> {
        self.inner.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Key>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Key>) -> object_store::Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(
        &self,
        from: &Key,
        to: &Key,
        options: CopyOptions,
    ) -> object_store::Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
