package dev.troth.testkit.sim;

import dev.troth.spi.StoreException;
import dev.troth.testkit.sim.Fault.Kind;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One process's line to one database. A call travels there, has its effect there at one moment, even if the process dies or stands
 * still meanwhile, and its answer travels back. It can get lost on either way: then the session is gone, of which the database
 * learns after a while, and whether the call had its effect is for the caller to find out.
 */
final class DatabaseLine {
    private static final long WAY = 500_000;
    private static final long LOCK_WAIT = 10 * World.SECOND;
    private static final long LOOK_AGAIN = 3 * World.MILLISECOND;

    private final World world;
    private final Database database;
    private final Life life;
    private final LongSupplier cutUntil;

    /** {@code cutUntil} tells until when nothing passes between the process and its databases. */
    DatabaseLine(World world, Database database, Life life, LongSupplier cutUntil) {
        this.world = world;
        this.database = database;
        this.life = life;
        this.cutUntil = cutUntil;
    }

    Database database() {
        return database;
    }

    World world() {
        return world;
    }

    Life life() {
        return life;
    }

    /** A call outside any session that could be lost. */
    <T> T call(String what, Supplier<T> effect) {
        return new Call<>(what, effect, () -> false, () -> {}).run();
    }

    /** A call that waits while a row is locked; if the session is lost, the database does {@code whenLost} after a while. */
    <T> T call(String what, Supplier<T> effect, BooleanSupplier locked, Runnable whenLost) {
        return new Call<>(what, effect, locked, whenLost).run();
    }

    /** A call whose answer nobody needs and that cannot fail: at the latest, the end of the session does it. */
    void tell(Runnable effect) {
        life.check();
        world.loop.after(world.jitter(WAY), Life.OF_THE_WORLD, effect);
        world.loop.pause(life, world.jitter(WAY));
    }

    /** A session begins by a call that its process did not live to see: the database notices, and ends it. */
    void endIfNobodyIsThere(Runnable endSession) {
        if (life.isOver()) {
            world.loop.after(world.jitter(2 * World.SECOND), Life.OF_THE_WORLD, endSession);
        }
    }

    private final class Call<T> {
        private final String what;
        private final Supplier<T> effect;
        private final BooleanSupplier locked;
        private final Runnable whenLost;
        private final Wait wait = world.loop.newWait(life, false);
        private final long began = world.loop.now();
        private @Nullable T result;
        private @Nullable RuntimeException failure;

        Call(String what, Supplier<T> effect, BooleanSupplier locked, Runnable whenLost) {
            this.what = what;
            this.effect = effect;
            this.locked = locked;
            this.whenLost = whenLost;
        }

        T run() {
            life.check();
            Optional<Fault> fault = world.fault(
                    database + " " + what + " by " + life,
                    Kind.FAIL_BEFORE,
                    Kind.FAIL_AFTER,
                    Kind.SLOW,
                    Kind.ANSWER_LATE);
            long late = is(fault, Kind.SLOW) ? fault.get().length().toNanos() : 0;
            world.loop.after(world.jitter(WAY) + late, Life.OF_THE_WORLD, () -> arrive(fault));
            try {
                wait.block();
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            }
            if (failure != null) {
                throw failure;
            }
            return answer();
        }

        @SuppressWarnings("NullAway") // a call that did not fail has a result
        private T answer() {
            return result;
        }

        private void arrive(Optional<Fault> fault) {
            if (database.isDown() || isCut() || is(fault, Kind.FAIL_BEFORE)) {
                lost("was lost before it had an effect");
            } else if (locked.getAsBoolean()) {
                awaitLock(fault);
            } else {
                try {
                    result = effect.get();
                    world.journal.note(database, what + shown(result) + " by " + life);
                } catch (RuntimeException refused) {
                    failure = refused;
                    world.journal.note(
                            database,
                            what + " by " + life + " fails: "
                                    + refused.getClass().getSimpleName());
                }
                back(fault);
            }
        }

        private String shown(T value) {
            return value instanceof Enum<?> || value instanceof Integer ? " = " + value : "";
        }

        private void awaitLock(Optional<Fault> fault) {
            if (world.loop.now() - began > LOCK_WAIT) {
                lost("waited for a lock for too long");
            } else {
                world.loop.after(LOOK_AGAIN, Life.OF_THE_WORLD, () -> arrive(fault));
            }
        }

        private void back(Optional<Fault> fault) {
            long late = is(fault, Kind.ANSWER_LATE) ? fault.get().length().toNanos() : 0;
            if (is(fault, Kind.FAIL_AFTER)) {
                lost("has had its effect, and its answer was lost");
            } else {
                world.loop.after(world.jitter(WAY) + late, Life.OF_THE_WORLD, () -> {
                    if (isCut()) {
                        lost("has had its effect, and its answer was cut off");
                    } else {
                        wait.wake();
                    }
                });
            }
        }

        private void lost(String how) {
            failure = new StoreException("The call to " + what + " in " + database + ' ' + how, null);
            world.journal.note(database, what + " by " + life + ' ' + how);
            world.loop.after(world.jitter(2 * World.SECOND), Life.OF_THE_WORLD, whenLost);
            wait.wakeAfter(isCut() ? world.jitter(3 * World.SECOND) : world.jitter(WAY));
        }
    }

    private boolean isCut() {
        return cutUntil.getAsLong() > world.loop.now();
    }

    private static boolean is(Optional<Fault> fault, Kind kind) {
        return fault.isPresent() && fault.get().kind() == kind;
    }
}
