//! Charts of Unicode blocks.

/// A bar for `value`, `width` characters long when it is `most`, to an eighth of a character.
pub(super) fn bar(value: u64, most: u64, width: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = scaled(value, most, width as u64 * 8);
    format!("{}{}", "█".repeat((eighths / 8) as usize), EIGHTHS[(eighths % 8) as usize])
}

/// A column for each value, `height` lines high when it is `most`; the top line comes first.
pub(super) fn columns(values: &[u64], most: u64, height: usize) -> Vec<String> {
    const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let line = |floor: u64| {
        let filled = |value: &u64| scaled(*value, most, height as u64 * 8).saturating_sub(floor * 8).min(8);
        values.iter().map(|value| EIGHTHS[filled(value) as usize]).collect()
    };
    (0..height as u64).rev().map(line).collect()
}

/// At most `width` values, each the greatest of a run of `values`, and how long the runs are.
pub(super) fn condensed(values: &[u64], width: usize) -> (Vec<u64>, usize) {
    let run = values.len().div_ceil(width).max(1);
    (values.chunks(run).map(|run| run.iter().copied().max().unwrap_or_default()).collect(), run)
}

/// Whatever is not nothing shows.
fn scaled(value: u64, most: u64, to: u64) -> u64 {
    let share = (value * to + most / 2).checked_div(most).unwrap_or_default();
    if value > 0 { share.max(1) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(8, 8, 3), "███");
        assert_eq!(bar(4, 8, 3), "█▌");
        assert_eq!(bar(0, 8, 3), "");
        assert_eq!(bar(1, 1_000_000, 3), "▏", "a little is not nothing");
    }

    #[test]
    fn columns_stand_on_the_last_line() {
        assert_eq!(columns(&[0, 8, 16, 12], 16, 2), ["  █▄", " ███"]);
    }

    #[test]
    fn condensing_keeps_the_peaks() {
        assert_eq!(condensed(&[1, 9, 2, 3, 4], 3), (vec![9, 3, 4], 2));
        assert_eq!(condensed(&[], 3), (vec![], 1));
    }
}
