package dev.troth.protocol.check;

import dev.troth.protocol.check.Initiator.Told;

/** What must hold in every state that can be reached, by the names of ARCHITECTURE.md. */
enum Invariant {
    /** Once a commit is decided, every branch is prepared, has committed, or had written nothing. */
    ATOMICITY("Atomicity") {
        @Override
        boolean holds(Initiator initiator, int branch, Site site) {
            LogState log = initiator.log();
            if (!log.history().committed() || !log.history().branches().contains(branch)) {
                return true;
            }
            return log.owed().contains(branch)
                    ? site.store().prepared() || site.store().applied() > 0 || site.byHand()
                    : site.readOnly();
        }
    },

    COMMIT_ONLY_AFTER_THE_DECISION("Commit only after the decision is durable") {
        @Override
        boolean holds(Initiator initiator, int branch, Site site) {
            return site.store().applied() == 0 || initiator.log().history().committed() || site.byHand();
        }
    },

    THE_LOGS_CLOCK_DECIDES("The log's clock decides") {
        @Override
        boolean holds(Initiator initiator, int branch, Site site) {
            return !initiator.log().history().late();
        }
    },

    AT_MOST_ONCE("At most once") {
        @Override
        boolean holds(Initiator initiator, int branch, Site site) {
            return site.store().applied() <= 1;
        }

        @Override
        boolean holds(Caller caller, Site site) {
            return site.store().applied() <= 1;
        }
    },

    /** Whoever carries out an outcome was told it, by a decision or an answer. */
    NO_YES_VOTER_DECIDES_ALONE("No yes-voter decides alone") {
        @Override
        boolean holds(Initiator initiator, int branch, Site site) {
            return !site.alone();
        }
    },

    /** From every state there is a way, without luck and without another fault, to one in which everything is finished. */
    EVERYBODY_CAN_ALWAYS_GET_UNSTUCK("Everybody can always get unstuck"),

    /** What the caller was told stays true. */
    UNKNOWN_IS_NEVER_GUESSED("Unknown is never guessed") {
        @Override
        boolean holds(Initiator initiator, int branch, Site site) {
            boolean committed = initiator.log().history().committed();
            return initiator.told() != (committed ? Told.ROLLED_BACK : Told.COMMITTED);
        }

        @Override
        boolean holds(Caller caller, Site site) {
            return switch (caller.told()) {
                case NOTHING -> true;
                case COMMITTED -> site.store().applied() > 0;
                case ROLLED_BACK -> site.store().applied() == 0;
            };
        }
    },

    /** And when one did, that is noted before the branch counts as done, and kept. */
    HEURISTIC_ONLY_WHEN_A_PERSON_INTERFERED("Heuristic only when a person interfered") {
        @Override
        boolean holds(Initiator initiator, int branch, Site site) {
            LogState log = initiator.log();
            boolean isOver = log.history().committed() && log.owed().contains(branch) && !log.owes(branch);
            boolean isNoted = site.heuristic() || site.store().applied() > 0 || !site.byHand();
            boolean isKept = !log.history().byHand() || log.row().isPresent();
            return isKept && (isNoted || !isOver) && (!site.heuristic() || site.byHand());
        }
    };

    private final String title;

    Invariant(String title) {
        this.title = title;
    }

    boolean holds(Initiator initiator, int branch, Site site) {
        return true;
    }

    boolean holds(Caller caller, Site site) {
        return true;
    }

    /** Whether it holds for one branch; every invariant is about one branch and the centre. */
    boolean holds(Centre centre, int branch, Site site) {
        return centre instanceof Caller caller ? holds(caller, site) : holds((Initiator) centre, branch, site);
    }

    @Override
    public String toString() {
        return title;
    }
}
