/** Charts as SVG, readable in light and in dark. They know nothing of what they show. */
@NullMarked
package dev.troth.bench.chart;

import org.jspecify.annotations.NullMarked;
