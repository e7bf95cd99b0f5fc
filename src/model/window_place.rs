//! Where the window stood, and where it may stand on the screens that are there now.

use serde::{Deserialize, Serialize};

/// Lengths and places in points at 100 %.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct WindowPlace {
    /// Inner width and height; zero for not known.
    pub size: [u32; 2],
    /// The upper left corner of the frame; `None`: the desktop decides (Wayland never tells).
    pub position: Option<[i32; 2]>,
    /// Fills the screen; size and position are those it goes back to.
    pub maximised: bool,
}

/// A screen that is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    pub left: i32,
    pub top: i32,
    pub width: u32,
    pub height: u32,
}

/// How much of the title bar must lie on a screen, so that the window can be taken hold of.
const GRIP: [i32; 2] = [80, 16];

impl WindowPlace {
    /// The nearest place at which the window can be seen and moved: no larger than its screen, never smaller than `least`.
    /// A window whose screen is gone goes to the first one.
    #[must_use]
    pub fn on(self, screens: &[Screen], least: [u32; 2]) -> Self {
        let Some(first) = screens.first() else {
            return self;
        };
        let screen = self
            .position
            .and_then(|position| screens.iter().find(|screen| screen.holds_grip(position)));
        let position = match (self.position, screen) {
            (None, _) => None,
            (Some(_), None) => Some([
                first.left + GRIP[0].min(length(first.width) / 10),
                first.top + GRIP[0].min(length(first.height) / 10),
            ]),
            (Some(position), Some(_)) => Some(position),
        };
        let screen = screen.unwrap_or(first);
        let most = [screen.width, screen.height];
        let size = [0, 1].map(|side| match self.size[side] {
            0 => 0,
            length => length.min(most[side]).max(least[side].min(most[side])),
        });
        Self {
            size,
            position: position.map(|position| screen.pulled_in(position, size)),
            maximised: self.maximised,
        }
    }
}

impl Screen {
    fn holds_grip(&self, [x, y]: [i32; 2]) -> bool {
        let (right, bottom) = (
            self.left + length(self.width),
            self.top + length(self.height),
        );
        x + GRIP[0] > self.left
            && x + GRIP[0] <= right
            && y >= self.top - GRIP[1]
            && y + GRIP[1] <= bottom
    }

    /// Moved left and up until it fits, but never over the upper left corner.
    fn pulled_in(&self, [x, y]: [i32; 2], size: [u32; 2]) -> [i32; 2] {
        let right = self.left + length(self.width) - length(size[0]);
        let bottom = self.top + length(self.height) - length(size[1]);
        [x.min(right).max(self.left), y.min(bottom).max(self.top)]
    }
}

fn length(points: u32) -> i32 {
    i32::try_from(points).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAPTOP: Screen = Screen {
        left: 0,
        top: 0,
        width: 1_440,
        height: 900,
    };
    const DESK: Screen = Screen {
        left: 1_440,
        top: -200,
        width: 2_560,
        height: 1_440,
    };
    const LEAST: [u32; 2] = [800, 560];

    fn place(x: i32, y: i32, width: u32, height: u32) -> WindowPlace {
        WindowPlace {
            size: [width, height],
            position: Some([x, y]),
            maximised: false,
        }
    }

    #[test]
    fn a_window_comes_back_where_it_can_be_seen() {
        let both = &[LAPTOP, DESK][..];
        let one = &[LAPTOP][..];
        for (what, before, screens, expected) in [
            (
                "as it was",
                place(40, 30, 1_280, 820),
                one,
                place(40, 30, 1_280, 820),
            ),
            (
                "on the second screen",
                place(1_600, -100, 2_000, 1_200),
                both,
                place(1_600, -100, 2_000, 1_200),
            ),
            (
                "the second screen is gone",
                place(1_600, -100, 2_000, 1_200),
                one,
                place(0, 0, 1_440, 900),
            ),
            (
                "larger than the screen",
                place(10, 10, 3_000, 2_000),
                one,
                place(0, 0, 1_440, 900),
            ),
            (
                "over the right and lower edge",
                place(1_300, 700, 1_000, 600),
                one,
                place(440, 300, 1_000, 600),
            ),
            (
                "above every screen",
                place(100, -5_000, 1_000, 600),
                one,
                place(80, 80, 1_000, 600),
            ),
            (
                "too small to be used",
                place(100, 100, 20, 20),
                one,
                place(100, 100, 800, 560),
            ),
            (
                "a size of nothing is left to the desktop",
                place(100, 100, 0, 0),
                one,
                place(100, 100, 0, 0),
            ),
            (
                "no screen is known",
                place(-9_000, 0, 100, 100),
                &[],
                place(-9_000, 0, 100, 100),
            ),
        ] {
            assert_eq!(before.on(screens, LEAST), expected, "{what}");
        }
    }

    #[test]
    fn a_screen_smaller_than_the_least_size_is_filled_and_maximised_stays() {
        let small = Screen {
            left: 0,
            top: 0,
            width: 640,
            height: 480,
        };
        let before = WindowPlace {
            maximised: true,
            ..place(0, 0, 1_000, 1_000)
        };
        let after = before.on(&[small], LEAST);
        assert_eq!(after.size, [640, 480]);
        assert!(after.maximised);
    }

    proptest::proptest! {
        #[test]
        fn the_title_bar_is_always_on_a_screen(
            x in -20_000_i32..20_000, y in -20_000_i32..20_000,
            width in 1_u32..10_000, height in 1_u32..10_000,
        ) {
            let after = place(x, y, width, height).on(&[LAPTOP, DESK], LEAST);
            let corner = after.position.expect("it had one");
            let on_one = [LAPTOP, DESK].iter().any(|screen| {
                screen.holds_grip(corner)
                    && after.size[0] <= screen.width
                    && after.size[1] <= screen.height
            });
            proptest::prop_assert!(on_one, "{after:?}");
        }
    }
}
