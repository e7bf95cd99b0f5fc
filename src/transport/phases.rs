//! The clock of one hop: which phase began when. What the phases mean is written in `model::timings`;
//! who marks them is `wire` and `negotiated`.

use std::time::Instant;

use crate::model::timings::{Phase, Phases};

/// Marks in the order in which they were made. Phases follow each other; `pause` leaves a gap that belongs to none.
#[derive(Debug, Clone)]
pub(crate) struct PhaseClock {
    started: Instant,
    marks: Vec<Mark>,
    ended: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Mark {
    /// `None`: time that belongs to no phase (reading root certificates).
    phase: Option<Phase>,
    at: Instant,
}

impl PhaseClock {
    pub(crate) fn new(started: Instant) -> Self {
        Self {
            started,
            marks: Vec::with_capacity(8),
            ended: None,
        }
    }

    pub(crate) fn started(&self) -> Instant {
        self.started
    }

    /// Ends the phase under way and begins `phase`.
    pub(crate) fn begin(&mut self, phase: Phase, at: Instant) {
        self.marks.push(Mark {
            phase: Some(phase),
            at,
        });
    }

    /// Ends the phase under way without beginning another.
    pub(crate) fn pause(&mut self, at: Instant) {
        self.marks.push(Mark { phase: None, at });
    }

    /// Takes the last `begin` back: what began was not that phase after all (an interim answer is not the answer).
    pub(crate) fn take_back(&mut self, phase: Phase) {
        if self.current() == Some(phase) {
            self.marks.pop();
        }
    }

    pub(crate) fn end(&mut self, at: Instant) {
        self.ended.get_or_insert(at);
    }

    /// The phase under way.
    pub(crate) fn current(&self) -> Option<Phase> {
        self.marks.last().and_then(|mark| mark.phase)
    }

    /// The last phase that was under way, also after a pause.
    pub(crate) fn last(&self) -> Option<Phase> {
        self.marks.iter().rev().find_map(|mark| mark.phase)
    }

    /// The durations; until `end` was called, up to `now`.
    pub(crate) fn phases(&self, now: Instant) -> Phases {
        let ended = self.ended.unwrap_or(now);
        let mut phases = Phases {
            total: ended.saturating_duration_since(self.started),
            ..Phases::default()
        };
        for (index, mark) in self.marks.iter().enumerate() {
            let Some(phase) = mark.phase else { continue };
            let until = self.marks.get(index + 1).map_or(ended, |next| next.at);
            let spent = until.saturating_duration_since(mark.at);
            phases.set(phase, phases.get(phase).unwrap_or_default() + spent);
        }
        phases
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(start: Instant, milliseconds: u64) -> Instant {
        start + Duration::from_millis(milliseconds)
    }

    #[test]
    fn each_phase_lasts_until_the_next_mark() {
        let start = Instant::now();
        let mut clock = PhaseClock::new(start);
        clock.begin(Phase::Dns, at(start, 1));
        clock.begin(Phase::Tcp, at(start, 11));
        clock.pause(at(start, 31));
        clock.begin(Phase::Tls, at(start, 36));
        clock.begin(Phase::Send, at(start, 66));
        clock.begin(Phase::Wait, at(start, 67));
        clock.begin(Phase::Download, at(start, 167));
        clock.end(at(start, 200));
        let phases = clock.phases(at(start, 900));
        let expected = Phases {
            dns: Some(Duration::from_millis(10)),
            tcp: Some(Duration::from_millis(20)),
            proxy: None,
            tls: Some(Duration::from_millis(30)),
            send: Some(Duration::from_millis(1)),
            wait: Some(Duration::from_millis(100)),
            download: Some(Duration::from_millis(33)),
            total: Duration::from_millis(200),
        };
        assert_eq!(phases, expected);
    }

    #[test]
    fn an_interim_answer_gives_its_time_back_to_waiting() {
        let start = Instant::now();
        let mut clock = PhaseClock::new(start);
        clock.begin(Phase::Wait, start);
        clock.begin(Phase::Download, at(start, 10));
        clock.take_back(Phase::Download);
        clock.begin(Phase::Download, at(start, 50));
        let phases = clock.phases(at(start, 60));
        assert_eq!(phases.wait, Some(Duration::from_millis(50)));
        assert_eq!(phases.download, Some(Duration::from_millis(10)));
    }

    #[test]
    fn a_phase_under_way_lasts_until_now() {
        let start = Instant::now();
        let mut clock = PhaseClock::new(start);
        clock.begin(Phase::Dns, start);
        assert_eq!(clock.current(), Some(Phase::Dns));
        let phases = clock.phases(at(start, 7));
        assert_eq!(phases.dns, Some(Duration::from_millis(7)));
        assert_eq!(phases.tcp, None);
    }
}
