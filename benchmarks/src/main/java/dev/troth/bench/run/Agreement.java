package dev.troth.bench.run;

import java.util.List;

/**
 * What the databases hold after a run.
 *
 * @param rows of each database
 * @param prepared transactions that are still prepared
 * @param right whether anything was answered, all hold the same ids, each once, as many as were answered, and nothing is left prepared
 */
record Agreement(List<Long> rows, long prepared, boolean right) {}
