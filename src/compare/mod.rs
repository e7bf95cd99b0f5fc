//! Two answers (and what is volatile in them) become a verdict: headers, JSON structure, rules, latency statistics.
//! Pure: no window, no network, no files.
