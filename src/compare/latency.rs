//! How much longer B takes than A: paired differences of many samples, their median with a 95 % interval from order statistics,
//! whole and by phase, warm and cold connections apart; distributions for a plot; the samples as CSV.
//! When which sample is sent is the business of `runs::sampling`.

mod csv;
mod statistics;

use serde::{Deserialize, Serialize};

use super::side::Leg;
use crate::model::exchange::{Exchange, Hop};
use crate::model::timings::{Phase, Phases, milliseconds};

pub use csv::samples_csv;
pub(crate) use statistics::tenths;
pub use statistics::{Distribution, Interval, MedianDifference, median_difference};

/// Where the time of one request went. Milliseconds; an absent phase did not happen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LegTiming {
    pub phases: Vec<(Phase, f64)>,
    pub total_ms: f64,
    /// The connection had served an earlier request: a warm sample.
    pub reused: bool,
}

impl LegTiming {
    #[must_use]
    pub fn of_hop(hop: &Hop) -> Self {
        Self::of_phases(&hop.phases, hop.connection.reused)
    }

    #[must_use]
    pub fn of_phases(phases: &Phases, reused: bool) -> Self {
        let present = |phase| Some((phase, milliseconds(phases.get(phase)?)));
        Self {
            phases: Phase::ALL.into_iter().filter_map(present).collect(),
            total_ms: milliseconds(phases.total),
            reused,
        }
    }

    /// Of the request itself, not of the token request before it; nothing when nothing was sent.
    #[must_use]
    pub fn of_exchange(exchange: &Exchange) -> Self {
        exchange.answer().map(Self::of_hop).unwrap_or_default()
    }

    /// What the total has besides its phases, in milliseconds: getting ready, reading root certificates, handing over between phases.
    #[must_use]
    pub fn outside_phases(&self) -> f64 {
        let phases: f64 = self.phases.iter().map(|(_, time)| time).sum();
        (self.total_ms - phases).max(0.0)
    }

    #[must_use]
    pub fn phase(&self, phase: Phase) -> Option<f64> {
        let found = self.phases.iter().find(|(name, _)| *name == phase)?;
        Some(found.1)
    }
}

/// One request of each side, one right after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PairSample {
    /// From 1.
    pub pair: usize,
    /// Which was sent first.
    pub first: Leg,
    pub a: LegSample,
    pub b: LegSample,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LegSample {
    pub status: u16,
    pub timing: LegTiming,
}

impl PairSample {
    /// `None` when one connection was new and the other was not: such a pair compares handshakes with nothing.
    #[must_use]
    pub fn connections(&self) -> Option<Connections> {
        match (self.a.timing.reused, self.b.timing.reused) {
            (true, true) => Some(Connections::Warm),
            (false, false) => Some(Connections::Cold),
            _ => None,
        }
    }
}

/// Whether both requests of a pair went over connections that were there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connections {
    Warm,
    Cold,
}

/// What a run of samples says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LatencyReport {
    /// Over reused connections: what the gateway adds to each request. `None` without such pairs.
    pub warm: Option<LatencyGroup>,
    /// Over new connections: what it adds to a first request.
    pub cold: Option<LatencyGroup>,
    /// Pairs in which only one connection was new: in neither group.
    pub mixed_pairs: usize,
    /// All pairs, in the order in which they were sent.
    pub samples: Vec<PairSample>,
}

impl LatencyReport {
    #[must_use]
    pub fn new(samples: Vec<PairSample>) -> Self {
        let group = |wanted| {
            let pairs: Vec<&PairSample> = samples
                .iter()
                .filter(|pair| pair.connections() == Some(wanted))
                .collect();
            LatencyGroup::new(&pairs)
        };
        Self {
            warm: group(Connections::Warm),
            cold: group(Connections::Cold),
            mixed_pairs: samples
                .iter()
                .filter(|pair| pair.connections().is_none())
                .count(),
            samples,
        }
    }

