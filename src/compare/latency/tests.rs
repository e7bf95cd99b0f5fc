//! Intervals against the usual tables, groups of pairs, the plot and the CSV.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn timing(total: f64, wait: f64, reused: bool) -> LegTiming {
    LegTiming {
        phases: vec![(Phase::Wait, wait)],
        total_ms: total,
        reused,
    }
}

fn pair(number: usize, a: f64, b: f64, reused: (bool, bool)) -> PairSample {
    let sample = |total, reused| LegSample {
        status: 200,
        timing: timing(total, total - 1.0, reused),
    };
    PairSample {
        pair: number,
        first: if number % 2 == 1 { Leg::A } else { Leg::B },
        a: sample(a, reused.0),
        b: sample(b, reused.1),
    }
}

/// Ranks and confidences of the sign test's interval, as in the usual tables (for n = 30: ranks 10 and 21, 95.72 %).
#[test]
fn intervals_come_from_the_ranks_of_the_tables() {
    let table = [
        (5, None),
        (6, Some((1, 0.968_75))),
        (8, Some((1, 0.992_187_5))),
        (9, Some((2, 0.960_937_5))),
        (10, Some((2, 0.978_515_625))),
        (20, Some((6, 0.958_6))),
        (30, Some((10, 0.957_2))),
        (100, Some((40, 0.964_8))),
    ];
    for (count, expected) in table {
        let values: Vec<f64> = (1..=count).map(f64::from).collect();
        let found = median_difference(&values).expect("values");
        let Some((rank, confidence)) = expected else {
            assert_eq!(found.interval, None, "n = {count}");
            continue;
        };
        let interval = found.interval.expect("an interval");
        let expected = (f64::from(rank), f64::from(count + 1 - rank));
        assert_eq!((interval.low_ms, interval.high_ms), expected, "n = {count}");
        assert!(
            (interval.confidence - confidence).abs() < 1e-4,
            "n = {count}: {interval:?}"
        );
    }
}

#[test]
fn very_many_pairs_still_have_an_interval() {
    let values: Vec<f64> = (1..=5000).map(f64::from).collect();
    let interval = median_difference(&values)
        .and_then(|found| found.interval)
        .expect("an interval");
    assert!(
        interval.low_ms > 2400.0 && interval.high_ms < 2600.0,
        "{interval:?}"
    );
    assert!(interval.confidence >= 0.95, "{interval:?}");
}

#[test]
fn warm_cold_and_mixed_pairs_are_kept_apart() {
    let mut samples: Vec<PairSample> = (2..=11)
        .map(|number| {
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let drift = number as f64;
            pair(number, 30.0 + drift, 50.0 + drift, (true, true))
        })
        .collect();
    samples.push(pair(1, 90.0, 200.0, (false, false)));
    samples.push(pair(12, 90.0, 50.0, (false, true)));
    let report = LatencyReport::new(samples);
    let warm = report.warm.as_ref().expect("warm pairs");
    assert_eq!((warm.total.pairs, warm.total.median_ms), (10, 20.0));
    assert_eq!(warm.phases.len(), 1);
    assert_eq!(warm.phases[0].0, Phase::Wait);
    assert_eq!(
        report.cold.as_ref().map(|group| group.total.median_ms),
        Some(110.0)
    );
    assert_eq!(report.mixed_pairs, 1);
    assert_eq!(
        report.sentence(),
        "B adds 20.0 ms in the median, 95 % between 20.0 and 20.0 ms, n = 10 pairs over warm connections"
    );
}

#[test]
fn no_pairs_and_slower_a_are_said_plainly() {
    assert_eq!(
        LatencyReport::new(Vec::new()).sentence(),
        "No pair of samples was measured"
    );
    let report = LatencyReport::new(vec![pair(1, 5.0, 3.5, (true, true))]);
    assert_eq!(
        report.sentence(),
        "B saves 1.5 ms in the median, too few for an interval, n = 1 pair over warm connections"
    );
    let mixed = LatencyReport::new(vec![pair(1, 5.0, 3.5, (true, false))]);
    assert_eq!(
        mixed.sentence(),
        "No pair of samples can be compared: in 1 pairs only one connection was new"
    );
}

#[test]
fn csv_has_one_line_a_request_in_the_order_sent() {
    let text = samples_csv(&[
        pair(1, 10.0, 12.5, (false, true)),
        pair(2, 3.0, 4.0, (true, true)),
    ]);
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(
        lines,
        [
            "pair,leg,order,connection,status,dns_ms,tcp_ms,proxy_ms,tls_ms,send_ms,wait_ms,download_ms,total_ms",
            "1,A,1,cold,200,,,,,,9,,10",
            "1,B,2,warm,200,,,,,,11.5,,12.5",
            "2,B,1,warm,200,,,,,,3,,4",
            "2,A,2,warm,200,,,,,,2,,3",
            "",
        ]
    );
}

#[test]
fn one_slow_answer_does_not_flatten_the_plot() {
    let mut a = vec![10.0; 29];
    a.push(9000.0);
    let plot = Plot::new(&a, &[12.0; 30]);
    assert!(plot.bin_ms < 1.0, "{plot:?}");
    assert_eq!(
        (
            plot.a.iter().sum::<usize>(),
            plot.b.iter().sum::<usize>(),
            plot.beyond
        ),
        (30, 30, 1)
    );
}

#[test]
fn phases_become_milliseconds() {
    let mut phases = Phases::default();
    phases.set(Phase::Wait, Duration::from_micros(1_500));
    phases.total = Duration::from_millis(2);
    let timing = LegTiming::of_phases(&phases, true);
    assert_eq!(
        (
            timing.phase(Phase::Wait),
            timing.phase(Phase::Dns),
            timing.total_ms
        ),
        (Some(1.5), None, 2.0)
    );
}

proptest! {
    /// Whatever the samples, swapping the sides turns every figure round, and the interval holds the median.
    #[test]
    fn swapping_the_sides_turns_the_sign(values in prop::collection::vec(-1e4..1e4_f64, 1..80)) {
        let found = median_difference(&values).expect("values");
        let turned: Vec<f64> = values.iter().map(|value| -value).collect();
        let turned = median_difference(&turned).expect("values");
        prop_assert!((found.median_ms + turned.median_ms).abs() < 1e-9);
        if let (Some(one), Some(other)) = (&found.interval, &turned.interval) {
            prop_assert!((one.low_ms + other.high_ms).abs() < 1e-9);
            prop_assert!(one.low_ms <= found.median_ms && found.median_ms <= one.high_ms);
        }
    }
}
