//! A surface to draw on: lines, areas and text, in the colours of the web UI.

use ab_glyph::{Font as _, FontRef, OutlineCurve, PxScale, ScaleFont as _};
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash, Transform,
};

use super::png;
use crate::error::{Error, Result};

/// Pixels across and down. Telegram shows pictures 1280 wide at most.
pub(super) const WIDTH: f32 = 1200.0;
pub(super) const HEIGHT: f32 = 720.0;

/// The colours of the UI's two themes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Theme {
    pub(super) ground: u32,
    pub(super) text: u32,
    pub(super) axis: u32,
    pub(super) line: u32,
    pub(super) series: [u32; 6],
    /// The darkest of a heat map; the ground is the lightest.
    pub(super) heat: u32,
}

pub(super) const LIGHT: Theme = Theme {
    ground: 0xff_ffff,
    text: 0x1f_2530,
    axis: 0x59_6273,
    line: 0xe4_e7ec,
    series: [0x4c_68da, 0xd9_822b, 0x2f_9e8f, 0xa8_55a8, 0x8a_6d3b, 0x5b_8dbf],
    heat: 0x3b_55c4,
};

pub(super) const DARK: Theme = Theme {
    ground: 0x14_161b,
    text: 0xdf_e2e8,
    axis: 0x9a_a2b0,
    line: 0x2a_2f39,
    series: [0x7f_96f0, 0xf0_a35e, 0x5c_c9b8, 0xd2_8bd2, 0xc7_a46b, 0x8f_b8e0],
    heat: 0x7f_96f0,
};

/// Where a text stands beside its point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// The surface.
pub(super) struct Canvas {
    pixels: Pixmap,
    regular: FontRef<'static>,
    bold: FontRef<'static>,
    pub(super) theme: Theme,
}

impl Canvas {
    pub(super) fn new(dark: bool) -> Result<Self> {
        let font = |bytes| FontRef::try_from_slice(bytes).map_err(|_| Error::Chart("the font cannot be read"));
        let theme = if dark { DARK } else { LIGHT };
        let mut pixels =
            Pixmap::new(WIDTH as u32, HEIGHT as u32).ok_or(Error::Chart("there is no room for its pixels"))?;
        pixels.fill(colour(theme.ground, 1.0));
        Ok(Self { pixels, regular: font(ttf_noto_sans::REGULAR)?, bold: font(ttf_noto_sans::BOLD)?, theme })
    }

    /// The picture as a file.
    pub(super) fn png(&self) -> Result<Vec<u8>> {
        let rgb: Vec<u8> =
            self.pixels.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        png::encode(WIDTH as u32, HEIGHT as u32, &rgb).ok_or(Error::Chart("it cannot be written"))
    }

