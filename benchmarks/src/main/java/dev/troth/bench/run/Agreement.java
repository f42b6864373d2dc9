package dev.troth.bench.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the databases hold after a run.
 *
 * @param rows of each database
 * @param prepared transactions that are still prepared
 * @param right whether anything was answered, all hold the same ids, each once, as many as were answered, and nothing is left prepared
 */
record Agreement(List<Long> rows, long prepared, boolean right) {
    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("rows", rows);
        figures.put("prepared_left", prepared);
        figures.put("right", right);
        return figures;
    }
}
