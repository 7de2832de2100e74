//! Geosubmit JSON lines: one item, or one submission, per line.

use super::lines::{Line, Lines};
use super::{ImportError, Out};
use crate::geosubmit;
use crate::limits::JSON_LINE_BYTES_MAX;
use cairn_report::Reason;
use std::io::BufRead;

pub(super) fn read(from: &mut dyn BufRead, out: &mut Out<'_, '_>) -> Result<(), ImportError> {
    let mut lines = Lines::new(from, JSON_LINE_BYTES_MAX);
    loop {
        let number = lines.number() + 1;
        match lines.next()? {
            None => return Ok(()),
            Some(Line::TooLong) => out.row_refused(number, Reason::ReportMalformed),
            Some(Line::Whole(line)) if line.trim_ascii().is_empty() => {}
            Some(Line::Whole(line)) => take(number, line, out),
        }
    }
}

fn take(number: u64, line: &[u8], out: &mut Out<'_, '_>) {
    let Ok(decoded) = geosubmit::decode_line(line, out.now) else {
        return out.row_refused(number, Reason::ReportMalformed);
    };
    for report in decoded.reports {
        out.row_kept();
        out.report(number, report);
    }
    for (reason, n) in decoded.refusals.iter() {
        for _ in 0..n {
            if reason <= Reason::ReportOverLimit {
                out.row_refused(number, reason);
            } else {
                (out.sink)(number, Err(reason));
            }
        }
    }
}
