//! The manifest's canonical text; see the spec, § 8.

use crate::error::ManifestFault;
use crate::limits::{FILE_NAME_BYTES_MAX, OVERLAYS_MAX};
use crate::manifest::{Checkpoint, Manifest};
use std::fmt::Write as _;

const TITLE: &str = "cairn manifest 1";

/// Length of the last line: `check `, 64 digits, newline.
const CHECK_BYTES: usize = 71;

/// The text, with its check line.
pub(crate) fn print(manifest: &Manifest) -> Result<String, &'static str> {
    if manifest.overlays.len() > OVERLAYS_MAX {
        return Err("too many overlays: compact first");
    }
    if !manifest.base.iter().chain(&manifest.overlays).all(|name| is_snapshot_name(name)) {
        return Err("a snapshot's name is not sixteen digits and .snapshot");
    }
    if !manifest.checkpoint.iter().all(|it| is_plain_name(&it.file)) {
        return Err("the checkpoint's name is not a plain one");
    }
    let mut text = format!("{TITLE}\ngeneration {}\n", manifest.generation);
    let mut line = |word: &str, value: &str| {
        for part in [word, " ", value, "\n"] {
            text.push_str(part);
        }
    };
    manifest.base.iter().for_each(|name| line("base", name));
    manifest.overlays.iter().for_each(|name| line("overlay", name));
    line("journal_position", &manifest.journal_position.to_string());
    if let Some(Checkpoint { file, digest }) = &manifest.checkpoint {
        line("checkpoint", &format!("{file} {}", hex(digest)));
    }
    manifest.exclusions.iter().for_each(|digest| line("exclusions", &hex(digest)));
    let check = hex(blake3::hash(text.as_bytes()).as_bytes());
    for part in ["check ", &check, "\n"] {
        text.push_str(part);
    }
    Ok(text)
}

/// Reads a text; refuses any that [`print`] would not write.
pub(crate) fn parse(bytes: &[u8]) -> Result<Manifest, ManifestFault> {
    let line = |line, what| ManifestFault::Line { line, what };
    let text = str::from_utf8(bytes).or(Err(line(1, "not UTF-8")))?;
    if text.lines().next() != Some(TITLE) {
        return Err(line(1, "not a manifest this program reads: \"cairn manifest 1\" expected"));
    }
    let above = text.len().checked_sub(CHECK_BYTES).ok_or(ManifestFault::Check)?;
    let (body, check) = text.split_at_checked(above).ok_or(ManifestFault::Check)?;
    let digest = hex(blake3::hash(body.as_bytes()).as_bytes());
    if check != format!("check {digest}\n") {
        return Err(ManifestFault::Check);
    }
    let mut manifest = Manifest::default();
    for (index, content) in body.lines().enumerate().skip(1) {
        read_line(&mut manifest, content).map_err(|what| line(index + 1, what))?;
    }
    if print(&manifest).is_ok_and(|printed| printed == text) {
        Ok(manifest)
    } else {
        Err(line(body.lines().count(), "lines are not in canonical order"))
    }
}

fn read_line(manifest: &mut Manifest, content: &str) -> Result<(), &'static str> {
    let (word, value) = content.split_once(' ').ok_or("a word and a value expected")?;
    let number = || value.parse().or(Err("a number expected"));
    match word {
        "generation" => manifest.generation = number()?,
        "base" => manifest.base = Some(value.to_owned()),
        "overlay" => manifest.overlays.push(value.to_owned()),
        "journal_position" => manifest.journal_position = number()?,
        "checkpoint" => manifest.checkpoint = Some(checkpoint(value)?),
        "exclusions" => manifest.exclusions = Some(digest(value)?),
        _ => return Err("unknown word"),
    }
    Ok(())
}

fn checkpoint(value: &str) -> Result<Checkpoint, &'static str> {
    let (file, digits) = value.split_once(' ').ok_or("a file and a digest expected")?;
    Ok(Checkpoint { file: file.to_owned(), digest: digest(digits)? })
}

fn digest(digits: &str) -> Result<[u8; 32], &'static str> {
    let digest = blake3::Hash::from_hex(digits).or(Err("a digest expected"))?;
    Ok(*digest.as_bytes())
}

/// A snapshot's file name, which cannot lead out of the folder.
pub(crate) fn is_snapshot_name(name: &str) -> bool {
    name.strip_suffix(".snapshot").is_some_and(|digits| {
        digits.len() == 16 && digits.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Letters, digits, `.`, `-` and `_`, not beginning with a dot.
fn is_plain_name(name: &str) -> bool {
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_');
    (1..=FILE_NAME_BYTES_MAX).contains(&name.len())
        && !name.starts_with('.')
        && name.bytes().all(is_plain)
}

fn hex(bytes: &[u8; 32]) -> String {
    let mut text = String::with_capacity(64);
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
