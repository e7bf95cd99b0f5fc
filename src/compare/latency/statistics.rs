//! Order statistics of small samples. No distribution is assumed.

use serde::{Deserialize, Serialize};

/// The median of paired differences, B minus A, in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MedianDifference {
    pub pairs: usize,
    pub median_ms: f64,
    /// `None` with fewer than six pairs: no two of their order statistics hold the median with 95 % confidence.
    pub interval: Option<Interval>,
}

/// Two order statistics between which the true median lies with the confidence given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Interval {
    pub low_ms: f64,
    pub high_ms: f64,
    /// At least 0.95; what these very order statistics give.
    pub confidence: f64,
}

/// Milliseconds with one digit after the point; what rounds to nothing has no sign.
pub(crate) fn tenths(milliseconds: f64) -> String {
    let text = format!("{milliseconds:.1}");
    if text == "-0.0" {
        "0.0".to_owned()
    } else {
        text
    }
}

impl MedianDifference {
    /// `B adds 46.2 ms in the median, 95 % between 39.0 and 55.1 ms, n = 30 pairs`.
    #[must_use]
    pub fn sentence(&self) -> String {
        let size = self.median_ms.abs();
        let interval = match &self.interval {
            Some(interval) => {
                let (low, high) = if self.median_ms < 0.0 {
                    (-interval.high_ms, -interval.low_ms)
                } else {
                    (interval.low_ms, interval.high_ms)
                };
                format!("95 % between {} and {} ms", tenths(low), tenths(high))
            }
            None => "too few for an interval".to_owned(),
        };
        let verb = if self.median_ms < 0.0 {
            "saves"
        } else {
            "adds"
        };
        let noun = if self.pairs == 1 { "pair" } else { "pairs" };
        format!(
            "B {verb} {size:.1} ms in the median, {interval}, n = {} {noun}",
            self.pairs
        )
    }
}

/// The median and its 95 % interval: the narrowest symmetric pair of order statistics d(k), d(n+1-k)
/// with P(k <= Bin(n, 1/2) <= n-k) >= 0.95, as in the sign test. `None` for no values at all.
#[must_use]
pub fn median_difference(differences: &[f64]) -> Option<MedianDifference> {
    if differences.is_empty() {
        return None;
    }
    let mut sorted = differences.to_vec();
    sorted.sort_by(f64::total_cmp);
    let interval = order_statistic(sorted.len()).map(|(rank, confidence)| Interval {
        low_ms: sorted[rank - 1],
        high_ms: sorted[sorted.len() - rank],
        confidence,
    });
    Some(MedianDifference {
        pairs: sorted.len(),
        median_ms: quantile(&sorted, 0.5),
        interval,
    })
}

/// The largest rank, from 1, at which the interval still has 95 %, and what it really has.
fn order_statistic(count: usize) -> Option<(usize, f64)> {
    // P(Bin(n, 1/2) = i), each made of the one before; in logarithms, as 2^-n is nothing for large n.
    #[expect(clippy::cast_precision_loss, reason = "sample sizes are small")]
    let size = count as f64;
    let mut log_term = -size * std::f64::consts::LN_2;
    let mut below = 0.0;
    let mut best = None;
    let mut rank = 1;
    while rank <= count / 2 {
        below += log_term.exp();
        let confidence = 1.0 - 2.0 * below;
        if confidence < 0.95 {
            break;
        }
        best = Some((rank, confidence));
        #[expect(clippy::cast_precision_loss, reason = "sample sizes are small")]
        let step = (size - (rank - 1) as f64) / rank as f64;
        log_term += step.ln();
        rank += 1;
    }
    best
}

/// One side's times in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Distribution {
    pub least_ms: f64,
    pub quarter_ms: f64,
    pub median_ms: f64,
    pub three_quarters_ms: f64,
    pub ninety_fifth_ms: f64,
    pub most_ms: f64,
}

impl Distribution {
    /// `None` for no values at all.
    #[must_use]
    pub fn new(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            least_ms: *sorted.first()?,
            quarter_ms: quantile(&sorted, 0.25),
            median_ms: quantile(&sorted, 0.5),
            three_quarters_ms: quantile(&sorted, 0.75),
            ninety_fifth_ms: quantile(&sorted, 0.95),
            most_ms: *sorted.last()?,
        })
    }
}

/// Of sorted values, linear between the two nearest; 0 for none.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index of a small sample"
)]
pub(super) fn quantile(sorted: &[f64], part: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let place = part * last as f64;
    let low = place.floor() as usize;
    let high = (low + 1).min(last);
    sorted[low] + (sorted[high] - sorted[low]) * (place - low as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounds_to_nothing_has_no_sign() {
        for (milliseconds, told) in [
            (-0.04, "0.0"),
            (-0.0, "0.0"),
            (0.04, "0.0"),
            (-0.06, "-0.1"),
            (12.345, "12.3"),
        ] {
            assert_eq!(tenths(milliseconds), told, "{milliseconds}");
        }
        let sentence = MedianDifference {
            median_ms: 0.2,
            interval: Some(Interval {
                low_ms: -0.03,
                high_ms: 0.4,
                confidence: 0.95,
            }),
            pairs: 30,
        }
        .sentence();
        assert!(sentence.contains("between 0.0 and 0.4 ms"), "{sentence}");
    }
}