    pub(super) fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, rgb: u32) {
        if let Some(rect) = Rect::from_xywh(x, y, width.max(0.5), height.max(0.5)) {
            self.pixels.fill_rect(rect, &paint(rgb, 1.0), Transform::identity(), None);
        }
    }

    /// A line through points.
    pub(super) fn line(&mut self, points: &[(f32, f32)], width: f32, rgb: u32, dashed: bool) {
        let Some(path) = through(points, false) else { return };
        let dash = if dashed { StrokeDash::new(vec![10.0, 8.0], 0.0) } else { None };
        let stroke = Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, dash, ..Stroke::default() };
        self.pixels.stroke_path(&path, &paint(rgb, 1.0), &stroke, Transform::identity(), None);
    }

    /// An area within points, seen through.
    pub(super) fn area(&mut self, points: &[(f32, f32)], rgb: u32, opacity: f32) {
        if let Some(path) = through(points, true) {
            self.fill(&path, rgb, opacity);
        }
    }

    pub(super) fn dot(&mut self, x: f32, y: f32, radius: f32, rgb: u32) {
        if let Some(path) = PathBuilder::from_circle(x, y, radius) {
            self.fill(&path, rgb, 1.0);
        }
    }

    fn fill(&mut self, path: &Path, rgb: u32, opacity: f32) {
        self.pixels.fill_path(path, &paint(rgb, opacity), FillRule::Winding, Transform::identity(), None);
    }

    /// Text on its base line; the width it takes.
    pub(super) fn text(
        &mut self,
        text: &str,
        place: (f32, f32),
        size: f32,
        anchor: Anchor,
        rgb: u32,
        bold: bool,
    ) -> f32 {
        let (x, y) = place;
        let width = self.width(text, size, bold);
        let mut at = match anchor {
            Anchor::Left => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::Right => x - width,
        };
        let font = if bold { &self.bold } else { &self.regular };
        let scaled = font.as_scaled(PxScale::from(size));
        // Outlines are in the font's own units, upwards.
        let units = font.height_unscaled();
        let unit = if units > 0.0 { size / units } else { return 0.0 };
        let mut builder = PathBuilder::new();
        for c in text.chars() {
            let glyph = font.glyph_id(c);
            // What the font has no letter for is left out rather than shown as a box.
            if glyph.0 == 0 {
                continue;
            }
            if let Some(outline) = font.outline(glyph) {
                let place = |point: ab_glyph::Point| (at + point.x * unit, y - point.y * unit);
                let mut end: Option<(f32, f32)> = None;
                for curve in &outline.curves {
                    let (from, to) = match curve {
                        OutlineCurve::Line(from, to)
                        | OutlineCurve::Quad(from, _, to)
                        | OutlineCurve::Cubic(from, _, _, to) => (place(*from), place(*to)),
                    };
                    if end != Some(from) {
                        builder.move_to(from.0, from.1);
                    }
                    match curve {
                        OutlineCurve::Line(..) => builder.line_to(to.0, to.1),
                        OutlineCurve::Quad(_, bend, _) => {
                            let bend = place(*bend);
                            builder.quad_to(bend.0, bend.1, to.0, to.1);
                        }
                        OutlineCurve::Cubic(_, one, two, _) => {
                            let (one, two) = (place(*one), place(*two));
                            builder.cubic_to(one.0, one.1, two.0, two.1, to.0, to.1);
                        }
                    }
                    end = Some(to);
                }
            }
            at += scaled.h_advance(glyph);
        }
        if let Some(path) = builder.finish() {
            self.fill(&path, rgb, 1.0);
        }
        width
    }

    /// How wide a text is.
    pub(super) fn width(&self, text: &str, size: f32, bold: bool) -> f32 {
        let font = if bold { &self.bold } else { &self.regular };
        let scaled = font.as_scaled(PxScale::from(size));
        let glyphs = text.chars().map(|c| font.glyph_id(c)).filter(|glyph| glyph.0 != 0);
        glyphs.map(|glyph| scaled.h_advance(glyph)).sum()
    }

    /// A text that takes no more than so much.
    pub(super) fn fit(&self, text: &str, size: f32, most: f32) -> String {
        if self.width(text, size, false) <= most {
            return text.to_owned();
        }
        let mut kept = String::new();
        for c in text.chars() {
            kept.push(c);
            if self.width(&kept, size, false) + size * 0.7 > most {
                kept.pop();
                break;
            }
        }
        format!("{}…", kept.trim_end())
    }
}

/// A colour between two: 0 is the one, 1 the other.
pub(super) fn between(one: u32, other: u32, share: f32) -> u32 {
    let part = |shift: u32| {
        let (one, other) = (((one >> shift) & 0xff) as f32, ((other >> shift) & 0xff) as f32);
        ((one + (other - one) * share.clamp(0.0, 1.0)).round() as u32) << shift
    };
    part(16) | part(8) | part(0)
}

/// Which of two colours is read more easily on a ground: the one with the greater contrast, as WCAG has it.
pub(super) fn readable(ground: u32, one: u32, other: u32) -> u32 {
    let light = |rgb: u32| {
        let part = |shift: u32| (f64::from((rgb >> shift) & 0xff) / 255.0).powf(2.2);
        0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
    };
    let contrast = |rgb: u32| {
        let (below, above) = (light(ground), light(rgb));
        (below.max(above) + 0.05) / (below.min(above) + 0.05)
    };
    if contrast(one) >= contrast(other) { one } else { other }
}

fn colour(rgb: u32, opacity: f32) -> Color {
    let [_, red, green, blue] = rgb.to_be_bytes();
    let mut colour = Color::from_rgba8(red, green, blue, 255);
    colour.set_alpha(opacity);
    colour
}

fn paint(rgb: u32, opacity: f32) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour(rgb, opacity));
    paint
}

fn through(points: &[(f32, f32)], close: bool) -> Option<Path> {
    let (first, rest) = points.split_first()?;
    let mut builder = PathBuilder::new();
    builder.move_to(first.0, first.1);
    for point in rest {
        builder.line_to(point.0, point.1);
    }
    if close {
        builder.close();
    }
    builder.finish()
}
