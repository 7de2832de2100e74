//! Teaching and asking: the same lessons and questions for every method.

use crate::method::{Method, MethodName};
use crate::say;
use crate::scores::{Mark, Score};
use crate::table::Table;
use cairn_ground::{Floor, LatLng};
use cairn_report::{Batch, Observation};
use cairn_wire::geolocate::{LocateRequest, decode, encode_request};

/// A query with its truth.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// What is asked.
    pub(crate) query: LocateRequest,
    /// Where whoever asks is.
    pub(crate) truth: LatLng,
    /// On which level, where that is known.
    pub(crate) floor: Option<Floor>,
    /// How the phone is carried, where that is known.
    pub(crate) slice: Option<String>,
}

/// What is taught, then asked.
#[derive(Debug, Default)]
pub(crate) struct Exam {
    /// The name in tables.
    pub(crate) name: String,
    /// Submissions in the order they arrive.
    pub(crate) lessons: Vec<Batch>,
    /// Questions of phones that taught nothing.
    pub(crate) questions: Vec<Question>,
}

/// A method's answers to all questions of an exam, in their order.
pub(crate) struct Sheet {
    /// Whose.
    pub(crate) name: MethodName,
    /// What it has learned.
    pub(crate) method: Box<dyn Method>,
    /// Its answers.
    pub(crate) marks: Vec<Option<Mark>>,
}

impl Question {
    /// A query of these readings, as the wire would decode it.
    ///
    /// # Errors
    /// The wire cannot read what it wrote.
    pub(crate) fn of(
        observations: &[Observation],
        truth: LatLng,
        floor: Option<Floor>,
    ) -> anyhow::Result<Self> {
        Ok(Self { query: decode(&encode_request(observations))?, truth, floor, slice: None })
    }
}

/// A method that has learned these lessons and is sealed, so that it answers.
///
/// # Errors
/// It could not seal.
fn taught(name: MethodName, lessons: &[Batch]) -> anyhow::Result<Box<dyn Method>> {
    let mut method = learned(name, lessons);
    method.seal()?;
    Ok(method)
}

/// A method that has learned these lessons: enough to say where transmitters stand.
pub(crate) fn learned(name: MethodName, lessons: &[Batch]) -> Box<dyn Method> {
    let mut method = name.build();
    for batch in lessons {
        method.teach(batch);
    }
    method.weigh();
    method
}

/// A method's answers.
pub(crate) fn marks(method: &dyn Method, questions: &[Question]) -> Vec<Option<Mark>> {
    let answer = |question: &Question| {
        method.locate(&question.query).map(|estimate| Mark::of(question, estimate))
    };
    questions.iter().map(answer).collect()
}

impl Exam {
    /// Teaches and asks each method.
    ///
    /// # Errors
    /// A method could not seal.
    pub(crate) fn hold(&self, names: &[MethodName]) -> anyhow::Result<Vec<Sheet>> {
        names
            .iter()
            .map(|name| {
                say::progress(format_args!("{}: {}", self.name, name.name()));
                let method = taught(*name, &self.lessons)?;
                let marks = marks(method.as_ref(), &self.questions);
                Ok(Sheet { name: *name, method, marks })
            })
            .collect()
    }
}

/// Adds a row for each method, over the questions that `is_among` picks by their number.
pub(crate) fn score_into(
    table: &mut Table,
    questions: &str,
    sheets: &[Sheet],
    is_among: impl Fn(usize) -> bool,
) {
    for sheet in sheets {
        let marks = sheet.marks.iter().enumerate().filter(|(number, _)| is_among(*number));
        let marks: Vec<_> = marks.map(|(_, mark)| *mark).collect();
        table.score(questions, sheet.name.name(), &Score::of(&marks));
    }
}
