//! What the user chose for the whole program, kept in the data folder. What belongs to one environment lives in `environment`.

use serde::{Deserialize, Serialize};

use super::environment::{self, Limits};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Settings {
    pub appearance: Appearance,
    /// 100 is 1:1.
    pub zoom_percent: u32,
    /// In points at 100 %.
    pub text_size: u32,
    /// Of bodies, paths and tables, in points at 100 %.
    pub mono_size: u32,
    pub response_place: ResponsePlace,
    pub renderer: Renderer,
    pub history: HistoryLimits,
    /// Every change is written to the workspace at once, instead of by Ctrl+S.
    pub save_at_once: bool,
    /// Long lines of a body go on in the next line.
    pub wrap_lines: bool,
    /// What a new environment starts with.
    pub limits: Limits,
    pub header_case: HeaderCase,
    /// Operations that only read although their method is POST, confirmed once: `METHOD path`.
    pub reading_operations: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            appearance: Appearance::System,
            zoom_percent: 100,
            text_size: 14,
            mono_size: 13,
            response_place: ResponsePlace::Below,
            renderer: Renderer::OpenGl,
            history: HistoryLimits::default(),
            save_at_once: false,
            wrap_lines: false,
            limits: Limits::default(),
            header_case: HeaderCase::default(),
            reading_operations: Vec::new(),
        }
    }
}

impl Settings {
    /// What zoom can be set to, in percent.
    pub const ZOOM: std::ops::RangeInclusive<u32> = 50..=300;
    /// What the two text sizes can be set to, in points.
    pub const TEXT: std::ops::RangeInclusive<u32> = 10..=24;

    /// The settings with every number where it can be used: a file may hold any.
    #[must_use]
    pub fn within_bounds(mut self) -> Self {
        let put = |value: &mut u32, range: &std::ops::RangeInclusive<u32>| {
            *value = (*value).clamp(*range.start(), *range.end());
        };
        put(&mut self.zoom_percent, &Self::ZOOM);
        put(&mut self.text_size, &Self::TEXT);
        put(&mut self.mono_size, &Self::TEXT);
        for value in [
            &mut self.history.exchanges,
            &mut self.history.mebibytes,
            &mut self.history.days,
        ] {
            *value = (*value).max(1);
        }
        for value in [
            &mut self.limits.connect_ms,
            &mut self.limits.first_byte_ms,
            &mut self.limits.silence_ms,
            &mut self.limits.wire_bytes,
            &mut self.limits.decoded_bytes,
            &mut self.limits.decoded_ratio,
        ] {
            *value = (*value).max(1);
        }
        self
    }

    /// How names are written in an environment: its own choice, else what is set here for the names that Gatescope adds.
    #[must_use]
    pub fn header_case_of(&self, chosen: environment::HeaderCase) -> environment::HeaderCase {
        match (chosen, self.header_case) {
            (environment::HeaderCase::AsTyped, HeaderCase::Lower) => {
                environment::HeaderCase::AddedLower
            }
            (chosen, _) => chosen,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Appearance {
    /// As the desktop says.
    #[default]
    System,
    Dark,
    Light,
}

impl Appearance {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// What no one knows is `System`.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "dark" => Self::Dark,
            "light" => Self::Light,
            _ => Self::System,
        }
    }
}

/// Where the response stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResponsePlace {
    #[default]
    Below,
    Beside,
}

/// What draws the window; takes effect at the next start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renderer {
    #[default]
    OpenGl,
    /// Vulkan, Metal or Direct3D.
    Wgpu,
}

impl Renderer {
    /// `opengl` or `wgpu`, as in the settings file and in `GATESCOPE_RENDERER`; `None` for any other word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "open-gl" | "opengl" | "gl" | "glow" => Some(Self::OpenGl),
            "wgpu" | "vulkan" | "metal" | "direct3d" => Some(Self::Wgpu),
            _ => None,
        }
    }

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::OpenGl => "OpenGL",
            Self::Wgpu => "wgpu",
        }
    }
}

/// How the header names that Gatescope adds itself (`Authorization`, `Content-Type`, …) are spelled over HTTP/1.1.
/// Names that were typed go out as typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderCase {
    /// `Authorization`, as most HTTP/1.1 clients write it.
    #[default]
    Canonical,
    /// `authorization`, as HTTP/2 clients do.
    Lower,
}

/// When old exchanges go: whichever limit is reached first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct HistoryLimits {
    pub exchanges: u32,
    /// 2^20 bytes, bodies included.
    pub mebibytes: u32,
    pub days: u32,
}

impl Default for HistoryLimits {
    fn default() -> Self {
        Self {
            exchanges: 5_000,
            mebibytes: 512,
            days: 90,
        }
    }
}
