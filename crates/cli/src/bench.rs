//! `bench`
use anyhow::Result;
pub(crate) fn run(_: &crate::args::BenchArgs) -> Result<()> {
    Ok(())
}
