//! The fold as an aggregate of the engine: rows of one transmitter in, its part out.

use arrow_array::cast::AsArray as _;
use arrow_array::{ArrayRef, BooleanArray};
use arrow_schema::{DataType, Field, FieldRef};
use cairn_fold::column::FOLDED;
use cairn_fold::{Folding, Readings, each};
use datafusion::common::{DataFusionError, Result, exec_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};
use std::sync::Arc;

/// Its name, by which every worker knows it.
pub const FOLD: &str = "cairn_fold";

/// The aggregate, to be registered wherever plans are made or run.
pub fn fold_udaf() -> Arc<AggregateUDF> {
    let types = FOLDED.map(|(_, of)| of).to_vec();
    let signature = Signature::exact(types, Volatility::Immutable);
    Arc::new(AggregateUDF::from(FoldUdaf { signature }))
}

/// What the engine asks about the aggregate.
#[derive(Debug, PartialEq, Eq, Hash)]
struct FoldUdaf {
    signature: Signature,
}

impl AggregateUDFImpl for FoldUdaf {
    fn name(&self) -> &'static str {
        FOLD
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(DataType::LargeBinary)
    }

    fn accumulator(&self, _args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        exec_err!("{FOLD} folds groups only: it needs a GROUP BY")
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format!("{}[part]", args.name), DataType::LargeBinary, true))])
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        _args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Groups(Folding::default())))
    }
}

/// Parts by the engine's groups.
struct Groups(Folding);

/// An error of ours as the engine passes it on.
pub(crate) fn external(error: impl std::error::Error + Send + Sync + 'static) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

fn readings(values: &[ArrayRef]) -> Result<Readings<'_>> {
    let Some(columns) = values.first_chunk() else {
        return exec_err!("{FOLD} takes {} columns, not {}", FOLDED.len(), values.len());
    };
    Readings::of(columns.each_ref()).map_err(external)
}

/// The plans have no `FILTER (WHERE …)`: what is left out is left out of the scan.
fn unfiltered(filter: Option<&BooleanArray>) -> Result<()> {
    if filter.is_some() { exec_err!("{FOLD} takes no FILTER clause") } else { Ok(()) }
}

impl Groups {
    fn emit(&mut self, emit_to: EmitTo) -> ArrayRef {
        Arc::new(self.0.take(match emit_to {
            EmitTo::All => usize::MAX,
            EmitTo::First(n) => n,
        }))
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        unfiltered(opt_filter)?;
        self.0.add(&readings(values)?, group_indices, total_num_groups).map_err(external)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(self.emit(emit_to))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.emit(emit_to)])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        let Some(parts) = values.first().and_then(|array| array.as_binary_opt::<i64>()) else {
            return exec_err!("{FOLD} merges its own state only");
        };
        self.0.merge(parts, group_indices, total_num_groups).map_err(external)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        unfiltered(opt_filter)?;
        Ok(vec![Arc::new(each(&readings(values)?).map_err(external)?)])
    }

    fn size(&self) -> usize {
        self.0.memory_bytes()
    }
}
