//! Damaged files, ten thousand of them.

#[cfg(test)]
mod files;
