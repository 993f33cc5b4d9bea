//! PNG of pixels: eight bits of red, green and blue, no filter, deflated.
//!
//! The library for it would build the compression that the data files share with other features (docs/decisions/0002).

use std::io::Write as _;

use flate2::{Compression, Crc, write::ZlibEncoder};

/// The file of a picture; `pixels` are three bytes each, row after row.
pub(super) fn encode(width: u32, height: u32, pixels: &[u8]) -> Option<Vec<u8>> {
    let row = width as usize * 3;
    let mut raw = Vec::with_capacity(pixels.len() + height as usize);
    for line in pixels.chunks_exact(row) {
        raw.push(0);
        raw.extend_from_slice(line);
    }
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&raw).ok()?;
    let mut header = Vec::with_capacity(13);
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&height.to_be_bytes());
    // Bits, colour type RGB, and the only methods there are.
    header.extend_from_slice(&[8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(b"IHDR", &header, &mut png)?;
    chunk(b"IDAT", &packed.finish().ok()?, &mut png)?;
    chunk(b"IEND", &[], &mut png)?;
    Some(png)
}

fn chunk(name: &[u8; 4], data: &[u8], png: &mut Vec<u8>) -> Option<()> {
    png.extend_from_slice(&u32::try_from(data.len()).ok()?.to_be_bytes());
    png.extend_from_slice(name);
    png.extend_from_slice(data);
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(data);
    png.extend_from_slice(&sum.sum().to_be_bytes());
    Some(())
}
