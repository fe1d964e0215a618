//! Plane geometry for drawings: clipping to a box and simplification to its resolution.

/// A point of a drawing.
pub(crate) type Point = (f64, f64);

/// An axis-parallel box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rect {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Rect {
    pub(crate) fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }
    /// A square around a point.
    pub(crate) fn around((x, y): (f64, f64), radius: f64) -> Self {
        Self::new(x - radius, y - radius, 2.0 * radius, 2.0 * radius)
    }
    pub(crate) fn right(&self) -> f64 {
        self.x + self.width
    }
    pub(crate) fn bottom(&self) -> f64 {
        self.y + self.height
    }
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
    pub(crate) fn contains(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }
    pub(crate) fn has(&self, (x, y): (f64, f64)) -> bool {
        self.x <= x && x <= self.right() && self.y <= y && y <= self.bottom()
    }
    /// Length of a segment inside the box.
    pub(crate) fn crossed_by(&self, a: (f64, f64), b: (f64, f64)) -> f64 {
        clip_segment(a, b, self).map_or(0.0, |(p, q)| (q.0 - p.0).hypot(q.1 - p.1))
    }
}

/// The part of a segment inside a box (Liang and Barsky 1984).
pub(crate) fn clip_segment(a: Point, b: Point, rect: &Rect) -> Option<(Point, Point)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for (step, room) in
        [(-dx, a.0 - rect.x), (dx, rect.right() - a.0), (-dy, a.1 - rect.y), (dy, rect.bottom() - a.1)]
    {
        if step.abs() < 1e-12 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            from = from.max(room / step);
        } else {
            to = to.min(room / step);
        }
    }
    let at = |t: f64| (a.0 + t * dx, a.1 + t * dy);
    (from <= to).then(|| (at(from), at(to)))
}

/// The parts of a line inside a box.
pub(crate) fn clip_line(line: &[Point], rect: &Rect) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut is_inside = false;
    for pair in line.windows(2) {
        let Some((a, b)) = clip_segment(pair[0], pair[1], rect) else {
            is_inside = false;
            continue;
        };
        match parts.last_mut() {
            Some(part) if is_inside => part.push(b),
            _ => parts.push(vec![a, b]),
        }
        is_inside = rect.has(pair[1]);
    }
    parts
}

/// The part of a ring inside a box (Sutherland and Hodgman 1974); pieces may hang together along the box's sides, so
/// the box should be a little larger than what is seen.
pub(crate) fn clip_ring(ring: &[Point], rect: &Rect) -> Vec<Point> {
    let mut points = ring.to_vec();
    for side in 0..4 {
        let depth = |p: Point| match side {
            0 => p.0 - rect.x,
            1 => rect.right() - p.0,
            2 => p.1 - rect.y,
            _ => rect.bottom() - p.1,
        };
        let mut kept = Vec::with_capacity(points.len());
        for (at, &here) in points.iter().enumerate() {
            let before = points[if at == 0 { points.len() - 1 } else { at - 1 }];
            let (d0, d1) = (depth(before), depth(here));
            if (d0 < 0.0) != (d1 < 0.0) {
                let t = d0 / (d0 - d1);
                kept.push((before.0 + t * (here.0 - before.0), before.1 + t * (here.1 - before.1)));
            }
            if d1 >= 0.0 {
                kept.push(here);
            }
        }
        points = kept;
    }
    points
}

/// Twice the area of a ring, without sign.
pub(crate) fn double_area(ring: &[Point]) -> f64 {
    let Some(&last) = ring.last() else { return 0.0 };
    let mut before = last;
    let mut sum = 0.0;
    for &here in ring {
        sum += before.0 * here.1 - here.0 * before.1;
        before = here;
    }
    sum.abs()
}

/// Whether a ring goes around a point.
pub(crate) fn is_inside(point: Point, ring: &[Point]) -> bool {
    let Some(&last) = ring.last() else { return false };
    let mut before = last;
    let mut inside = false;
    for &here in ring {
        if (before.1 > point.1) != (here.1 > point.1) {
            let x = before.0 + (point.1 - before.1) / (here.1 - before.1) * (here.0 - before.0);
            inside ^= point.0 < x;
        }
        before = here;
    }
    inside
}

/// Distance from a point to a segment.
pub(crate) fn distance_to_segment(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 { (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (p.0 - a.0 - t * dx).hypot(p.1 - a.1 - t * dy)
}

/// A line without the points that change it by less than a tolerance (Douglas and Peucker 1973). The ends stay, so
/// lines that meet go on meeting.
pub(crate) fn simplified(line: &[Point], tolerance: f64) -> Vec<Point> {
    if line.len() < 3 {
        return line.to_vec();
    }
    let mut keep = vec![false; line.len()];
    keep[0] = true;
    keep[line.len() - 1] = true;
    let mut spans = vec![(0, line.len() - 1)];
    while let Some((from, to)) = spans.pop() {
        let far = (from + 1..to)
            .map(|at| (distance_to_segment(line[at], line[from], line[to]), at))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((distance, at)) = far
            && distance > tolerance
        {
            keep[at] = true;
            spans.push((from, at));
            spans.push((at, to));
        }
    }
    line.iter().zip(keep).filter(|(_, keep)| *keep).map(|(point, _)| *point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Rect = Rect { x: 0.0, y: 0.0, width: 10.0, height: 10.0 };

    #[test]
    fn lines_are_clipped_into_parts() {
        let parts = clip_line(&[(-5.0, 5.0), (5.0, 5.0), (5.0, 15.0), (8.0, 15.0), (8.0, 5.0)], &BOX);
        assert_eq!(parts, [vec![(0.0, 5.0), (5.0, 5.0), (5.0, 10.0)], vec![(8.0, 10.0), (8.0, 5.0)]]);
        assert!(clip_line(&[(-5.0, -5.0), (-1.0, 20.0)], &BOX).is_empty());
    }

    #[test]
    fn rings_are_clipped_to_the_box() {
        let ring = clip_ring(&[(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)], &BOX);
        assert!((double_area(&ring) - 50.0).abs() < 1e-9);
        assert!(clip_ring(&[(20.0, 20.0), (30.0, 20.0), (30.0, 30.0)], &BOX).is_empty());
        assert!(is_inside((2.0, 2.0), &ring) && !is_inside((6.0, 6.0), &ring));
    }

    #[test]
    fn simplification_keeps_ends_and_corners() {
        let line = [(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 10.0)];
        assert_eq!(simplified(&line, 0.5), [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]);
        let ring = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)];
        assert_eq!(simplified(&ring, 0.5), ring, "a ring's ends coincide");
    }
}
