package dev.troth.spi;

/** A database is there, and cannot be used as it is: found when a store opens. Nothing was changed. */
public final class UnfitStoreException extends StoreException {
    private static final long serialVersionUID = 1L;

    /** What it lacks. */
    public enum Lack {
        /** Tables of Troth, columns, or the row with the identity. */
        TABLES,
        /** Tables of the version that this library works with. */
        VERSION,
        /** Rights of the user. */
        RIGHTS,
        /** A setting of the server: what is switched off, or too small. */
        SETTING,
        /** What this kind of database cannot do at all. */
        ABILITY
    }

    private final Lack lack;
    private final String problem;
    private final String remedy;

    /** With what it lacks, what is wrong, and the line that mends it. */
    public UnfitStoreException(Lack lack, String problem, String remedy) {
        super(problem + " Nothing was changed. " + remedy, null);
        this.lack = lack;
        this.problem = problem;
        this.remedy = remedy;
    }

    /** What it lacks. */
    public Lack lack() {
        return lack;
    }

    /** What is wrong, with values. */
    public String problem() {
        return problem;
    }

    /** What mends it. */
    public String remedy() {
        return remedy;
    }
}
