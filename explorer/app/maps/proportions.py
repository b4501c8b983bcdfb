"""Keeps a map's proportions whatever the shape of its frame; runs in the browser."""

from bokeh.models import CustomJS
from bokeh.plotting import figure

# The browser widens the range of one axis, round its centre, when the frame's size changes. What
# was looked at before is remembered, or every odd size on the way would widen it once more.
PROPORTIONS = """
    const [width, height] = [figure.inner_width, figure.inner_height];
    if (!(width > 0 && height > 0)) return;
    const [x, y] = [figure.x_range, figure.y_range];
    const now = [x.start, x.end, y.start, y.end];
    const ours = figure._widened;
    const seen = ours && ours.to.every((end, i) => end === now[i]) ? ours.from : now;
    const per_pixel = Math.max((seen[1] - seen[0]) / width, (seen[3] - seen[2]) / height * stretch);
    const to = [];
    const axes = [[seen[0], seen[1], width], [seen[2], seen[3], height / stretch]];
    for (const [low, high, size] of axes) {
        const centre = (low + high) / 2, half = per_pixel * size / 2;
        to.push(...(Math.abs(high - low - 2 * half) > per_pixel / 2
            ? [centre - half, centre + half] : [low, high]));
    }
    figure._widened = {from: seen, to};
    x.setv({start: to[0], end: to[1]});
    y.setv({start: to[2], end: to[3]});
"""


def keep_proportions(plot: figure, stretch: float) -> None:
    """Keep a figure's proportions whatever the shape of its frame.

    Parameters
    ----------
    plot : figure
    stretch : float
        How much longer a unit of y is than a unit of x: 1 in metres, 1/cos(latitude) in degrees.
    """
    if plot.tags:
        return
    plot.tags = ["proportions kept"]
    callback = CustomJS(args={"figure": plot, "stretch": stretch}, code=PROPORTIONS)
    plot.js_on_change("inner_width", callback)
    plot.js_on_change("inner_height", callback)
