//! The choice of voices as an aggregate of the engine: all rows in, one choice out.

use crate::fold_udaf::external;
use arrow_array::ArrayRef;
use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;
use arrow_schema::{DataType, Field, FieldRef};
use cairn_fold::column::CHOSEN_BY;
use cairn_fold::{choose, choose_again};
use cairn_radiomap::Candidates;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility,
};
use std::sync::Arc;

/// Its name, by which every worker knows it.
pub const CHOOSE: &str = "cairn_choose_voices";

/// The aggregate of (voice, σ of the fix, factor), to be registered wherever plans are made or run.
pub fn choose_udaf() -> Arc<AggregateUDF> {
    let types = CHOSEN_BY.map(|(_, of)| of).into_iter().chain([DataType::Int32]).collect();
    let signature = Signature::exact(types, Volatility::Immutable);
    Arc::new(AggregateUDF::from(ChooseUdaf { signature }))
}

/// What the engine asks about the aggregate.
#[derive(Debug, PartialEq, Eq, Hash)]
struct ChooseUdaf {
    signature: Signature,
}

impl AggregateUDFImpl for ChooseUdaf {
    fn name(&self) -> &'static str {
        CHOOSE
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(DataType::LargeBinary)
    }

    fn accumulator(&self, _args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Choice(None)))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let name = format!("{}[voices]", args.name);
        Ok(vec![Arc::new(Field::new(name, DataType::LargeBinary, true))])
    }
}

/// The choice so far; none before the first row.
#[derive(Debug)]
struct Choice(Option<Candidates>);

impl Choice {
    fn bytes(&self) -> ScalarValue {
        ScalarValue::LargeBinary(self.0.as_ref().map(Candidates::to_bytes))
    }
}

impl Accumulator for Choice {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let [voice, sigma_m, factor] = values else {
            return exec_err!("{CHOOSE} takes 3 columns, not {}", values.len());
        };
        let Some(factor) = factor.as_primitive_opt::<Int32Type>() else {
            return exec_err!("{CHOOSE} takes its factor as a 32-bit number");
        };
        let Some(factor) = factor.values().first() else { return Ok(()) };
        let factor = u16::try_from(*factor).map_err(external)?;
        let candidates = self.0.get_or_insert_with(|| Candidates::new(factor));
        choose(candidates, [voice, sigma_m]).map_err(external)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.bytes())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.bytes()])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(states) = states.first().and_then(|array| array.as_binary_opt::<i64>()) else {
            return exec_err!("{CHOOSE} merges its own state only");
        };
        let Some(first) = states.iter().flatten().next() else { return Ok(()) };
        if self.0.is_none() {
            self.0 = Candidates::from_bytes(first);
        }
        let Some(candidates) = &mut self.0 else {
            return exec_err!("{CHOOSE} merges its own state only");
        };
        choose_again(candidates, states).map_err(external)
    }

    fn size(&self) -> usize {
        // A voice in its tree takes about 48 bytes.
        size_of_val(self) + 48 * self.0.as_ref().map_or(0, |chosen| chosen.voices().count())
    }
}
