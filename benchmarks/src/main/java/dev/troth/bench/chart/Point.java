package dev.troth.bench.chart;

/**
 * One value of a chart.
 *
 * @param place on the axis, as it is written
 * @param contender whose it is
 * @param ours whether it is of those that stand out
 * @param value at least 0; not a number if there is none
 * @param shown the value as it is written, or why there is none
 */
public record Point(String place, String contender, boolean ours, double value, String shown) {}
