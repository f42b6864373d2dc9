package dev.troth.bench;

/** What grows from one table of a workload to the next. */
enum Axis {
    CLIENTS("clients", "clients"),
    DATABASES("databases", "databases"),
    CONTENT("content", "characters a row");

    private final String key;
    private final String unit;

    Axis(String key, String unit) {
        this.key = key;
        this.unit = unit;
    }

    /** In lines. */
    String key() {
        return key;
    }

    /** After a number: 8 clients. */
    String unit() {
        return unit;
    }
}
