//! Running a history to its end, and saying how it ended.

use crate::{broken::Broken, plan::History, template::template, trace::Trace, vfs, world::World};

/// How a history ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The promise that did not hold, and after which step.
    pub broken: Option<Broken>,
    /// Of everything that happened: the same seed gives the same.
    pub hash: String,
    /// For people, where they were asked for.
    pub lines: Vec<String>,
}

/// A runtime for one thread of histories.
pub fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// Runs one history.
pub async fn run(history: &History, told: bool) -> Ended {
    let mut trace = Trace::new(told);
    let broken = match begin(history, &mut trace).await {
        Ok(mut world) => {
            let broken = live(&mut world, history).await.err();
            trace = world.trace;
            broken
        }
        Err(broken) => Some(broken),
    };
    vfs::rest().await;
    if let Some(broken) = &broken {
        trace.line(&broken.to_string());
    }
    let lines = trace.lines().to_vec();
    Ended { broken, hash: trace.hash(), lines }
}

async fn begin(history: &History, trace: &mut Trace) -> Result<World, Broken> {
    let template = template().await?;
    World::begin(history, template, trace.clone()).await
}

async fn live(world: &mut World, history: &History) -> Result<(), Broken> {
    for (number, step) in &history.steps {
        world.step(*number, *step).await?;
    }
    world.end().await
}
