//! Geosubmit JSON lines: one item, or one submission, per line.

use super::lines::each_line;
use super::{ImportError, Out};
use crate::geosubmit;
use crate::limits::JSON_LINE_BYTES_MAX;
use cairn_report::Reason;
use std::io::BufRead;

pub(super) fn read(from: &mut dyn BufRead, out: &mut Out<'_, '_>) -> Result<(), ImportError> {
    each_line(from, JSON_LINE_BYTES_MAX, out, |number, line, out| {
        take(number, line, out);
        Ok(())
    })
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
