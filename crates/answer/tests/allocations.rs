//! From a query's bytes to its answer's, nothing is allocated once the memory has grown, however many it hears.

#![expect(unsafe_code, reason = "an allocator that counts is an allocator; only this test has it")]
#![expect(clippy::unwrap_used, reason = "a broken town is a failed test")]

#[path = "../examples/one_query/town.rs"]
mod town;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use town::{Town, query};

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, which counts what this thread asks of it.
struct Counting;

// SAFETY: every call is the system's own, with the arguments it was given.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as promised by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        count();
        // SAFETY: as promised by the caller.
        unsafe { System.realloc(memory, layout, bytes) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn count() {
    // A thread that ends counts no more.
    let _counted = COUNT.try_with(|count| count.set(count.get() + 1));
}

/// Allocations of this thread while `work` runs.
fn allocations(work: impl FnOnce()) -> u64 {
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

/// The most that any query may allocate, of however many networks.
const BOUND: u64 = 0;

#[test]
fn a_query_of_any_size_allocates_nothing_once_the_memory_has_grown() {
    let mut town = Town::build().unwrap();
    let bodies: Vec<String> = [100, 20, 1, 50, 20].into_iter().map(query).collect();
    assert!(town.whole(bodies[0].as_bytes()) > 0, "the largest lets the memory grow");
    for body in &bodies {
        let mut n_bytes = 0;
        let n = allocations(|| n_bytes = town.whole(body.as_bytes()));
        assert!(n <= BOUND, "{n} allocations for {} bytes of query", body.len());
        assert_eq!(n_bytes > 0, body.len() > 300, "one network alone is no answer");
        assert_eq!(town.look_up(), body.matches("macAddress").count(), "all are known");
    }
}

#[test]
fn the_count_counts() {
    let n = allocations(|| drop(std::hint::black_box(vec![1_u8; 100])));
    assert_eq!(n, 1);
}
