//! Black-box tests: the real binary, its files and its sockets; every test ends with a clean log.

#[cfg(test)]
mod access;
#[cfg(test)]
mod api;
#[cfg(test)]
mod archive;
#[cfg(test)]
mod areas;
#[cfg(test)]
mod backtest;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod batch;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod canary;
mod chain;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod country;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod discredited;
#[cfg(test)]
mod drafts;
#[cfg(test)]
mod geoip;
#[cfg(test)]
mod h2;
#[cfg(test)]
mod hearing;
#[cfg(test)]
mod heights;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod http_contract;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lanes;
#[cfg(test)]
mod listening;
#[cfg(test)]
mod main_job;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod mirror;
#[cfg(test)]
mod models;
#[cfg(test)]
mod models_serving;
#[cfg(test)]
mod networks;
#[cfg(test)]
mod packaging;
#[cfg(test)]
mod precision;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod radii;
#[cfg(test)]
mod ranging;
#[cfg(test)]
mod raw;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod served_rows;
#[cfg(test)]
mod site;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod spread;
#[cfg(test)]
mod stderr;
#[cfg(test)]
mod storage;
#[cfg(test)]
mod support;
#[cfg(test)]
mod swaps;
#[cfg(test)]
mod track;
#[cfg(test)]
mod undo;
#[cfg(test)]
mod verbs;
#[cfg(test)]
mod versions;
#[cfg(test)]
mod volume;
