package dev.troth.testkit.sim;

import dev.troth.message.Envelope;
import dev.troth.protocol.Address;
import dev.troth.testkit.sim.Fault.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What passes the broker in a history: named, noted, counted, and disturbed. */
final class Wire implements Traffic {
    private final World world;
    private final Map<String, String> hostOfInstance = new HashMap<>();

    Wire(World world) {
        this.world = world;
    }

    @Override
    public Optional<Fault> sent(Life from, Address to, Envelope envelope) {
        hostOfInstance.put(envelope.header("troth-from"), from.toString());
        String what = name(envelope) + " from " + from + " to " + name(to);
        Optional<Fault> fault = world.fault(what, Kind.LOSE, Kind.DUPLICATE, Kind.DELAY, Kind.HOLD);
        if (fault.isPresent() && fault.get().kind() == Kind.HOLD) {
            world.loop.pause(from, fault.get().length().toNanos());
            fault = Optional.empty();
        }
        world.journal.note(from, "sends " + name(envelope) + " to " + name(to));
        return fault;
    }

    private String name(Address to) {
        return hostOfInstance.getOrDefault(to.toString(), to.toString());
    }

    private String name(Envelope envelope) {
        String more = envelope.header("troth-vote") + envelope.header("troth-standing");
        return envelope.type() + (more.isEmpty() ? "" : " " + more) + " " + branches(envelope);
    }

    private String branches(Envelope envelope) {
        if (envelope.type().equals("DONE")) {
            return new String(envelope.body(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.substring(0, 2) + world.journal.nameOfBranch(line.substring(2)))
                    .collect(Collectors.joining(" "));
        }
        return world.journal.nameOf(envelope.correlationId()) + "/" + envelope.header("troth-branch");
    }

    @Override
    public void unroutable(Address to, Envelope envelope) {
        world.count(Happening.UNROUTABLE);
        world.journal.note("broker", name(envelope) + " reaches nobody at " + name(to));
    }

    @Override
    public void delivered(String to, Envelope envelope, boolean again) {
        if (again) {
            world.count(Happening.REDELIVERED);
        }
        if (envelope.type().equals("ANSWER")
                && !envelope.header("troth-standing").equals("UNDECIDED")) {
            world.count(isFromCoordinator(envelope) ? Happening.ANSWERED_BY_COORDINATOR : Happening.ANSWERED_BY_LOG);
        }
        if (envelope.header("troth-vote").equals("YES") && world.isDecided(envelope.correlationId())) {
            world.count(Happening.LATE_YES);
        }
        world.journal.note(to, "receives " + name(envelope) + (again ? " again" : ""));
    }

    private static boolean isFromCoordinator(Envelope envelope) {
        String instance = envelope.correlationId().split("\\.", -1)[2];
        return envelope.header("troth-from").endsWith("." + instance);
    }

    @Override
    public void lostTrack(String from) {
        world.count(Happening.SEND_OF_UNKNOWN_FATE);
    }
}
