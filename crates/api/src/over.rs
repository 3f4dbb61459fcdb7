//! What figures over several commitments are over, by their address: one table for all routes that have such figures.
//!
//! Deliberately absent: the figures themselves, see [`crate::figures`] and [`crate::outlines`].

use axum::extract::RawPathParams;
use servanda_projector::Over;

use crate::contract::Spec;
use crate::problem::Problem;
use crate::reads::{id, not_found};

/// What the parts of an address name, in their order.
type Named = fn(&[&str]) -> Result<Over, Problem>;

/// The addresses before their last part.
const NAMED: [(&str, Named); 5] = [
    ("/api/v1/agreements/{id}", |parts| Ok(Over::Agreement(id("agreement", part(parts, 0))?))),
    ("/api/v1/packages/{id}", |parts| Ok(Over::Package(id("package", part(parts, 0))?))),
    ("/api/v1/parties/{id}", |parts| Ok(Over::Party(id("party", part(parts, 0))?))),
    ("/api/v1/sectors/{scheme}/{code}", |parts| {
        Ok(Over::Sector { scheme: part(parts, 0).to_owned(), code: part(parts, 1).to_owned() })
    }),
    ("/api/v1", |_| Ok(Over::Ledger)),
];

fn part<'p>(parts: &[&'p str], place: usize) -> &'p str {
    parts.get(place).copied().unwrap_or_default()
}

/// What the figures of a route are over.
pub(crate) fn over(spec: &Spec, parts: &RawPathParams) -> Result<Over, Problem> {
    let parts: Vec<&str> = parts.iter().map(|(_, value)| value).collect();
    named(spec).map_or_else(|| Err(Problem::internal(format!("{} names nothing", spec.path))), |named| named(&parts))
}

fn named(spec: &Spec) -> Option<Named> {
    let (before, _) = spec.path.rsplit_once('/')?;
    NAMED.iter().find(|(path, _)| *path == before).map(|(_, named)| *named)
}

/// What is said where it is not there.
pub(crate) fn missing(over: &Over) -> Problem {
    match over {
        Over::Agreement(id) => not_found("agreement", id.as_str()),
        Over::Package(id) => not_found("package", id.as_str()),
        Over::Party(id) => not_found("party", id.as_str()),
        Over::Sector { scheme, code } => not_found("sector", &format!("{scheme}/{code}")),
        Over::Ledger => not_found("commitment", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{figures, outlines};

    #[test]
    fn every_route_of_figures_over_several_commitments_says_what_they_are_over() {
        let progress = [&figures::AGREEMENT, &figures::PACKAGE, &figures::PARTY, &figures::IN_SECTOR, &figures::LEDGER];
        let outlines =
            [&outlines::AGREEMENT, &outlines::PACKAGE, &outlines::PARTY, &outlines::IN_SECTOR, &outlines::LEDGER];
        let of = |spec: &Spec| {
            let named = named(spec).unwrap_or_else(|| panic!("{} is not in the table", spec.path));
            named(&["one", "two"]).unwrap_or_else(|problem| panic!("{}: {}", spec.path, problem.code()))
        };
        let expected = [
            Over::Agreement("one".parse().unwrap_or_else(|_| panic!())),
            Over::Package("one".parse().unwrap_or_else(|_| panic!())),
            Over::Party("one".parse().unwrap_or_else(|_| panic!())),
            Over::Sector { scheme: "one".to_owned(), code: "two".to_owned() },
            Over::Ledger,
        ];
        assert_eq!(progress.map(of), expected);
        assert_eq!(outlines.map(of), expected);
    }
}
