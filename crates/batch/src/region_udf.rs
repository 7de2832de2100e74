//! "Lies this place in that region?" as a function of the engine, for what was taken out by region.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{ArrayRef, BooleanArray};
use arrow_schema::DataType;
use cairn_ground::{LatLng, Region};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use std::sync::Arc;

/// Its name, by which every worker knows it.
pub const IN_REGION: &str = "cairn_in_region";

/// The function of (latitude, longitude, both 1e-7 degrees, H3 index of the region).
pub fn region_udf() -> Arc<ScalarUDF> {
    let types = vec![DataType::Int32, DataType::Int32, DataType::Int64];
    let is_inside = |values: &[ColumnarValue]| {
        let columns = ColumnarValue::values_to_arrays(values)?;
        Ok(ColumnarValue::Array(Arc::new(inside(&columns)?)))
    };
    let volatility = Volatility::Immutable;
    Arc::new(create_udf(IN_REGION, types, DataType::Boolean, volatility, Arc::new(is_inside)))
}

fn inside(columns: &[ArrayRef]) -> Result<BooleanArray> {
    let [lat, lng, region] = columns else {
        return exec_err!("{IN_REGION} takes 3 columns, not {}", columns.len());
    };
    let (Some(lat), Some(lng), Some(region)) = (
        lat.as_primitive_opt::<Int32Type>(),
        lng.as_primitive_opt::<Int32Type>(),
        region.as_primitive_opt::<Int64Type>(),
    ) else {
        return exec_err!("{IN_REGION} takes two 32-bit numbers and one of 64 bits");
    };
    let at = |row: usize| {
        let region = Region::from_number(region.value(row).cast_unsigned())?;
        Some(region.contains(LatLng::from_e7(lat.value(row), lng.value(row)).ok()?))
    };
    Ok((0..lat.len()).map(at).collect())
}