    /// The group to speak of first: warm where there are enough pairs for an interval, else the larger one.
    #[must_use]
    pub fn main_group(&self) -> Option<(Connections, &LatencyGroup)> {
        let warm = self.warm.as_ref().map(|group| (Connections::Warm, group));
        let cold = self.cold.as_ref().map(|group| (Connections::Cold, group));
        match (warm, cold) {
            (Some(warm), Some(cold))
                if warm.1.total.interval.is_some() || warm.1.total.pairs >= cold.1.total.pairs =>
            {
                Some(warm)
            }
            (_, Some(cold)) => Some(cold),
            (warm, None) => warm,
        }
    }

    /// `B adds 46.2 ms in the median, 95 % between 39.0 and 55.1 ms, n = 30 pairs over warm connections`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let Some((connections, group)) = self.main_group() else {
            return if self.samples.is_empty() {
                "No pair of samples was measured".to_owned()
            } else {
                format!(
                    "No pair of samples can be compared: in {} pairs only one connection was new",
                    self.mixed_pairs
                )
            };
        };
        let connections = match connections {
            Connections::Warm => "warm",
            Connections::Cold => "new",
        };
        format!("{} over {connections} connections", group.total.sentence())
    }
}

/// The pairs over one kind of connections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LatencyGroup {
    /// B minus A.
    pub total: MedianDifference,
    /// Phases that both sides went through in at least one pair.
    pub phases: Vec<(Phase, MedianDifference)>,
    pub a: Distribution,
    pub b: Distribution,
    pub plot: Plot,
}

impl LatencyGroup {
    fn new(pairs: &[&PairSample]) -> Option<Self> {
        let total = |leg: fn(&PairSample) -> &LegSample| -> Vec<f64> {
            pairs.iter().map(|pair| leg(pair).timing.total_ms).collect()
        };
        let (a, b) = (total(|pair| &pair.a), total(|pair| &pair.b));
        let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
        let phase = |phase: Phase| {
            let both: Vec<f64> = pairs
                .iter()
                .filter_map(|pair| Some(pair.b.timing.phase(phase)? - pair.a.timing.phase(phase)?))
                .collect();
            Some((phase, median_difference(&both)?))
        };
        Some(Self {
            total: median_difference(&differences)?,
            phases: Phase::ALL.into_iter().filter_map(phase).collect(),
            plot: Plot::new(&a, &b),
            a: Distribution::new(&a)?,
            b: Distribution::new(&b)?,
        })
    }
}

/// Both distributions as bars over one scale.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plot {
    /// Milliseconds at the left border of the first bin.
    pub start_ms: f64,
    pub bin_ms: f64,
    /// Samples in each bin. The last one also holds everything above, so that one slow answer does not flatten the rest.
    pub a: Vec<usize>,
    pub b: Vec<usize>,
    /// Samples that lie above the last bin's border.
    pub beyond: usize,
}

impl Plot {
    /// Bins of a plot.
    pub const BINS: usize = 30;

    fn new(a: &[f64], b: &[f64]) -> Self {
        let mut all: Vec<f64> = a.iter().chain(b).copied().collect();
        all.sort_by(f64::total_cmp);
        let (Some(&lowest), Some(&highest)) = (all.first(), all.last()) else {
            return Self::default();
        };
        // Up to thrice the spread of the middle half above the upper quartile; beyond are outliers.
        let lower = statistics::quantile(&all, 0.25);
        let upper = statistics::quantile(&all, 0.75);
        let end = (upper + 3.0 * (upper - lower).max(0.1)).min(highest);
        #[expect(clippy::cast_precision_loss, reason = "a small constant")]
        let bin_ms = ((end - lowest) / Self::BINS as f64).max(0.001);
        let bins = |values: &[f64]| {
            let mut bins = vec![0; Self::BINS];
            for value in values {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "not negative: no value lies below the lowest; a bin number is small"
                )]
                let bin = ((value - lowest) / bin_ms) as usize;
                bins[bin.min(Self::BINS - 1)] += 1;
            }
            bins
        };
        Self {
            start_ms: lowest,
            bin_ms,
            a: bins(a),
            b: bins(b),
            beyond: all.iter().filter(|&&value| value > end).count(),
        }
    }
}

#[cfg(test)]
mod tests;
