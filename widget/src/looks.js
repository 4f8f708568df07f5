/** Contrast by WCAG of two computed colours; 0 unless both are opaque. */
export function contrast(...colours) {
  const [a, b] = colours.map((colour) => {
    const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
    if (!parts) return NaN;
    // Near black this is a little lighter than the exact curve, so never too generous.
    const [r, g, b] = parts.slice(1).map((value) => ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  });
  return Math.max(a / b, b / a) || 0;
}
