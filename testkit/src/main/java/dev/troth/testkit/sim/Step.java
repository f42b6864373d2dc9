package dev.troth.testkit.sim;

import dev.troth.message.Kind;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The command of a simulated participant.
 *
 * @param transaction the number of the transaction
 * @param branch the number of the branch in its script
 * @param participant who does it
 * @param doing what
 * @param millis how long it takes
 */
@Kind("simulated-step")
record Step(int transaction, int branch, String participant, Doing doing, long millis) {

    enum Doing {
        /** Writes and votes yes. */
        WRITE,
        /** Reads only. */
        READ,
        /** Writes, and refuses then. */
        REFUSE,
        /** Writes, and fails then. */
        FAIL,
        /** Writes, and waits for ever, until it is interrupted. */
        HANG,
        /** Writes, and waits for long, whoever interrupts it. */
        HANG_DEAF,
        /** Writes when all of its kind have come. */
        MEET
    }

    static Step draw(SplittableRandom random, int transaction, int branch, List<String> participants) {
        int luck = random.nextInt(100);
        Doing doing = luck < 75
                ? Doing.WRITE
                : luck < 85
                        ? Doing.READ
                        : luck < 90 ? Doing.REFUSE : luck < 94 ? Doing.FAIL : luck < 97 ? Doing.HANG : Doing.HANG_DEAF;
        long millis = random.nextInt(3) == 0 ? Chance.between(random, 1, 3_000) : 0;
        return new Step(transaction, branch, participants.get(random.nextInt(participants.size())), doing, millis);
    }

    /** As it is sent: some commands are of a kind that older instances do not know. */
    Object command() {
        return transaction % 5 == 0 && doing != Doing.MEET ? new NewerStep(this) : this;
    }

    /** Whether it leaves something behind when its transaction commits. */
    boolean writes() {
        return doing != Doing.READ;
    }

    @Override
    public String toString() {
        return doing + " at " + participant + (millis == 0 ? "" : " in " + millis + " ms");
    }
}
