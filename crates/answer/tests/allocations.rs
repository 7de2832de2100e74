//! From a query's bytes to its answer's, nothing is allocated once the memory has grown, however many it hears.

#[path = "../examples/one_query/town.rs"]
mod town;

use allocation_counter::measure;
use town::{Town, query};

#[test]
fn a_query_of_any_size_allocates_nothing_once_the_memory_has_grown() {
    let mut town = Town::build().unwrap();
    let bodies: Vec<String> = [100, 20, 1, 50, 20].into_iter().map(query).collect();
    assert!(town.whole(bodies[0].as_bytes()) > 0, "the largest lets the memory grow");
    for body in &bodies {
        let mut n_bytes = 0;
        let n = measure(|| n_bytes = town.whole(body.as_bytes())).count_total;
        assert_eq!(n, 0, "allocations for {} bytes of query", body.len());
        assert_eq!(n_bytes > 0, body.len() > 300, "one network alone is no answer");
        assert_eq!(town.look_up(), body.matches("macAddress").count(), "all are known");
    }
}

#[test]
fn the_count_counts() {
    let n = measure(|| drop(std::hint::black_box(vec![1_u8; 100]))).count_total;
    assert_eq!(n, 1);
}
