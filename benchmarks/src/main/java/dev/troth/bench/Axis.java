package dev.troth.bench;

/** What grows from one table of a workload to the next. */
enum Axis {
    CLIENTS("clients", "client", "clients"),
    DATABASES("databases", "database", "databases"),
    CONTENT("content", "character a row", "characters a row");

    private final String key;
    private final String one;
    private final String unit;

    Axis(String key, String one, String unit) {
        this.key = key;
        this.one = one;
        this.unit = unit;
    }

    /** In lines. */
    String key() {
        return key;
    }

    /** Of what there are so many. */
    String unit() {
        return unit;
    }

    /** A place on it: 8 clients. */
    String shown(double place) {
        return Shown.of(place) + " " + (place == 1 ? one : unit);
    }
}
