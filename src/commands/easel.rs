//! Drawing beside everything else: off the threads that answer people, and few pictures at once.

use std::sync::Arc;

use thiserror::Error;
use tokio::sync::Semaphore;

use crate::plot::Undrawn;

/// Pictures drawn at once. One takes some hundredths of a second of a whole core; whoever comes then waits.
const AT_ONCE: usize = 2;

/// Where pictures are drawn.
#[derive(Debug, Clone)]
pub struct Easel(Arc<Semaphore>);

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum NoPicture {
    /// It couldn't be drawn.
    #[error(transparent)]
    Undrawn(#[from] Undrawn),
    /// The drawing broke off.
    #[error("the drawing broke off")]
    Broken,
}

impl Default for Easel {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Easel {
    /// Draws. What is begun is finished, and counts until then, even if nobody waits for it any more.
    pub async fn draw(
        &self,
        draw: impl FnOnce() -> Result<Vec<u8>, Undrawn> + Send + 'static,
    ) -> Result<Vec<u8>, NoPicture> {
        let turn = Arc::clone(&self.0).acquire_owned().await.map_err(|_| NoPicture::Broken)?;
        let drawing = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            draw()
        });
        Ok(drawing.await.map_err(|_| NoPicture::Broken)??)
    }
}
