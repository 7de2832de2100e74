//! What is asked of an engine: which voices, the parts of all transmitters, the rows needed whole.

use crate::choose_udaf::choose_udaf;
use crate::fold_udaf::fold_udaf;
use cairn_archive::schema::{self, REPORT, SUBMISSION, name_of};
use cairn_evidence::Voice;
use cairn_fold::column::{CHOSEN, CHOSEN_BY, FIX_SIGMA_M, FLOOR, FOLDED, KEY, PART, VOICE};
use cairn_radiomap::limits::{FINGERPRINT_FIX_SIGMA_MAX_M, SAMPLE_FIX_SIGMA_MAX_M};
use datafusion::common::Result;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::logical_expr::SortExpr;
use datafusion::prelude::{DataFrame, Expr, SessionContext, col, lit};
use std::sync::Arc;

/// The archive's rows in these files, without those that `except` is true of.
///
/// # Errors
/// The engine's: a URL it cannot read, columns it does not find.
pub fn readings(
    session: &SessionContext,
    urls: &[String],
    except: Option<&Expr>,
) -> Result<DataFrame> {
    let urls = urls.iter().map(ListingTableUrl::parse).collect::<Result<Vec<_>>>()?;
    let sorted = KEY.map(|(name, _)| col(name).sort(true, false));
    let options = ListingOptions::new(Arc::new(ParquetFormat::default()))
        .with_file_extension(".parquet")
        .with_file_sort_order(vec![sorted.to_vec()]);
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(schema::readings());
    let rows = session.read_table(Arc::new(ListingTable::try_new(config)?))?;
    match except {
        // A row of which it cannot be told (its app was not stated) is not excepted.
        Some(except) => rows.filter(Expr::IsNotTrue(Box::new(except.clone()))),
        None => Ok(rows),
    }
}

/// One row: the voices that may be in the calibration sample, `factor` times as many as it keeps.
///
/// # Errors
/// The engine's.
pub fn choice(rows: DataFrame, factor: u16) -> Result<DataFrame> {
    let columns = CHOSEN_BY.map(|(name, _)| col(name)).into_iter();
    let arguments = columns.chain([lit(i32::from(factor))]).collect();
    rows.aggregate(Vec::new(), vec![choose_udaf().call(arguments).alias(CHOSEN)])
}

/// A row a transmitter that anybody heard: whose, and its part.
///
/// # Errors
/// The engine's.
pub fn parts(rows: DataFrame) -> Result<DataFrame> {
    let key = KEY.map(|(name, _)| col(name)).to_vec();
    let arguments = FOLDED.map(|(name, _)| col(name)).to_vec();
    let parts = rows.aggregate(key, vec![fold_udaf().call(arguments).alias(PART)])?;
    parts.filter(col(PART).is_not_null())
}

/// All rows of the evidence that the map needs whole, those of one report together: what stands at a
/// sure place on a stated level, and what these voices say at sure places.
///
/// Both conditions speak of the evidence, not of the reading, so that all its rows come or none.
///
/// # Errors
/// The engine's.
pub fn whole(rows: DataFrame, voices: impl Iterator<Item = Voice>) -> Result<DataFrame> {
    let sure = |max_m: f32| col(FIX_SIGMA_M).is_null().or(col(FIX_SIGMA_M).lt_eq(lit(max_m)));
    let indoors = col(FLOOR).is_not_null().and(sure(FINGERPRINT_FIX_SIGMA_MAX_M));
    let voices: Vec<Expr> = voices.map(|voice| lit(voice.0.cast_signed())).collect();
    let chosen = col(VOICE).in_list(voices, false).and(sure(SAMPLE_FIX_SIGMA_MAX_M));
    rows.filter(indoors.or(chosen))?.sort(by_report())
}

/// By submission and report.
fn by_report() -> Vec<SortExpr> {
    [SUBMISSION, REPORT].map(|column| col(name_of(column)).sort(true, false)).to_vec()
}
