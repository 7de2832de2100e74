//! Asking: threads with connections, each asking what is due.

use super::outcome::{Loss, Outcome};
use super::queue::Queue;
use crate::clock::Clock;
use anyhow::Context as _;
use axum::body::Bytes;
use axum::http::{HeaderMap, Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

/// How often what is due is looked up: the granularity of a runtime's timer.
const TICK: Duration = Duration::from_millis(1);
/// Lateness of the timer that is the client's own and not counted as the service's.
const SLACK: Duration = Duration::from_millis(2);
/// Questions beyond the last one's time that connections may still finish.
const GRACE: Duration = Duration::from_secs(2);

/// A load.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Where to ask.
    pub(crate) address: SocketAddr,
    /// The `Host` header.
    pub(crate) host: String,
    /// Path and query.
    pub(crate) path: String,
    /// Further headers.
    pub(crate) headers: HeaderMap,
    /// The type of the bodies.
    pub(crate) content_type: &'static str,
    /// What to ask, in turn.
    pub(crate) bodies: Arc<Vec<Bytes>>,
    /// Questions a second; `None`: each connection asks again as soon as it is answered.
    pub(crate) rate: Option<f64>,
    /// Connections, kept open.
    pub(crate) connections: usize,
    /// Threads that share the connections.
    pub(crate) threads: usize,
    /// How long to ask.
    pub(crate) time: Duration,
    /// How long to wait for one answer.
    pub(crate) patience: Duration,
}

/// Asks for the plan's time and says what came of it.
///
/// # Errors
/// When a thread cannot be started. A service that does not answer is a count, not an error.
pub(crate) fn run(plan: &Plan, clock: &Clock) -> anyhow::Result<Outcome> {
    let threads = plan.threads.clamp(1, plan.connections.max(1));
    let start = clock.instant() + TICK;
    let parts: Vec<anyhow::Result<Outcome>> = thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|part| {
                let part = Part { plan, clock, start, number: part, threads };
                scope.spawn(move || part.run())
            })
            .collect();
        let joined = started
            .into_iter()
            .map(|it| it.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect()
    });
    let mut all = Outcome::nothing()?;
    for part in parts {
        all.add(&part?)?;
    }
    Ok(all)
}

/// One thread's share of a load.
#[derive(Clone, Copy)]
struct Part<'a> {
    plan: &'a Plan,
    clock: &'a Clock,
    start: Instant,
    number: usize,
    threads: usize,
}

impl Part<'_> {
    fn run(self) -> anyhow::Result<Outcome> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("start a thread of the load")?;
        let queue = Rc::new(Queue::default());
        let outcome = Rc::new(RefCell::new(Outcome::nothing()?));
        let local = LocalSet::new();
        let n = self.plan.connections / self.threads
            + usize::from(self.number < self.plan.connections % self.threads);
        for number in 0..n.max(1) {
            let asker = Asker {
                plan: self.plan.clone(),
                clock: self.clock.clone(),
                queue: Rc::clone(&queue),
                outcome: Rc::clone(&outcome),
                end: self.start + self.plan.time,
                turn: number * 7_919 + self.number,
            };
            local.spawn_local(asker.run());
        }
        runtime.block_on(local.run_until(self.release(&queue)));
        runtime.block_on(async {
            // Whoever still waits for an answer at the end of the grace counts as lost by its own patience.
            let _late = tokio::time::timeout(GRACE + self.plan.patience, local).await;
        });
        let mut outcome = outcome.borrow().clone();
        let now = self.clock.instant();
        for due in queue.abandon() {
            outcome.lose(Loss::Unasked, now.saturating_duration_since(due));
        }
        Ok(outcome)
    }

    /// Lets questions fall due until the time is over.
    async fn release(self, queue: &Queue) {
        let end = self.start + self.plan.time;
        let Some(rate) = self.plan.rate else {
            tokio::time::sleep_until(end.into()).await;
            return queue.close();
        };
        #[expect(clippy::cast_precision_loss, reason = "a few threads")]
        let between = Duration::from_secs_f64(self.threads as f64 / rate.max(1e-3));
        let mut next = self.start + between.mul_f64(share(self.number, self.threads));
        while next < end {
            if between < TICK {
                // The timer counts in milliseconds: what falls due faster is awaited awake, not in heaps.
                tokio::task::yield_now().await;
            } else {
                tokio::time::sleep_until((next + TICK).min(end).into()).await;
            }
            let now = self.clock.instant();
            while next <= now && next < end {
                // The timer's own slack is not the service's.
                queue.push(if now.saturating_duration_since(next) <= SLACK { now } else { next });
                next += between;
            }
        }
        queue.close();
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few threads")]
fn share(part: usize, threads: usize) -> f64 {
    part as f64 / threads as f64
}

/// One connection.
struct Asker {
    plan: Plan,
    clock: Clock,
    queue: Rc<Queue>,
    outcome: Rc<RefCell<Outcome>>,
    end: Instant,
    turn: usize,
}

impl Asker {
    async fn run(mut self) {
        let mut connection = None;
        while let Some(due) = self.next().await {
            let asked = tokio::time::timeout(self.plan.patience, self.ask(&mut connection)).await;
            let after = self.clock.instant().saturating_duration_since(due);
            let why = match asked {
                Ok(Ok(status)) => {
                    self.outcome.borrow_mut().answered(status, after);
                    continue;
                }
                Ok(Err(why)) => why,
                Err(_elapsed) => Loss::Silent,
            };
            connection = None;
            self.outcome.borrow_mut().lose(why, after);
            // A service that is down is not asked in a tight loop.
            tokio::time::sleep(10 * TICK).await;
        }
    }

    /// When the next question was due; `None` at the end.
    async fn next(&self) -> Option<Instant> {
        if self.plan.rate.is_some() {
            return self.queue.next().await;
        }
        let now = self.clock.instant();
        (now < self.end).then_some(now)
    }

    /// Asks the next question, on a new connection when the service has ended the one there is: that shows
    /// only when it is used.
    async fn ask(&mut self, connection: &mut Option<Sender>) -> Result<u16, Loss> {
        self.turn += 1;
        if let Some(mut sender) = connection.take()
            && !sender.is_closed()
            && let Ok(status) = self.ask_on(&mut sender).await
        {
            *connection = Some(sender);
            return Ok(status);
        }
        let mut sender = connect(self.plan.address).await.or(Err(Loss::Connect))?;
        self.outcome.borrow_mut().n_connects += 1;
        let status = self.ask_on(&mut sender).await.or(Err(Loss::Cut))?;
        *connection = Some(sender);
        Ok(status)
    }

    async fn ask_on(&self, sender: &mut Sender) -> anyhow::Result<u16> {
        let body = self.plan.bodies[self.turn % self.plan.bodies.len()].clone();
        let mut request = Request::post(&self.plan.path)
            .header(header::HOST, &self.plan.host)
            .header(header::CONTENT_TYPE, self.plan.content_type)
            .header(header::USER_AGENT, concat!("cairn-bench/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(body))?;
        for (name, value) in &self.plan.headers {
            request.headers_mut().insert(name, value.clone());
        }
        sender.ready().await?;
        let answer = sender.send_request(request).await?;
        let status = answer.status().as_u16();
        answer.into_body().collect().await?;
        Ok(status)
    }
}

/// The end of a connection that questions go into.
type Sender = SendRequest<Full<Bytes>>;

async fn connect(address: SocketAddr) -> anyhow::Result<Sender> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // It ends when the sender does, or the service hangs up; either shows at the next question.
    tokio::task::spawn_local(async move { drop(connection.await) });
    Ok(sender)
}
